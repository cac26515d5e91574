package io.otflow.model;

import java.util.function.UnaryOperator;

/** Determinants of maps by differences. */
final class Jacobian {

  private static final double STEP = 1e-5;

  private Jacobian() {}

  /** log|det ∂y/∂x| by central differences and elimination with pivots. */
  static double logDeterminant(UnaryOperator<double[]> map, double[] x) {
    int d = x.length;
    double[][] columns = new double[d][];
    for (int k = 0; k < d; k++) {
      double[] up = x.clone();
      double[] down = x.clone();
      up[k] += STEP;
      down[k] -= STEP;
      double[] column = map.apply(up);
      double[] below = map.apply(down);
      for (int j = 0; j < d; j++) {
        column[j] = (column[j] - below[j]) / (2 * STEP);
      }
      columns[k] = column;
    }
    double sum = 0;
    for (int k = 0; k < d; k++) {
      int pivot = k;
      for (int i = k + 1; i < d; i++) {
        pivot = Math.abs(columns[i][k]) > Math.abs(columns[pivot][k]) ? i : pivot;
      }
      double[] swapped = columns[k];
      columns[k] = columns[pivot];
      columns[pivot] = swapped;
      sum += Math.log(Math.abs(columns[k][k]));
      for (int i = k + 1; i < d; i++) {
        double factor = columns[i][k] / columns[k][k];
        for (int j = k; j < d; j++) {
          columns[i][j] -= factor * columns[k][j];
        }
      }
    }
    return sum;
  }
}
