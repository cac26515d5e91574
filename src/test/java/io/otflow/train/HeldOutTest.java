package io.otflow.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class HeldOutTest {

  private static final HeldOut ROWS = new HeldOut(new double[4], new double[] {10, 20, 30, 40}, 4);

  @Test
  void theCheapestRowsCountEachWithItsDeterminant() {
    assertThat(ROWS.meanOfCheapest(new double[] {3, 1, 2, 99}, 3))
        .isCloseTo((3 + 1 + 2 - 10 - 20 - 30) / 3.0, within(1e-12));
    assertThat(ROWS.meanOfCheapest(new double[] {3, 1, 2, 99}, 4)).isCloseTo(1.25, within(1e-12));
  }

  /** Of weights that lose a row, what is left must not look better. */
  @Test
  void aRowThatIsLostIsPaidFor() {
    assertThat(ROWS.meanOfCheapest(new double[] {1, 1, 1, 50}, 4))
        .isGreaterThan(ROWS.meanOfCheapest(new double[] {2, 2, 2, 2}, 4));
  }

  @Test
  void aCostThatIsNoNumberShows() {
    assertThat(ROWS.meanOfCheapest(new double[] {1, Double.NaN, 1, 1}, 4)).isNaN();
  }
}
