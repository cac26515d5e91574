package io.otflow.detect;

/**
 * An online control of the false discovery rate, E[false rejections / max(rejections, 1)], over a
 * stream of p-values: each event is rejected, or not, at once, at a level that depends on what was
 * rejected before. Each implementation says which dependence between the p-values it bears.
 *
 * <p>A call costs O(1) and allocates nothing, {@link #state} apart. Not thread-safe.
 */
public sealed interface OnlineFdr permits LordMemory, ELond {

  /**
   * Tests the next event: rejected if its p-value is at most {@link #level}. Any p-value outside
   * [0, 1] but NaN counts as the nearer end.
   *
   * @param pValue P(p ≤ u) ≤ u for an ordinary event and each u in [0, 1]; may be exactly 0
   * @return whether the event is rejected, i.e. flagged
   * @throws IllegalArgumentException if the p-value is NaN; the event does not count then
   */
  boolean rejects(double pValue);

  /**
   * The level of the next event.
   *
   * @return the largest p-value that would be rejected, in (0, 1)
   */
  double level();

  /**
   * The number of events tested.
   *
   * @return at least 0
   */
  long tests();

  /**
   * The number of events rejected.
   *
   * @return at most {@link #tests}
   */
  long rejections();

  /**
   * What the next levels depend on, for a checkpoint.
   *
   * @return a new array, of a length that does not depend on the number of events
   */
  double[] state();

  /**
   * Continues from a state: the same flags, bit for bit, as the object that it was taken of. The
   * nominal rate is no part of a state: under another one the next levels are those of the new.
   *
   * @param state what {@link #state} gave, of the same kind and memory; not changed
   * @throws IllegalArgumentException if it is of another kind or memory, or out of its bounds; this
   *     object stays as it was then
   */
  void restore(double[] state);
}
