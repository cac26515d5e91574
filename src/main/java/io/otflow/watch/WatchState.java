package io.otflow.watch;

import io.otflow.detect.Detector;
import io.otflow.model.ModelSnapshot;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the page shows, kept as it comes, of the last ten minutes and no more: counts by the second,
 * a sample of the scores, the flagged events, the models. Everything has a number, so that a reader
 * is given what is new to him. Thread-safe; memory does not grow with the stream.
 */
final class WatchState {

  static final int SECONDS = 600;

  /** Scores a second that are kept with their likelihood, beside those that are flagged. */
  private static final int SAMPLED_PER_SECOND = 20;

  private static final int FLAGGED_PER_SECOND = 10;
  private static final int MOST_POINTS = SECONDS * (2 * SAMPLED_PER_SECOND + FLAGGED_PER_SECOND);
  private static final int MOST_FLAGGED = 100;
  private static final int MOST_MODELS = 100;

  /** Scores of a second. */
  private static final class Second {
    int scored;
    int flagged;
    int warmUp;
    int keptFlagged;

    /** One in so many ordinary scores is kept, by what the second before had. */
    final int stride;

    Second(int scoredBefore) {
      stride = Math.max(1, scoredBefore / SAMPLED_PER_SECOND);
    }

    boolean keeps(Score score) {
      return score.anomaly()
          ? keptFlagged < FLAGGED_PER_SECOND
          : scored % stride == 0 && scored / stride < 2 * SAMPLED_PER_SECOND;
    }
  }

  /**
   * A score that is shown.
   *
   * @param number counts up
   * @param timeMillis when it was scored
   * @param logLikelihood nats
   * @param threshold of the model that scored it, nats
   * @param flagged whether it lies below the threshold
   * @param features of the event; null where they are not known
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Point(
      long number,
      long timeMillis,
      double logLikelihood,
      double threshold,
      boolean flagged,
      double[] features) {}

  /**
   * A flagged event.
   *
   * @param number counts up
   * @param score its score
   * @param features of the event; null where they are not known
   * @param gains what it would gain by each feature, nats; null where that is not known
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Flagged(long number, Score score, double[] features, double[] gains) {}

  /** A model, and when it was first seen to score; 0: not yet. */
  private static final class Model {
    final ModelSnapshot snapshot;
    long usedMillis;

    Model(ModelSnapshot snapshot) {
      this.snapshot = snapshot;
    }
  }

  private final TreeMap<Long, Second> seconds = new TreeMap<>();
  private final Deque<Point> points = new ArrayDeque<>();
  private final Deque<Flagged> flagged = new ArrayDeque<>();
  private final TreeMap<Long, Model> models = new TreeMap<>();
  private long numbers;
  private long scored;
  private long flaggedInAll;
  private long warmUp;
  private long deadLetters;
  private long changes;
  private long unreadable;
  private String lastUnreadable = "";
  private String failure = "";

  /** Whether the next score of this time would be shown, for which its features are wanted. */
  synchronized boolean wants(Score score) {
    Second second = seconds.get(score.scoredAtMillis() / 1000);
    return second == null || second.keeps(score);
  }

  /** Takes a score, with the event's features and gains where they are known. */
  synchronized void add(Score score, double[] features, double[] gains) {
    Second second =
        seconds.computeIfAbsent(
            score.scoredAtMillis() / 1000,
            s -> new Second(seconds.isEmpty() ? 0 : seconds.lastEntry().getValue().scored));
    while (seconds.size() > SECONDS) {
      seconds.pollFirstEntry();
    }
    if (!score.scored()) {
      second.warmUp++;
      warmUp++;
      return;
    }
    boolean keep = second.keeps(score);
    second.scored++;
    scored++;
    Model model = models.get(score.modelVersion());
    if (model != null && model.usedMillis == 0) {
      model.usedMillis = score.scoredAtMillis();
      changes++;
    }
    if (keep) {
      points.add(
          new Point(
              ++numbers,
              score.scoredAtMillis(),
              score.logLikelihood(),
              score.threshold(),
              score.anomaly(),
              features));
      while (points.size() > MOST_POINTS) {
        points.remove();
      }
    }
    if (score.anomaly()) {
      second.keptFlagged += keep ? 1 : 0;
      second.flagged++;
      flaggedInAll++;
      if (keep) {
        flagged.add(new Flagged(++numbers, score, features, gains));
        while (flagged.size() > MOST_FLAGGED) {
          flagged.remove();
        }
      }
    }
  }

