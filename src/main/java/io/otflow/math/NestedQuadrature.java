package io.otflow.math;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Three rules on [0, 1], each nested in the next: Gauss-Legendre with 9 nodes (exact to degree 17),
 * its Kronrod extension with 19 (29) and Patterson's extension of that with 39 (59). Patterson,
 * "The optimum addition of points to quadrature formulae", Math. Comp. 22 (1968). The error of a
 * rule is estimated from two high Legendre coefficients, {@link #tailFactor} (|aₖ| + |aₖ₊₁|); the
 * factors were chosen on the pretrained MINIBOONE model and on fitted tabular ones, docs/adr/0005
 * has the figures. The difference of two rules, the usual estimate, says how far off the coarser
 * one is and would refine almost every row.
 */
public final class NestedQuadrature {

  /** From the tail coefficients to the error of each rule. */
  private static final double[] TAIL_FACTORS = {0.011, 0.005, 0.005};

  /** Nodes of the finest rule. */
  public static final int MAX_NODES = 39;

  /**
   * The finest rule's nodes on [−1, 1] from 0 up: every other one belongs to the rule of 19, and
   * every fourth, from the fourth on, to that of 9. Computed with 80 digits from the orthogonality
   * conditions.
   */
  private static final double[] HALF_NODES = {
    0.0,
    0.08236520231136667,
    0.16422356361498677,
    0.24504299805664906,
    0.3242534234038089,
    0.40125717459761495,
    0.47546247911245987,
    0.5463243480392646,
    0.6133714327005904,
    0.6762070710763808,
    0.7344867651839337,
    0.7878803216798705,
    0.8360311073266358,
    0.8785352797256535,
    0.9149635072496779,
    0.9449257047677986,
    0.9681602395076261,
    0.9846355065127768,
    0.9946781606773403,
    0.9991836318844205
  };

  private static final double[] HALF_WEIGHTS_39 = {
    0.08244874787354231,
    0.08219763349859814,
    0.08143065093873227,
    0.08011303339940613,
    0.07820760654082108,
    0.07570052675635824,
    0.0726187730961063,
    0.06902639983200312,
    0.06500205545201815,
    0.06061245985479242,
    0.055892634267739494,
    0.05083545256568445,
    0.045398449034954554,
    0.039537204332193265,
    0.03325271246632099,
    0.026626418092586358,
    0.019835350126694396,
    0.013166513667179556,
    0.007060541545489661,
    0.002261210595550267
  };

  private static final double[] HALF_WEIGHTS_19 = {
    0.16489601282834943,
    0.16286282744011507,
    0.15641352778848386,
    0.14523958838436615,
    0.1300014068553412,
    0.11178913468441827,
    0.0907906816887264,
    0.06651815594027415,
    0.039631895160261256,
    0.014304775643838938
  };

  private static final double[] HALF_WEIGHTS_9 = {
    0.3302393550012598,
    0.31234707704000286,
    0.26061069640293544,
    0.1806481606948574,
    0.08127438836157441
  };

  /** The rules, from the coarsest. */
  public static final List<NestedRule> RULES =
      List.of(
          rule(HALF_WEIGHTS_9, 4, 7), rule(HALF_WEIGHTS_19, 2, 13), rule(HALF_WEIGHTS_39, 1, 27));

  private NestedQuadrature() {}

  /** A symmetric rule on [0, 1], whose nodes are every stride-th of the finest one's. */
  private static NestedRule rule(double[] halfWeights, int stride, int tail) {
    int half = halfWeights.length - 1;
    double[] nodes = new double[2 * half + 1];
    double[] weights = new double[2 * half + 1];
    for (int j = 0; j <= half; j++) {
      double x = HALF_NODES[j * stride];
      nodes[half + j] = (1 + x) / 2;
      nodes[half - j] = (1 - x) / 2;
      weights[half + j] = halfWeights[j] / 2;
      weights[half - j] = halfWeights[j] / 2;
    }
    return NestedRule.of(nodes, weights, tail);
  }

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
   * The place of a rule's first node among those of the finest.
   *
   * @param level index of the rule in {@link #RULES}
   * @return 3, 1 or 0
   */
  public static int offset(int level) {
    return stride(level) - 1;
  }

  /**
   * The place of a rule's node among those of the finest.
   *
   * @param level index of the rule in {@link #RULES}
   * @param node index of the node in the rule
   * @return from 0 to {@link #MAX_NODES} − 1
   */
  public static int place(int level, int node) {
    return offset(level) + node * stride(level);
  }

  /**
   * A node of the finest rule.
   *
   * @param place its index there
   * @return from 0 to 1
   */
  public static double node(int place) {
    return RULES.get(RULES.size() - 1).nodes()[place];
  }

  /**
   * The nodes of a rule whose values are not known from a coarser one.
   *
   * @param level index of the rule in {@link #RULES}
   * @return their places among those of the finest rule, ascending
   */
  public static int[] added(int level) {
    return IntStream.range(0, RULES.get(level).nodes().length)
        .map(node -> place(level, node))
        .filter(place -> !known(level, place))
        .toArray();
  }

  /**
   * Whether a coarser rule has a node.
   *
   * @param level index of the rule in {@link #RULES}
   * @param place index of the node among those of the finest rule
   * @return whether its value is known already
   */
  public static boolean known(int level, int place) {
    return level > 0 && (place + 1) % stride(level - 1) == 0;
  }

  /**
   * The integral by a rule.
   *
   * @param level index of the rule
   * @param values values at the nodes of the finest rule, where those of this one are filled
   * @return Σ weight · value
   */
  public static double integral(int level, double[] values) {
    return RULES.get(level).integral(values, offset(level), stride(level));
  }

  /**
   * The estimated error of a rule.
   *
   * @param level index of the rule
   * @param values values at the nodes of the finest rule, where those of this one are filled
   * @return in the units of the integral
   */
  public static double errorEstimate(int level, double[] values) {
    return tailFactor(level) * RULES.get(level).tailSum(values, offset(level), stride(level));
  }

  /**
   * What the sum of a rule's tail coefficients is multiplied by to estimate its error.
   *
   * @param level index of the rule
   * @return a pure number
   */
  public static double tailFactor(int level) {
    return TAIL_FACTORS[level];
  }
}
