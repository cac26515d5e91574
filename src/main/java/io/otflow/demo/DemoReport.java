package io.otflow.demo;

import io.otflow.local.SyntheticStream;
import java.util.HashSet;
import java.util.Set;

/**
 * What the demo found, in three times: before the drift, from the drift until a model of what came
 * since scores, and from then on. Rates are against the labels; NaN where there was nothing to
 * count.
 *
 * @param events events sent
 * @param scored events with a likelihood
 * @param warmUp events that passed before the first model
 * @param flagged events flagged
 * @param before detection before the drift
 * @param during detection from the drift on by models of what came before it
 * @param after detection by models whose window lies wholly after it
 * @param adapted the first of these models, 0 for none
 * @param adaptSeconds seconds of the stream from the drift to the first event that it scored; to
 *     the end where there is none
 * @param mostlyFlaggedSeconds seconds of the stream in which over half of the events were flagged
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
    int flagged,
    Detection before,
    Detection during,
    Detection after,
    long adapted,
    double adaptSeconds,
    int mostlyFlaggedSeconds,
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
   * @param flaggedShare share of all events that were flagged
   */
  public record Detection(
      double recall, double precision, double falseAlarmRate, double flaggedShare) {}

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
      int flagged = hits + falseAlarms;
      return new Detection(
          (double) hits / (hits + misses),
          (double) hits / flagged,
          (double) falseAlarms / (falseAlarms + correctPasses),
          (double) flagged / (flagged + misses + correctPasses));
    }
  }

  static DemoReport of(
      SyntheticStream stream, DemoSettings settings, ScoreLog log, long start, double seconds) {
    long drift = settings.timeOf(stream.driftsAt());
    Confusion before = new Confusion();
    Confusion during = new Confusion();
    Confusion after = new Confusion();
    Set<Long> versions = new HashSet<>();
    long adapted = 0;
    long adaptMillis = settings.timeOf(settings.events()) - drift;
    int scored = 0;
    int flagged = 0;
    int mostly = 0;
    int[] second = new int[2];
    for (int i = 0; i < settings.events(); i++) {
      long version = log.version(i);
      if (version != 0) {
        scored++;
        flagged += log.flagged(i) ? 1 : 0;
        second[log.flagged(i) ? 1 : 0]++;
        versions.add(version);
        boolean adapts = log.windowStart(version) >= start + drift;
        Confusion time = i < stream.driftsAt() ? before : adapts ? after : during;
        time.add(stream.anomaly(i), log.flagged(i));
        if (adapts && adapted == 0) {
          adapted = version;
          adaptMillis = settings.timeOf(i) - drift;
        }
      }
      if (settings.timeOf(i + 1) / 1000 > settings.timeOf(i) / 1000) {
        mostly += second[1] > second[0] ? 1 : 0;
        second = new int[2];
      }
    }
    return new DemoReport(
        settings.events(),
        scored,
        log.distinct() - scored,
        flagged,
        before.rates(),
        during.rates(),
        after.rates(),
        adapted,
        adaptMillis / 1000.0,
        mostly,
        log.modelVersions(),
        Math.max(0, versions.size() - 1),
        log.deadLetters(),
        log.distinct() / seconds,
        log.duplicates(),
        settings.events() - log.distinct());
  }
}
