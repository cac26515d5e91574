package io.otflow.flink;

import java.util.Optional;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.api.common.functions.RuntimeContext;

/**
 * What became of the events of a job that has ended, through failures and savepoints.
 *
 * @param read events that the scorers met
 * @param scored of them, those with a score
 * @param unscored of them, those that came out without one, before the first model
 * @param deadLetters of them, those that were refused
 */
public record JobCounts(long read, long scored, long unscored, long deadLetters) {

  /** Nothing was read. */
  static final JobCounts NONE = new JobCounts(0, 0, 0, 0);

  private static final String SCORED = "otflow.scored";
  private static final String UNSCORED = "otflow.unscored";
  private static final String DEAD_LETTERS = "otflow.deadLetters";

  /**
   * Reads the counts.
   *
   * @param result of a job that scores and has ended
   * @return its counts; none where it was stopped before its input's end
   */
  public static Optional<JobCounts> of(JobExecutionResult result) {
    Long scored = result.getAccumulatorResult(SCORED);
    Long unscored = result.getAccumulatorResult(UNSCORED);
    Long deadLetters = result.getAccumulatorResult(DEAD_LETTERS);
    return scored == null || unscored == null || deadLetters == null
        ? Optional.empty()
        : Optional.of(
            new JobCounts(scored + unscored + deadLetters, scored, unscored, deadLetters));
  }

  /** What a subtask has counted since it began. */
  static JobCounts of(ScoreMetrics metric) {
    long scored = metric.eventsScored.getCount();
    long unscored = metric.warmUpEvents.getCount();
    long deadLetters = metric.deadLetters.getCount();
    return new JobCounts(scored + unscored + deadLetters, scored, unscored, deadLetters);
  }

  /** Reads what {@link #toState} gave, of each subtask that there was. */
  static JobCounts ofState(Iterable<double[]> states) {
    JobCounts sum = NONE;
    for (double[] state : states) {
      long scored = (long) state[0];
      long unscored = (long) state[1];
      long deadLetters = (long) state[2];
      sum = sum.plus(new JobCounts(scored + unscored + deadLetters, scored, unscored, deadLetters));
    }
    return sum;
  }

  /** The counts as numbers for state; whole up to 2⁵³. */
  double[] toState() {
    return new double[] {scored, unscored, deadLetters};
  }

  JobCounts plus(JobCounts other) {
    return new JobCounts(
        read + other.read,
        scored + other.scored,
        unscored + other.unscored,
        deadLetters + other.deadLetters);
  }

  /** Hands in what a subtask has counted; called once, at its end. */
  void add(RuntimeContext context) {
    context.getLongCounter(SCORED).add(scored);
    context.getLongCounter(UNSCORED).add(unscored);
    context.getLongCounter(DEAD_LETTERS).add(deadLetters);
  }
}
