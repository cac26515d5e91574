package io.otflow.engine.simd;

/** A matrix to be multiplied with panels. */
interface PanelMatrix extends Matrix {

  /**
   * A matrix in the layout that suits the machine's vector registers.
   *
   * @param rows its rows
   * @param columns its columns
   * @return zeros
   */
  static PanelMatrix of(int rows, int columns) {
    return Lanes.FEW_REGISTERS ? new NarrowMatrix(rows, columns) : new PackedMatrix(rows, columns);
  }

  /**
   * out = init + W in, or out += W in.
   *
   * @param in holds a panel of as many rows as W has columns
   * @param offset where it begins in in
   * @param init one number a row of W, padded; null to start from what out holds
   * @param out panel of as many rows as W, padded; must not alias in
   */
  void multiply(float[] in, int offset, float[] init, float[] out);

  /**
   * sum += Σⱼ gⱼ (W in)ⱼ²: one number a lane. The product itself is not kept.
   *
   * @param from the first column that counts; the rows of in before it are not read
   * @param in panel of as many rows as W has columns
   * @param g panel of as many rows as W, padded
   * @param sum one row, added to
   */
  void addWeightedSquares(int from, float[] in, float[] g, float[] sum);

  @Override
  default void multiply(float[] in, float[] init, float[] out) {
    multiply(in, 0, init, out);
  }

  @Override
  default void accumulate(float[] in, float[] out) {
    multiply(in, 0, null, out);
  }
}
