package io.otflow.engine.simd;

/**
 * A weight matrix in the order in which {@link NarrowPanelKernels} reads it: blocks of 6 rows, then
 * one or two of 4 where 6 does not divide; and in a block column after column.
 *
 * <pre>
 *  block of 6: values[(block · columns + column) · 8 + row in block] = element
 *  block of 4: values[foursAt + (block · columns + column) · 4 + row in block] = element; 0 past the last row
 * </pre>
 *
 * <p>The two floats that are idle in a block of 6 let the JIT see the bounds of the index, which it
 * cannot with a factor of 6.
 */
final class NarrowMatrix implements PanelMatrix {

  final float[] values;
  final int columns;

  /** Rows in blocks of 6. */
  final int rowsBySix;

  /** Where the blocks of 4 begin. */
  final int foursAt;

  /** Rows, padded to whole blocks. */
  final int paddedRows;

  /** Space for the sums of one column: a row. */
  final float[] squares = new float[Lanes.TILE];

  /** A vector of zeros. */
  final float[] zero = new float[Lanes.LENGTH];

  private final int rows;

  NarrowMatrix(int rows, int columns) {
    this.rows = rows;
    this.columns = columns;
    paddedRows = Math.max(4, rows + rows % 2);
    rowsBySix = rowsBySix(paddedRows);
    foursAt = rowsBySix / 6 * 8 * columns;
    values = new float[foursAt + (paddedRows - rowsBySix) * columns];
  }

  /**
   * Rows that go by 6; the others by 4.
   *
   * @param rows an even number, at least 4
   * @return a multiple of 6 that leaves 0, 4 or 8 rows
   */
  static int rowsBySix(int rows) {
    int left = rows % 6 == 2 ? 8 : rows % 6;
    return rows - left;
  }

  @Override
  public void set(float[] a, int offset, int rowStride, int columnStride) {
    for (int j = 0; j < rows; j++) {
      int four = j - rowsBySix;
      for (int l = 0; l < columns; l++) {
        int p =
            four < 0
                ? (j / 6 * columns + l) * 8 + j % 6
                : foursAt + (four / 4 * columns + l) * 4 + four % 4;
        values[p] = a[offset + j * rowStride + l * columnStride];
      }
    }
  }

  @Override
  public void multiply(float[] in, int offset, float[] init, float[] out) {
    NarrowPanelKernels.multiply(this, in, offset, init, out);
  }

  @Override
  public void addWeightedSquares(int from, float[] in, float[] g, float[] sum) {
    NarrowPanelKernels.addWeightedSquares(this, from, in, g, sum);
  }
}
