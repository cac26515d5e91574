package io.otflow.engine.simd;

/**
 * A weight matrix to be multiplied with one vector: lanes are rows. Strips of 8, 4 or 2 vectors of
 * rows follow each other, each read from its first element to its last.
 *
 * <pre>
 *  values[strip's first row · columns + column · strip's rows + row in strip] = element; 0 past the last row
 * </pre>
 */
final class ColumnMatrix implements Matrix {

  final float[] values;
  final int rows;
  final int columns;

  /** Rows, padded to whole tiles. */
  final int stride;

  ColumnMatrix(int rows, int columns) {
    this.rows = rows;
    this.columns = columns;
    stride = Lanes.padColumns(rows);
    values = new float[stride * columns];
  }

  @Override
  public void set(float[] a, int offset, int rowStride, int columnStride) {
    for (int from = 0; from < stride; from += stripRows(from)) {
      int strip = stripRows(from);
      for (int l = 0; l < columns; l++) {
        for (int j = from; j < Math.min(rows, from + strip); j++) {
          values[from * columns + l * strip + j - from] =
              a[offset + j * rowStride + l * columnStride];
        }
      }
    }
  }

  /** Rows of the strip that begins at a row: 8, 4 or 2 vectors, the most that are left. */
  int stripRows(int from) {
    int vectors = (stride - from) / Lanes.LENGTH;
    return (vectors >= 8 ? 8 : vectors >= 4 ? 4 : 2) * Lanes.LENGTH;
  }

  @Override
  public void multiply(float[] in, float[] init, float[] out) {
    VectorKernels.multiply(this, in, init, out);
  }

  @Override
  public void multiply(float[][] in, float[][] init, float[][] out, int points) {
    if (points == VectorKernels.POINTS) {
      VectorKernels.multiply(this, in, init, out);
    } else {
      Matrix.super.multiply(in, init, out, points);
    }
  }

  @Override
  public void accumulate(float[] in, float[] out) {
    VectorKernels.multiply(this, in, out, out);
  }
}
