package io.otflow.engine.simd;

/**
 * A weight matrix in the order in which {@link PanelKernels#multiply} reads it: blocks of 8 rows,
 * and in a block column after column.
 *
 * <pre>
 *  values[(block · columns + column) · 8 + i] = element (8·block + i, column); 0 past the last row
 * </pre>
 */
final class PackedMatrix {

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

  /** Takes a row-major matrix that starts at an offset of a. */
  void set(float[] a, int offset) {
    for (int j = 0; j < rows; j++) {
      for (int l = 0; l < columns; l++) {
        put(j, l, a[offset + j * columns + l]);
      }
    }
  }

  /** Takes the transpose of a row-major matrix that starts at an offset of a. */
  void setTransposed(float[] a, int offset) {
    for (int j = 0; j < rows; j++) {
      for (int l = 0; l < columns; l++) {
        put(j, l, a[offset + l * rows + j]);
      }
    }
  }

  private void put(int row, int column, float value) {
    values[(row / Lanes.ROW_BLOCK * columns + column) * Lanes.ROW_BLOCK + row % Lanes.ROW_BLOCK] =
        value;
  }
}
