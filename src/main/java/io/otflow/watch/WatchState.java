package io.otflow.watch;

import io.otflow.detect.Detector;
import io.otflow.model.ModelSnapshot;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the page shows, kept as it comes, of the last ten minutes and no more: counts by the second,
 * a sample of the scores, the flagged events, the models. Everything has a number, so that a reader
 * is given what is new to him. Thread-safe; memory does not grow with the stream.
 */
final class WatchState {

  static final int SECONDS = 600;

  private static final int MOST_POINTS = SECONDS * ScoredSecond.MOST_POINTS;
  private static final int MOST_FLAGGED = 200;
  private static final int MOST_MODELS = 100;
  private static final int MOST_DRIFTS = 100;

  /** Seconds over which the share that is flagged is told. */
  private static final int RECENT = 10;

  /** Flags, most events being flagged, from which on the stream has changed. */
  private static final int CHANGED = 10;

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

  /**
   * A drift that the job has called.
   *
   * @param version the model that the stream drifted from
   * @param atMillis when it was called
   */
  private record Drift(long version, long atMillis) {}

  private final OptionalLong firstWindow;
  private final TreeMap<Long, ScoredSecond> seconds = new TreeMap<>();
  private final Deque<Point> points = new ArrayDeque<>();
  private final Deque<Flagged> flagged = new ArrayDeque<>();
  private final TreeMap<Long, Model> models = new TreeMap<>();
  private final TreeMap<Long, Drift> drifts = new TreeMap<>();
  private long numbers;
  private long scored;
  private long flaggedInAll;
  private long warmUp;
  private long deadLetters;
  private long changes;
  private long unreadable;
  private String lastUnreadable = "";
  private String failure = "";

  /**
   * A state without anything.
   *
   * @param firstWindow events that the first model waits for, where that is known
   */
  WatchState(OptionalLong firstWindow) {
    this.firstWindow = firstWindow;
  }

  /** Whether the next score of this time would be shown, for which its features are wanted. */
  synchronized boolean wants(Score score) {
    ScoredSecond second = seconds.get(score.scoredAtMillis() / 1000);
    return second == null || second.keeps(score.anomaly());
  }

