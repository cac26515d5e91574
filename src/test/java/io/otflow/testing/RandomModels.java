package io.otflow.testing;

import io.otflow.model.Architecture;
import io.otflow.model.FeatureScaling;
import io.otflow.model.ModelSnapshot;
import io.otflow.model.ParameterLayout;
import io.otflow.model.Parameters;
import io.otflow.model.Provenance;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Models and rows drawn from a seed, of a size at which the flow does something but stays tame. */
public final class RandomModels {

  private RandomModels() {}

  public static Parameters parameters(Architecture a, long seed) {
    Random random = new Random(seed);
    float[] theta = new float[a.layout().size()];
    for (ParameterLayout.Tensor tensor : a.layout().tensors()) {
      double scale =
          tensor.name().equals("A") ? 0.3 : 0.8 / Math.sqrt(Math.max(2, tensor.columns()));
      for (int i = 0; i < tensor.size(); i++) {
        theta[tensor.offset() + i] = (float) (scale * random.nextGaussian());
      }
    }
    return new Parameters(a, theta);
  }

  /**
   * A model with weights half as large again: for many a row its 4 steps are too few, and the
   * adaptive integrator doubles them.
   */
  public static ModelSnapshot bent(Architecture a, long seed) {
    double[] theta = parameters(a, seed).toDoubles();
    float[] larger = new float[theta.length];
    for (int i = 0; i < theta.length; i++) {
      larger[i] = (float) (1.5 * theta[i]);
    }
    return snapshot(new Parameters(a, larger), FeatureScaling.identity(a.d()), 4);
  }

  public static ModelSnapshot snapshot(Architecture a, long seed) {
    return snapshot(parameters(a, seed), FeatureScaling.identity(a.d()), 4);
  }

  public static ModelSnapshot snapshot(Parameters parameters, FeatureScaling scaling, int steps) {
    List<String> names = new ArrayList<>();
    for (int k = 0; k < scaling.d(); k++) {
      names.add("x" + k);
    }
    return new ModelSnapshot(
        1, names, parameters, scaling, steps, Optional.empty(), Provenance.imported(0, "random"));
  }

  public static double[] rows(int rows, int d, long seed) {
    Random random = new Random(seed);
    double[] x = new double[rows * d];
    for (int p = 0; p < x.length; p++) {
      x[p] = random.nextGaussian();
    }
    return x;
  }
}
