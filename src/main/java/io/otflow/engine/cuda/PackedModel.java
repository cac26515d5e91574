package io.otflow.engine.cuda;

import io.otflow.flow.TraceConstants;
import io.otflow.math.Dense;
import io.otflow.model.Architecture;
import io.otflow.model.ParameterLayout;
import io.otflow.model.Parameters;

/**
 * A model's weights as the kernel reads them, one array. The matrix of a product is cut into blocks
 * of rows, and each block stored inner index by inner index:
 *
 * <pre>
 *  first      (K₀ | b₀), m × (d + 2)
 *  forward    Kᵢ, i = 1 … M, m × m each
 *  bias       bᵢ, i = 1 … M, m each
 *  backward   h Kᵢᵀ, i = 1 … M, m × m each; columns of the last times w
 *  gradient   (K₀ᵀ | AᵀA | b) without the row of time, d × (m + d + 2)
 *  output     w, m
 *  factor     trapezoidal factor of K₀ without its time column, transposed: min(d, m) × m
 *  squares    squared norms of the rows of the factor, m
 * </pre>
 *
 * Rows are padded with zeros to whole blocks, inner indices to whole chunks.
 */
final class PackedModel {

  final Tile tile;
  final Architecture architecture;
  final float[] values;
  final int first;
  final int forward;
  final int bias;
  final int backward;
  final int gradient;
  final int output;
  final int factor;
  final int squares;

  /** min(d, m), columns of the factor. */
  final int factorColumns;

  /** tr(EᵀAᵀAE). */
  final float quadraticTrace;

  private final int width;

  /** An element of a matrix. */
  @FunctionalInterface
  private interface Element {
    double at(int row, int column);
  }

  PackedModel(Tile tile, Parameters parameters) {
    this.tile = tile;
    architecture = parameters.architecture();
    Architecture a = architecture;
    ParameterLayout layout = a.layout();
    double[] theta = parameters.toDoubles();
    int d = a.d();
    int m = a.m();
    int after = a.layers() - 1;
    width = tile.width(a);
    int inputs = tile.inputRows(a);
    factorColumns = Math.min(d, m);
    int square = width * width;
    first = 0;
    forward = first + width * inputs;
    bias = forward + after * square;
    backward = bias + after * width;
    gradient = backward + after * square;
    output = gradient + tile.gradientBlocks(a) * tile.gradientRows() * (width + inputs);
    factor = output + width;
    squares = factor + factorColumns * width;
    values = new float[squares + width];

    int k0 = layout.weight(0);
    matrix(
        first,
        tile.rows(),
        inputs,
        m,
        d + 2,
        (j, l) -> l <= d ? theta[k0 + j * (d + 1) + l] : theta[layout.bias(0) + j]);
    for (int i = 1; i <= after; i++) {
      int k = layout.weight(i);
      boolean last = i == after;
      matrix(forward + (i - 1) * square, tile.rows(), width, m, m, (j, l) -> theta[k + j * m + l]);
      matrix(
          backward + (i - 1) * square,
          tile.rows(),
          width,
          m,
          m,
          (l, j) ->
              a.residualStep() * theta[k + j * m + l] * (last ? theta[layout.output() + j] : 1));
      vector(bias + (i - 1) * width, theta, layout.bias(i), m);
    }
    packGradient(theta, layout);
    vector(output, theta, layout.output(), m);
    TraceConstants trace = TraceConstants.of(parameters);
    packTrace(trace);
    quadraticTrace = (float) trace.quadratic();
  }

  /** Number of floats. */
  int size() {
    return values.length;
  }

  private void matrix(int offset, int height, int innerPadded, int rows, int inner, Element of) {
    for (int j = 0; j < rows; j++) {
      int block = offset + j / height * (height * innerPadded) + j % height;
      for (int l = 0; l < inner; l++) {
        values[block + l * height] = (float) of.at(j, l);
      }
    }
  }

  private void vector(int offset, double[] from, int start, int length) {
    for (int j = 0; j < length; j++) {
      values[offset + j] = (float) from[start + j];
    }
  }

  private void packGradient(double[] theta, ParameterLayout layout) {
    int d = architecture.d();
    int m = architecture.m();
    int rank = architecture.rank();
    double[] quadratic = new double[rank * (d + 1)];
    System.arraycopy(theta, layout.quadratic(), quadratic, 0, quadratic.length);
    double[] gram = new double[(d + 1) * (d + 1)];
    Dense.addTransposed(quadratic, 0, rank, d + 1, quadratic, d + 1, gram);
    int inputs = tile.inputRows(architecture);
    matrix(
        gradient,
        tile.gradientRows(),
        width + inputs,
        d,
        width + d + 2,
        (k, l) -> {
          if (l < width) {
            return l < m ? theta[layout.weight(0) + l * (d + 1) + k] : 0;
          }
          int input = l - width;
          return input <= d ? gram[input * (d + 1) + k] : theta[layout.linear() + k];
        });
  }

  private void packTrace(TraceConstants trace) {
    int d = architecture.d();
    double[] trapezoid = trace.factor();
    for (int j = 0; j < architecture.m(); j++) {
      for (int k = 0; k < factorColumns; k++) {
        values[factor + k * width + j] = (float) trapezoid[j * d + k];
      }
    }
    vector(squares, trace.squaredNorms(), 0, architecture.m());
  }
}
