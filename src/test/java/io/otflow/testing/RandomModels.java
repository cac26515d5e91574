package io.otflow.testing;

import io.otflow.model.Architecture;
import io.otflow.model.FeatureScaling;
import io.otflow.model.Front;
import io.otflow.model.ModelSnapshot;
import io.otflow.model.MonotoneSpline;
import io.otflow.model.ParameterLayout;
import io.otflow.model.Parameters;
import io.otflow.model.Provenance;
import io.otflow.model.Whitening;
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

  /** The same model behind a front that maps every feature but the first, and whitens. */
  public static ModelSnapshot withFront(ModelSnapshot model, long seed) {
    Random random = new Random(seed);
    int d = model.d();
    double[] mean = new double[d];
    double[] scale = new double[d];
    List<Optional<MonotoneSpline>> maps = new ArrayList<>();
    double[] w = new double[d * (d + 1) / 2];
    for (int k = 0, p = 0; k < d; k++) {
      mean[k] = random.nextGaussian();
      scale[k] = Math.exp(0.5 * random.nextGaussian());
      maps.add(k == 0 ? Optional.empty() : Optional.of(spline(random)));
      for (int j = 0; j <= k; j++, p++) {
        w[p] = j == k ? Math.exp(0.2 * random.nextGaussian()) : 0.3 * random.nextGaussian() / d;
      }
    }
    return behind(
        model,
        new Front(
            new FeatureScaling(mean, scale), maps, Optional.of(new Whitening(new double[d], w))));
  }

  /** The same model behind another front. */
  public static ModelSnapshot behind(ModelSnapshot model, Front front) {
    return new ModelSnapshot(
        model.version(),
        model.featureNames(),
        model.parameters(),
        front,
        model.steps(),
        model.calibration(),
        model.provenance());
  }

  /** A spline of four knots near the identity, with one end bent. */
  private static MonotoneSpline spline(Random random) {
    double[] at = {-1.5, -0.4, 0.5, 1.6};
    double[] value = new double[at.length];
    double[] slope = new double[at.length];
    for (int i = 0; i < at.length; i++) {
      value[i] = at[i] + 0.3 * (random.nextDouble() - 0.5);
      slope[i] = 0.6 + 0.8 * random.nextDouble();
    }
    return new MonotoneSpline(at, value, slope, 0, 0.5 * random.nextDouble());
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
