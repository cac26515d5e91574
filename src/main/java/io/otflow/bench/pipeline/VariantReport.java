package io.otflow.bench.pipeline;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/**
 * What the runs of a variant came to, a run a round.
 *
 * @param variant the variant
 * @param eventsPerSecond a value a round
 * @param ratioToPassThrough a value a round: eventsPerSecond over that of the pass-through run of
 *     the same round
 * @param distinct events with a score record, in the round that had fewest
 * @param missing events without one, in all rounds together
 * @param duplicates score records of events that had one already, in all rounds together
 * @param deadLetters records refused, in all rounds together
 * @param trainings models trained, a value a round
 * @param trainerBusy share of the measured time in which a training ran, a value a round
 */
public record VariantReport(
    Variant variant,
    List<Double> eventsPerSecond,
    List<Double> ratioToPassThrough,
    int distinct,
    int missing,
    int duplicates,
    int deadLetters,
    List<Integer> trainings,
    List<Double> trainerBusy) {

  static VariantReport of(Variant variant, List<RunResult> runs, List<RunResult> passThrough) {
    List<Double> ratios =
        IntStream.range(0, runs.size())
            .mapToObj(
                round ->
                    runs.get(round).eventsPerSecond() / passThrough.get(round).eventsPerSecond())
            .toList();
    return new VariantReport(
        variant,
        each(runs, RunResult::eventsPerSecond),
        ratios,
        runs.stream().mapToInt(RunResult::distinct).min().orElseThrow(),
        sum(runs, RunResult::missing),
        sum(runs, RunResult::duplicates),
        sum(runs, RunResult::deadLetters),
        runs.stream().map(RunResult::trainings).toList(),
        each(runs, RunResult::trainerBusy));
  }

  private static List<Double> each(List<RunResult> runs, ToDoubleFunction<RunResult> value) {
    return runs.stream().map(value::applyAsDouble).toList();
  }

  private static int sum(List<RunResult> runs, ToIntFunction<RunResult> value) {
    return runs.stream().mapToInt(value).sum();
  }

  /**
   * The median: the mean of the middle two where there is no middle one.
   *
   * @param values at least one
   * @return their median
   */
  public static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }
}
