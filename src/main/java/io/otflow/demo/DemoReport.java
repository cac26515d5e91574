package io.otflow.demo;

import io.otflow.local.SyntheticStream;
import java.util.HashSet;
import java.util.Set;

/**
 * What the demo found. Rates are against the labels: before the drift, and among the events scored
 * by a model whose window lies wholly after it; NaN where there was nothing to count.
 *
 * @param events events sent
 * @param scored events with a likelihood
 * @param warmUp events that passed before the first model
 * @param anomalies events flagged
 * @param before detection before the drift
 * @param after detection after it
 * @param modelVersions models trained
 * @param swaps models that took over scoring from another
 * @param deadLetters records refused
 * @param eventsPerSecond from the first event sent to the last score committed
 * @param duplicates scores that came more than once
 * @param missing events without a score
 */
public record DemoReport(
    int events,
    int scored,
    int warmUp,
    int anomalies,
    Detection before,
    Detection after,
    int modelVersions,
    int swaps,
    int deadLetters,
    double eventsPerSecond,
    int duplicates,
    int missing) {

  /**
   * How well anomalies were told from other events.
   *
   * @param recall share of the anomalies that were flagged
   * @param precision share of the flagged that were anomalies
   * @param falseAlarmRate share of the other events that were flagged
   */
  public record Detection(double recall, double precision, double falseAlarmRate) {}

  /** Counts of flagged and unflagged, anomalies and not. */
  private static final class Confusion {
    private int hits;
    private int misses;
    private int falseAlarms;
    private int correctPasses;

    void add(boolean anomaly, boolean flagged) {
      if (anomaly) {
        hits += flagged ? 1 : 0;
        misses += flagged ? 0 : 1;
      } else {
        falseAlarms += flagged ? 1 : 0;
        correctPasses += flagged ? 0 : 1;
      }
    }

    Detection rates() {
      return new Detection(
          (double) hits / (hits + misses),
          (double) hits / (hits + falseAlarms),
          (double) falseAlarms / (falseAlarms + correctPasses));
    }
  }

  static DemoReport of(
      SyntheticStream stream, int events, ScoreLog log, long driftMillis, double seconds) {
    Confusion before = new Confusion();
    Confusion after = new Confusion();
    Set<Long> versions = new HashSet<>();
    int scored = 0;
    int flagged = 0;
    for (int i = 0; i < events; i++) {
      long version = log.version(i);
      if (version == 0) {
        continue;
      }
      scored++;
      flagged += log.flagged(i) ? 1 : 0;
      versions.add(version);
      if (i < stream.driftsAt()) {
        before.add(stream.anomaly(i), log.flagged(i));
      } else if (log.windowStart(version) >= driftMillis) {
        after.add(stream.anomaly(i), log.flagged(i));
      }
    }
    return new DemoReport(
        events,
        scored,
        log.distinct() - scored,
        flagged,
        before.rates(),
        after.rates(),
        log.modelVersions(),
        Math.max(0, versions.size() - 1),
        log.deadLetters(),
        log.distinct() / seconds,
        log.duplicates(),
        events - log.distinct());
  }
}
