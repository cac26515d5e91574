package io.otflow.engine.simd;

/**
 * A weight matrix in the order in which {@link PanelKernels} reads it, to be multiplied with
 * panels: blocks of 8 rows, and in a block column after column.
 *
 * <pre>
 *  values[(block · columns + column) · 8 + i] = element (8·block + i, column); 0 past the last row
 * </pre>
 */
final class PackedMatrix implements PanelMatrix {

  final float[] values;
  final int rows;
  final int columns;
  final int blocks;

  PackedMatrix(int rows, int columns) {
    this.rows = rows;
    this.columns = columns;
    blocks = Lanes.padRows(rows) / Lanes.ROW_BLOCK;
    values = new float[blocks * columns * Lanes.ROW_BLOCK];
  }

  @Override
  public void set(float[] a, int offset, int rowStride, int columnStride) {
    int r = Lanes.ROW_BLOCK;
    for (int j = 0; j < rows; j++) {
      for (int l = 0; l < columns; l++) {
        values[(j / r * columns + l) * r + j % r] = a[offset + j * rowStride + l * columnStride];
      }
    }
  }

  @Override
  public void multiply(float[] in, int offset, float[] init, float[] out) {
    PanelKernels.multiply(this, in, offset, init, out);
  }

  @Override
  public void addWeightedSquares(int from, float[] in, float[] g, float[] sum) {
    PanelKernels.addWeightedSquares(this, from, in, g, sum);
  }
}
