package io.otflow.train;

import io.otflow.model.Architecture;
import io.otflow.model.ParameterLayout;
import java.util.random.RandomGenerator;

/**
 * First weights: matrices and biases uniform within ±1/√columns as PyTorch draws them, w normal
 * with variance 1/m, A small, b and c zero; behind a front that whitens, w and A a hundredth of
 * that. The flow starts near the identity, the density near the normal.
 */
final class Initialization {

  private static final double QUADRATIC_SCALE = 0.05;

  /** Size of w and A near the identity, of what it is elsewhere. */
  private static final double NEAR = 0.01;

  private Initialization() {}

  /**
   * Draws weights.
   *
   * @param a the shape
   * @param nearIdentity whether the flow starts so close to the identity that the density is the
   *     front's Gaussian
   * @param random draws
   */
  static float[] draw(Architecture a, boolean nearIdentity, RandomGenerator random) {
    double size = nearIdentity ? NEAR : 1;
    float[] theta = new float[a.layout().size()];
    int fanIn = 1;
    for (ParameterLayout.Tensor tensor : a.layout().tensors()) {
      boolean network = tensor.name().startsWith("N.");
      fanIn = tensor.name().endsWith(".weight") ? tensor.columns() : fanIn;
      double bound = 1 / Math.sqrt(fanIn);
      for (int i = tensor.offset(); i < tensor.offset() + tensor.size(); i++) {
        if (network) {
          theta[i] = (float) (bound * (2 * random.nextDouble() - 1));
        } else if (tensor.name().equals("A")) {
          theta[i] = (float) (size * QUADRATIC_SCALE * random.nextGaussian());
        } else if (tensor.name().equals("w.weight")) {
          theta[i] = (float) (size * random.nextGaussian() / Math.sqrt(a.m()));
        }
      }
    }
    return theta;
  }
}
