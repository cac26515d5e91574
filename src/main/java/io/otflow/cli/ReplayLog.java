package io.otflow.cli;

import io.otflow.flink.FeatureEvent;
import io.otflow.flink.ScoredEvent;
import io.otflow.model.Calibration;
import io.otflow.model.ModelSnapshot;
import io.otflow.page.ReplayReport;
import io.otflow.train.Candidate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** What a replay came to: counts, models, and the scores over time, in buckets. */
final class ReplayLog {

  /** Buckets of the report, each of as many events. */
  private static final int BUCKETS = 400;

  private final int perBucket;
  private final List<ReplayReport.Bucket> buckets = new ArrayList<>();
  private final List<ReplayReport.Model> models = new ArrayList<>();

  /** Labels of the events that were handed in and have not come out, with their offsets. */
  private final Deque<Label> labels = new ArrayDeque<>();

  private ReplayReport.Bucket bucket;
  private long out;
  private long scored;
  private long flagged;
  private long refused;
  private long anomalies;
  private long drifts;
  private long driftedVersion;

  /** Time of the event of the first call of drift, milliseconds since 1970; null for none. */
  private Long firstDrift;

  private long hits;
  private boolean labelled;
  private int accepted;

  private record Label(long offset, boolean anomaly) {}

  ReplayLog(int events) {
    perBucket = Math.max(1, (events + BUCKETS - 1) / BUCKETS);
  }

  /** An event is about to be handed in, with its label where there is one. */
  void expect(FeatureEvent event, Boolean anomaly) {
    if (anomaly != null) {
      labelled = true;
      labels.add(new Label(event.offset, anomaly));
    }
  }

  void add(ScoredEvent event) {
    boolean anomaly = labelled && label(event.offset);
    out++;
    if (event.scored) {
      scored++;
      flagged += event.anomaly ? 1 : 0;
      anomalies += anomaly ? 1 : 0;
      hits += anomaly && event.anomaly ? 1 : 0;
    }
    if (bucket == null || bucket.events() == perBucket) {
      bucket = new ReplayReport.Bucket();
      buckets.add(bucket);
    }
    bucket.add(event.eventTime, event.scored, event.logLikelihood, event.threshold, event.anomaly);
  }

  /** Events come out in order, but for those that are refused. */
  private boolean label(long offset) {
    Label next = labels.remove();
    while (next.offset != offset) {
      next = labels.remove();
    }
    return next.anomaly;
  }

  /** Counts an event that is refused; whether it is the first. */
  boolean refuse() {
    return ++refused == 1;
  }

  void add(Candidate candidate) {
    ModelSnapshot model = candidate.model();
    accepted += candidate.accepted() ? 1 : 0;
    models.add(
        new ReplayReport.Model(
            model.version(),
            model.provenance().windowStartMillis().orElse(0),
            model.provenance().windowEndMillis().orElse(0),
            model.provenance().eventsSeen(),
            model.provenance().heldOutLoss(),
            model.calibration().map(Calibration::rows).orElse(0L),
            model.calibration().map(Calibration::contamination).orElse(Double.NaN),
            model.calibration().map(Calibration::threshold).orElse(Double.NaN),
            model.calibration().map(Calibration::smallestRate).orElse(Double.NaN),
            candidate.accepted(),
            candidate.decision().map(decision -> decision.reason()).orElse("")));
  }

  /** Counts calls of drift; true if they are the first of a model. */
  boolean drift(long version, int calls, long timeMillis) {
    drifts += calls;
    if (firstDrift == null) {
      firstDrift = timeMillis;
    }
    boolean first = version > driftedVersion;
    driftedVersion = Math.max(version, driftedVersion);
    return first;
  }

  long out() {
    return out;
  }

  long scored() {
    return scored;
  }

  int models() {
    return accepted;
  }

  ReplayReport.Content report() {
    return new ReplayReport.Content(buckets, models, out, scored, flagged, refused);
  }

  Json summary() {
    Json json =
        new Json()
            .put("events", out + refused)
            .put("scored", scored)
            .put("warmingUp", out - scored)
            .put("refused", refused)
            .put("drifts", drifts)
            .put("firstDrift", firstDrift)
            .put("flagged", flagged)
            .put("flaggedShare", scored == 0 ? Double.NaN : (double) flagged / scored);
    if (labelled) {
      json.put("anomalies", anomalies)
          .put("recall", (double) hits / anomalies)
          .put("precision", (double) hits / flagged)
          .put("falseAlarmRate", (double) (flagged - hits) / (scored - anomalies));
    }
    return json.put("models", models.stream().map(ReplayLog::json).toList());
  }

  private static Json json(ReplayReport.Model model) {
    return new Json()
        .put("version", model.version())
        .put("windowStart", model.windowStartMillis())
        .put("windowEnd", model.windowEndMillis())
        .put("events", model.events())
        .put("heldOutLoss", model.heldOutLoss())
        .put("rowsCalibration", model.calibrationRows())
        .put("estimatedContamination", model.contamination())
        .put("threshold", model.threshold())
        .put("smallestAlertRate", model.smallestRate())
        .put("accepted", model.accepted())
        .put("reason", model.reason());
  }
}
