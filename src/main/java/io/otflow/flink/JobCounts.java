package io.otflow.flink;

import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.api.common.functions.RuntimeContext;

/**
 * What became of the events of a job that has ended, since it last started.
 *
 * @param read events that the scorers met
 * @param scored of them, those with a score
 * @param unscored of them, those that came out without one, before the first model
 * @param deadLetters of them, those that were refused
 */
public record JobCounts(long read, long scored, long unscored, long deadLetters) {

  private static final String SCORED = "otflow.scored";
  private static final String UNSCORED = "otflow.unscored";
  private static final String DEAD_LETTERS = "otflow.deadLetters";

  /**
   * Reads the counts.
   *
   * @param result of a job that scores and has ended
   * @return its counts
   */
  public static JobCounts of(JobExecutionResult result) {
    long scored = count(result, SCORED);
    long unscored = count(result, UNSCORED);
    long deadLetters = count(result, DEAD_LETTERS);
    return new JobCounts(scored + unscored + deadLetters, scored, unscored, deadLetters);
  }

  private static long count(JobExecutionResult result, String name) {
    Long count = result.getAccumulatorResult(name);
    return count == null ? 0 : count;
  }

  /** Adds what a subtask has counted; called once, at its end. */
  static void add(RuntimeContext context, ScoreMetrics metric) {
    context.getLongCounter(SCORED).add(metric.eventsScored.getCount());
    context.getLongCounter(UNSCORED).add(metric.warmUpEvents.getCount());
    context.getLongCounter(DEAD_LETTERS).add(metric.deadLetters.getCount());
  }
}
