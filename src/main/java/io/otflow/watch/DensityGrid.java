package io.otflow.watch;

import io.otflow.flow.Sampler;
import io.otflow.model.ModelSnapshot;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The density of any two features that a model has learnt, by drawing from it: the others are
 * whatever goes with them. Rows are drawn once a model. Thread-safe.
 */
final class DensityGrid {

  static final int CELLS = 48;
  private static final int ROWS = 12_000;

  /** Half of the width of the grid, standard deviations of the rows drawn. */
  private static final double SPAN = 3.5;

  private ModelSnapshot model;
  private double[] rows = {};

  /**
   * Counts of rows drawn in cells, smoothed.
   *
   * @param newest the model
   * @param a the feature across
   * @param b the feature upwards
   * @return plain values: the edges of the grid and CELLS × CELLS densities, the lowest row first
   */
  synchronized Map<String, Object> of(ModelSnapshot newest, int a, int b) {
    if (model == null || model.version() != newest.version()) {
      draw(newest);
    }
    double[] rangeA = range(a);
    double[] rangeB = range(b);
    double[] counts = new double[CELLS * CELLS];
    int d = newest.d();
    for (int i = 0; i < ROWS; i++) {
      int column = cell(rows[i * d + a], rangeA);
      int line = cell(rows[i * d + b], rangeB);
      if (column >= 0 && line >= 0) {
        counts[line * CELLS + column]++;
      }
    }
    Map<String, Object> grid = new LinkedHashMap<>();
    grid.put("version", newest.version());
    grid.put("cells", CELLS);
    grid.put("x", rangeA);
    grid.put("y", rangeB);
    grid.put("density", smoothed(smoothed(counts, 1), CELLS));
    return grid;
  }

  private void draw(ModelSnapshot newest) {
    int d = newest.d();
    double[] drawn = new double[ROWS * d];
    double[] row = new double[d];
    Sampler sampler = new Sampler(newest, newest.steps(), newest.version());
    for (int i = 0; i < ROWS; i++) {
      sampler.next(row);
      System.arraycopy(row, 0, drawn, i * d, d);
    }
    rows = drawn;
    model = newest;
  }

  private double[] range(int k) {
    int d = model.d();
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < ROWS; i++) {
      sum += rows[i * d + k];
      squares += rows[i * d + k] * rows[i * d + k];
    }
    double mean = sum / ROWS;
    double deviation = Math.sqrt(Math.max(1e-300, squares / ROWS - mean * mean));
    return new double[] {mean - SPAN * deviation, mean + SPAN * deviation};
  }

  private static int cell(double value, double[] range) {
    int cell = (int) Math.floor((value - range[0]) / (range[1] - range[0]) * CELLS);
    return cell < CELLS ? cell : -1;
  }

  /** A small binomial window along one direction. */
  private static double[] smoothed(double[] grid, int stride) {
    double[] weights = {1, 4, 6, 4, 1};
    double[] out = new double[grid.length];
    for (int i = 0; i < grid.length; i++) {
      int along = stride == 1 ? i % CELLS : i / CELLS;
      for (int w = -2; w <= 2; w++) {
        if (along + w >= 0 && along + w < CELLS) {
          out[i] += weights[w + 2] / 16 * grid[i + w * stride];
        }
      }
    }
    return out;
  }
}
