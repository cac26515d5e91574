package io.otflow.engine.simd;

/** A matrix of weights in the layout that one kernel reads. */
interface Matrix {

  /**
   * Takes values: element (j, l) is a[offset + j · rowStride + l · columnStride].
   *
   * @param a holds them
   * @param offset of element (0, 0)
   * @param rowStride from a row to the next
   * @param columnStride from a column to the next
   */
  void set(float[] a, int offset, int rowStride, int columnStride);

  /**
   * out = init + W in. Each sum runs over the columns in ascending order, each term added by one
   * fused multiply-add: the result does not depend on the layout.
   *
   * @param in as many rows as W has columns
   * @param init one number a row of W, padded
   * @param out as many rows as W; must not alias in
   */
  void multiply(float[] in, float[] init, float[] out);

  /**
   * The same for several points, each with arrays of its own.
   *
   * @param in an array a point
   * @param init an array a point
   * @param out an array a point
   * @param points how many
   */
  default void multiply(float[][] in, float[][] init, float[][] out, int points) {
    for (int p = 0; p < points; p++) {
      multiply(in[p], init[p], out[p]);
    }
  }

  /**
   * out += W in, as {@link #multiply(float[], float[], float[])}.
   *
   * @param in as many rows as W has columns
   * @param out as many rows as W, padded; must not alias in
   */
  void accumulate(float[] in, float[] out);
}
