package io.otflow.page;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One page about a replay, that needs nothing from elsewhere: log-likelihoods and thresholds over
 * time, the share that was flagged, and the models.
 *
 * @param source what was replayed, such as a file's name
 * @param content what came out
 */
public record ReplayReport(String source, Content content) {

  /**
   * What came out.
   *
   * @param buckets events over time
   * @param models all that were trained
   * @param events events that came out
   * @param scored how many of them were scored
   * @param flagged how many of them were flagged
   * @param refused events that were refused
   */
  public record Content(
      List<Bucket> buckets,
      List<Model> models,
      long events,
      long scored,
      long flagged,
      long refused) {}

  /**
   * A model that was trained.
   *
   * @param version its version
   * @param windowStartMillis first event time of its window (inclusive)
   * @param windowEndMillis last event time of its window (exclusive)
   * @param events events of its window
   * @param heldOutLoss mean negative log-likelihood of the held-out rows, nats
   * @param calibrationRows rows that calibrated it
   * @param contamination estimated share of anomalies among them
   * @param threshold log-likelihood below which it flags, nats
   * @param smallestRate smallest alert rate that it can keep
   * @param accepted whether it served
   * @param reason why, or why not; empty for the first
   */
  public record Model(
      long version,
      long windowStartMillis,
      long windowEndMillis,
      long events,
      double heldOutLoss,
      long calibrationRows,
      double contamination,
      double threshold,
      double smallestRate,
      boolean accepted,
      String reason) {}

  /** Events that follow each other. Not thread-safe. */
  public static final class Bucket {

    private final List<Double> logLikelihoods = new ArrayList<>();
    private long startMillis;
    private int events;
    private int flagged;
    private double threshold = Double.NaN;

    /** An empty bucket. */
    public Bucket() {}

    /**
     * Adds an event.
     *
     * @param timeMillis its time, milliseconds since 1970
     * @param scored whether it was scored
     * @param logLikelihood in nats, if it was
     * @param thresholdNow the threshold, nats, if it was
     * @param anomaly whether it was flagged
     */
    public void add(
        long timeMillis,
        boolean scored,
        double logLikelihood,
        double thresholdNow,
        boolean anomaly) {
      if (events == 0) {
        startMillis = timeMillis;
      }
      events++;
      if (scored) {
        logLikelihoods.add(logLikelihood);
        threshold = thresholdNow;
        flagged += anomaly ? 1 : 0;
      }
    }

    /**
     * How many events it has.
     *
     * @return scored or not
     */
    public int events() {
      return events;
    }

    /** Start in seconds, tenth, median and least log-likelihood, threshold, share flagged. */
    private Object[] row() {
      List<Double> sorted = logLikelihoods.stream().sorted().toList();
      int n = sorted.size();
      return new Object[] {
        startMillis / 1000.0,
        n == 0 ? null : finite(sorted.get(n / 2)),
        n == 0 ? null : finite(sorted.get(n / 10)),
        n == 0 ? null : finite(sorted.get(0)),
        finite(threshold),
        n == 0 ? null : (double) flagged / n
      };
    }
  }

  /**
   * Writes the page.
   *
   * @param file where; replaced if it is there
   * @throws IOException if it cannot be written
   */
  public void write(Path file) throws IOException {
    String page = PageTemplate.fill("replay.html", Map.of("DATA", PageTemplate.json(data())));
    Files.writeString(file, page);
  }

  private Map<String, Object> data() {
    Map<String, Object> page = new LinkedHashMap<>();
    page.put("source", source);
    page.put("events", content.events());
    page.put("scored", content.scored());
    page.put("flagged", content.flagged());
    page.put("refused", content.refused());
    page.put("buckets", content.buckets().stream().map(Bucket::row).toList());
    page.put("models", content.models().stream().map(ReplayReport::row).toList());
    return page;
  }

  private static Map<String, Object> row(Model model) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("version", model.version());
    row.put("windowEnd", model.windowEndMillis());
    row.put("events", model.events());
    row.put("heldOutLoss", finite(model.heldOutLoss()));
    row.put("calibrationRows", model.calibrationRows());
    row.put("contamination", finite(model.contamination()));
    row.put("threshold", finite(model.threshold()));
    row.put("smallestRate", finite(model.smallestRate()));
    row.put("accepted", model.accepted());
    row.put("reason", model.reason());
    return row;
  }

  /** JSON has no infinity and no NaN. */
  private static Double finite(double value) {
    return Double.isFinite(value) ? (Double) value : null;
  }
}
