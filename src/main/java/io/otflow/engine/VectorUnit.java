package io.otflow.engine;

/** What the vector kernels run on, as far as benchmarks want to know. */
public interface VectorUnit {

  /**
   * Width of the vectors that the kernels use.
   *
   * @return bits
   */
  int bits();

  /**
   * Measures what the multiply-add units of one core do at most; takes some hundredths of a second.
   *
   * @return 10⁹ operations a second, a multiply-add being two
   */
  double peakGflops();
}
