package io.otflow.train;

/**
 * Adam (Kingma, Ba, arXiv:1412.6980) with bias correction: β₁ = 0.9, β₂ = 0.999, ε = 1e-8. Weights
 * are kept in double, so that small steps are not lost; what the engines see is their rounding to
 * float.
 */
final class Adam {

  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.999;
  private static final double EPSILON = 1e-8;

  private final double[] theta;
  private final double[] first;
  private final double[] second;
  private final double[] safeTheta;
  private final double[] safeFirst;
  private final double[] safeSecond;
  private int step;
  private int safeStep;

  Adam(float[] initial) {
    theta = new double[initial.length];
    for (int i = 0; i < theta.length; i++) {
      theta[i] = initial[i];
    }
    first = new double[theta.length];
    second = new double[theta.length];
    safeTheta = theta.clone();
    safeFirst = new double[theta.length];
    safeSecond = new double[theta.length];
  }

  /** Takes a step against the gradient; the state before it can come back by {@link #undo}. */
  void step(double[] gradient, double rate) {
    keep(theta, first, second, safeTheta, safeFirst, safeSecond);
    safeStep = step;
    step++;
    double correction1 = 1 - Math.pow(BETA1, step);
    double correction2 = 1 - Math.pow(BETA2, step);
    for (int i = 0; i < theta.length; i++) {
      first[i] = BETA1 * first[i] + (1 - BETA1) * gradient[i];
      second[i] = BETA2 * second[i] + (1 - BETA2) * gradient[i] * gradient[i];
      theta[i] -= rate * (first[i] / correction1) / (Math.sqrt(second[i] / correction2) + EPSILON);
    }
  }

  /** Goes back to the state before the last step. */
  void undo() {
    keep(safeTheta, safeFirst, safeSecond, theta, first, second);
    step = safeStep;
  }

  private void keep(double[] t, double[] f, double[] s, double[] toT, double[] toF, double[] toS) {
    System.arraycopy(t, 0, toT, 0, theta.length);
    System.arraycopy(f, 0, toF, 0, theta.length);
    System.arraycopy(s, 0, toS, 0, theta.length);
  }

  /** The weights, rounded. */
  void copyTo(float[] values) {
    for (int i = 0; i < theta.length; i++) {
      values[i] = (float) theta[i];
    }
  }
}