  synchronized void add(ModelSnapshot model) {
    models.putIfAbsent(model.version(), new Model(model));
    while (models.size() > MOST_MODELS) {
      models.pollFirstEntry();
    }
    changes++;
  }

  synchronized void addDeadLetter() {
    deadLetters++;
  }

  /** Counts a record that is not what its topic should have, and keeps what is wrong with it. */
  synchronized void addUnreadable(String placeAndReason) {
    unreadable++;
    lastUnreadable = placeAndReason;
  }

  /** Says on the page that the topics cannot be read now; empty when they can. */
  synchronized void failure(String reason) {
    failure = reason;
  }

  /** The newest model, or null. */
  synchronized ModelSnapshot newestModel() {
    return models.isEmpty() ? null : models.lastEntry().getValue().snapshot;
  }

  /**
   * What is newer than a number.
   *
   * @param since 0 for everything
   * @return plain values; {@code number} is what to ask with next
   */
  synchronized Map<String, Object> news(long since) {
    Map<String, Object> news = new LinkedHashMap<>();
    news.put("number", numbers);
    news.put("changes", changes);
    news.put("failure", failure);
    news.put("unreadable", unreadable);
    news.put("lastUnreadable", lastUnreadable);
    news.put(
        "totals",
        Map.of(
            "scored", scored,
            "flagged", flaggedInAll,
            "warmUp", warmUp,
            "deadLetters", deadLetters));
    List<Object> rates = new ArrayList<>();
    seconds.forEach((second, s) -> rates.add(new long[] {second, s.scored + s.warmUp, s.flagged}));
    // The newest seconds may still fill up; a reader replaces what he has of them.
    news.put(
        "rates", since == 0 ? rates : rates.subList(Math.max(0, rates.size() - 30), rates.size()));
    news.put(
        "points", points.stream().filter(p -> p.number() > since).map(WatchState::plain).toList());
    news.put(
        "flagged",
        flagged.stream().filter(f -> f.number() > since).map(WatchState::plain).toList());
    news.put("models", models.values().stream().map(WatchState::plain).toList());
    return news;
  }

  private static Map<String, Object> plain(Point p) {
    Map<String, Object> plain = new LinkedHashMap<>();
    plain.put("t", p.timeMillis());
    plain.put("ll", finite(p.logLikelihood()));
    plain.put("threshold", finite(p.threshold()));
    plain.put("flagged", p.flagged());
    plain.put("x", p.features());
    return plain;
  }

  private static Map<String, Object> plain(Flagged f) {
    Map<String, Object> plain = new LinkedHashMap<>();
    plain.put("id", f.score().id());
    plain.put("key", f.score().key());
    plain.put("t", f.score().scoredAtMillis());
    plain.put("ll", finite(f.score().logLikelihood()));
    plain.put("threshold", finite(f.score().threshold()));
    plain.put("p", finite(f.score().pValue()));
    plain.put("version", f.score().modelVersion());
    plain.put("x", f.features());
    plain.put("gains", f.gains());
    return plain;
  }

  private static Map<String, Object> plain(Model m) {
    Map<String, Object> plain = new LinkedHashMap<>();
    ModelSnapshot s = m.snapshot;
    plain.put("version", s.version());
    plain.put("origin", s.provenance().origin().name());
    plain.put("features", s.featureNames());
    plain.put("createdAt", s.provenance().createdAtMillis());
    plain.put("usedAt", m.usedMillis == 0 ? null : m.usedMillis);
    plain.put("rows", s.provenance().rowsTrained());
    plain.put("trainingLoss", finite(s.provenance().trainingLoss()));
    plain.put("heldOutLoss", finite(s.provenance().heldOutLoss()));
    plain.put("threshold", finite(new Detector(s).threshold()));
    return plain;
  }

  /** JSON has no infinity and no NaN. */
  private static Double finite(double value) {
    return Double.isFinite(value) ? (Double) value : null;
  }
}