  /** Takes a score, with the event's features and gains where they are known. */
  synchronized void add(Score score, double[] features, double[] gains) {
    ScoredSecond second =
        seconds.computeIfAbsent(
            score.scoredAtMillis() / 1000,
            s -> new ScoredSecond(seconds.isEmpty() ? 0 : seconds.lastEntry().getValue().scored()));
    while (seconds.size() > SECONDS) {
      seconds.pollFirstEntry();
    }
    if (!score.scored()) {
      second.addUnscored();
      warmUp++;
      return;
    }
    boolean keep = second.keeps(score.anomaly());
    second.add(score.logLikelihood(), score.anomaly());
    scored++;
    flaggedInAll += score.anomaly() ? 1 : 0;
    Model model = models.get(score.modelVersion());
    if (model != null && model.usedMillis == 0) {
      model.usedMillis = score.scoredAtMillis();
      changes++;
    }
    if (!keep) {
      return;
    }
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
    if (score.anomaly()) {
      flagged.add(new Flagged(++numbers, score, features, gains));
      while (flagged.size() > MOST_FLAGGED) {
        flagged.remove();
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

  /**
   * Takes a drift that the job has called.
   *
   * @param version the model that the stream drifted from
   * @param atMillis when it was called, milliseconds since 1970
   */
  synchronized void addDrift(long version, long atMillis) {
    drifts.putIfAbsent(version, new Drift(version, atMillis));
    while (drifts.size() > MOST_DRIFTS) {
      drifts.pollFirstEntry();
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
   * @param nowMillis present time, milliseconds since 1970
   * @return plain values; {@code number} is what to ask with next
   */
  synchronized Map<String, Object> news(long since, long nowMillis) {
    Map<String, Object> news = new LinkedHashMap<>();
    Situation now = situation(nowMillis);
    Narration narration = Narration.of(now);
    news.put("number", numbers);
    news.put("state", narration.state().name());
    news.put("sentence", narration.text());
    news.put("learnt", learnt());
    news.put("farOff", now.farOff());
    news.put("recentShare", finite(now.flaggedShare()));
    news.put("alertRate", now.alertRate().isPresent() ? now.alertRate().getAsDouble() : null);
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
    seconds.forEach((second, s) -> rates.add(plain(second, s)));
    // The newest seconds may still fill up; a reader replaces what he has of them.
    news.put(
        "rates", since == 0 ? rates : rates.subList(Math.max(0, rates.size() - 30), rates.size()));
    news.put(
        "points", points.stream().filter(p -> p.number() > since).map(WatchState::plain).toList());
    news.put(
        "flagged",
        flagged.stream().filter(f -> f.number() > since).map(WatchState::plain).toList());
    news.put("models", models.values().stream().map(WatchState::plain).toList());
    news.put("drifts", drifts.values().stream().map(this::plain).toList());
    return news;
  }

  /** What happens now, in a sentence. */
  synchronized Narration narration(long nowMillis) {
    return Narration.of(situation(nowMillis));
  }

  /** How much of the first window has come, from 0 to 1; null where that is not known. */
  private Double learnt() {
    return firstWindow.isEmpty()
        ? null
        : (Double) Math.min(1, (double) warmUp / firstWindow.getAsLong());
  }

  private Situation situation(long nowMillis) {
    List<Model> used = models.values().stream().filter(m -> m.usedMillis > 0).toList();
    Model model = used.isEmpty() ? null : used.get(used.size() - 1);
    // The newest second may still fill up, and the one of a swap has scores of both models.
    SortedMap<Long, ScoredSecond> whole =
        seconds.isEmpty() ? seconds : seconds.headMap(seconds.lastKey(), false);
    long from = model == null ? 0 : model.usedMillis / 1000 + 1;
    int usedSeconds = 0;
    long recentScored = 0;
    long recentFlagged = 0;
    long since = Long.MAX_VALUE;
    for (Map.Entry<Long, ScoredSecond> entry : whole.entrySet()) {
      ScoredSecond second = entry.getValue();
      since =
          2 * second.flagged() > second.scored() ? Math.min(since, entry.getKey()) : Long.MAX_VALUE;
      if (entry.getKey() >= from) {
        usedSeconds++;
        if (entry.getKey() >= seconds.lastKey() - RECENT) {
          recentScored += second.scored();
          recentFlagged += second.flagged();
        }
      }
    }
    int mostly = 0;
    // What an earlier model flagged says nothing of the one that has taken over, and a few flags of
    // a slow stream are no change.
    List<ScoredSecond> run =
        since == Long.MAX_VALUE ? List.of() : List.copyOf(whole.tailMap(since).values());
    if (usedSeconds > 0 && run.stream().mapToLong(ScoredSecond::flagged).sum() >= CHANGED) {
      // The seconds from the change on: those before it would hide how much is flagged now.
      mostly = (int) (whole.lastKey() - since + 1);
      List<ScoredSecond> last = run.subList(Math.max(0, run.size() - RECENT), run.size());
      recentScored = last.stream().mapToLong(ScoredSecond::scored).sum();
      recentFlagged = last.stream().mapToLong(ScoredSecond::flagged).sum();
    }
    long newest = seconds.isEmpty() ? 0 : seconds.lastKey();
    return new Situation(
        firstWindow,
        warmUp,
        model == null ? 0 : model.snapshot.version(),
        used.size() == 1 && warmUp > 0,
        used.size() > 1 || warmUp > 0,
        usedSeconds,
        seconds.isEmpty() ? 0 : Math.max(0, nowMillis / 1000 - newest),
        recentScored,
        recentFlagged,
        mostly,
        model == null ? OptionalDouble.empty() : alertRate(model.snapshot),
        model != null && drifts.containsKey(model.snapshot.version()));
  }

  private static OptionalDouble alertRate(ModelSnapshot model) {
    return model.calibration().isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(model.calibration().get().alertRate());
  }

  /** Second, events, flagged, median and lowest percentile of their log-likelihoods. */
  private static Object[] plain(long second, ScoredSecond s) {
    return new Object[] {
      second, s.scored() + s.unscored(), s.flagged(), finite(s.median()), finite(s.low())
    };
  }

  /** When it was called, and until when the model that it was called from went on. */
  private Map<String, Object> plain(Drift drift) {
    Long until = null;
    for (Model model : models.tailMap(drift.version(), false).values()) {
      until = until == null && model.usedMillis > 0 ? (Long) model.usedMillis : until;
    }
    Map<String, Object> plain = new LinkedHashMap<>();
    plain.put("version", drift.version());
    plain.put("at", drift.atMillis());
    plain.put("until", until);
    return plain;
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
    plain.put("windowStart", orNull(s.provenance().windowStartMillis()));
    plain.put("windowEnd", orNull(s.provenance().windowEndMillis()));
    plain.put("heldOutLoss", finite(s.provenance().heldOutLoss()));
    plain.put(
        "logLikelihood",
        s.provenance().comparison().map(c -> finite(c.logLikelihood())).orElse(null));
    plain.put(
        "servingLogLikelihood",
        s.provenance().comparison().map(c -> finite(c.servingLogLikelihood())).orElse(null));
    plain.put("smallestRate", s.calibration().map(c -> finite(c.smallestRate())).orElse(null));
    plain.put("threshold", finite(new Detector(s).threshold()));
    return plain;
  }

  private static Long orNull(OptionalLong value) {
    return value.isPresent() ? (Long) value.getAsLong() : null;
  }

  /** JSON has no infinity and no NaN. */
  private static Double finite(double value) {
    return Double.isFinite(value) ? (Double) value : null;
  }
}
