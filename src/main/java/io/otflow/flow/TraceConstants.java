package io.otflow.flow;

import io.otflow.math.TrapezoidalFactor;
import io.otflow.model.Architecture;
import io.otflow.model.ParameterLayout;
import io.otflow.model.Parameters;

/**
 * What the trace of the Hessian in x needs of the weights and of nothing else; E drops the column
 * of time. For engines that take it once a model.
 *
 * @param columns K₀E: m × d, row-major
 * @param squaredNorms ‖(K₀E)ⱼ‖², m
 * @param quadratic tr(EᵀAᵀAE)
 */
@SuppressWarnings("ArrayRecordComponent")
public record TraceConstants(double[] columns, double[] squaredNorms, double quadratic) {

  /**
   * The constants of a potential.
   *
   * @param parameters its weights
   * @return new arrays
   */
  public static TraceConstants of(Parameters parameters) {
    Architecture a = parameters.architecture();
    ParameterLayout layout = a.layout();
    double[] theta = parameters.toDoubles();
    double[] columns = withoutTime(theta, layout.weight(0), a.m(), a.d());
    double trace = 0;
    for (double value : withoutTime(theta, layout.quadratic(), a.rank(), a.d())) {
      trace += value * value;
    }
    double[] norms = new double[a.m()];
    for (int p = 0; p < columns.length; p++) {
      norms[p / a.d()] += columns[p] * columns[p];
    }
    return new TraceConstants(columns, norms, trace);
  }

  /** Copies the first d of d + 1 columns. */
  private static double[] withoutTime(double[] theta, int offset, int rows, int d) {
    double[] copy = new double[rows * d];
    for (int j = 0; j < rows; j++) {
      System.arraycopy(theta, offset + j * (d + 1), copy, j * d, d);
    }
    return copy;
  }

  /**
   * The trapezoidal factor of K₀E, with which every product has the same norms of rows.
   *
   * @return m × d, row-major, a new array; zero right of the diagonal
   */
  public double[] factor() {
    double[] factor = columns.clone();
    TrapezoidalFactor.factor(factor, squaredNorms.length, factor.length / squaredNorms.length);
    return factor;
  }
}
