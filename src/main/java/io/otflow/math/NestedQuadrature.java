package io.otflow.math;

import java.util.List;

/**
 * Three Clenshaw-Curtis rules of 9, 17 and 33 nodes, each nested in the next, and when to go on.
 * The error of a rule is estimated from the upper half of its Chebyshev coefficients: {@value
 * #TAIL_FACTOR} Σ|a₍k₎|. The factor was chosen on the pretrained MINIBOONE model; docs/adr/0005 has
 * the figures. The difference of two rules, the usual estimate, says how far off the coarser one is
 * and would refine almost every row.
 */
public final class NestedQuadrature {

  /** From the sum of the upper coefficients to the error of the rule. */
  public static final double TAIL_FACTOR = 0.025;

  /** The rules, from the coarsest. */
  public static final List<ClenshawCurtis> RULES =
      List.of(ClenshawCurtis.of(8), ClenshawCurtis.of(16), ClenshawCurtis.of(32));

  /** Nodes of the finest rule. */
  public static final int MAX_NODES = 33;

  private NestedQuadrature() {}

  /**
   * The step between a rule's nodes among those of the finest.
   *
   * @param level index of the rule in {@link #RULES}
   * @return 4, 2 or 1
   */
  public static int stride(int level) {
    return 4 >> level;
  }

  /**
   * The estimated error of a rule.
   *
   * @param level index of the rule
   * @param values values at the nodes of the finest rule, where those of this one are filled
   * @return in the units of the integral
   */
  public static double errorEstimate(int level, double[] values) {
    return TAIL_FACTOR * RULES.get(level).tailSum(values, stride(level));
  }
}
