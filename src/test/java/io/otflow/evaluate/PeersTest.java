package io.otflow.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class PeersTest {

  private static PeerRows rows(int count) {
    PeerRows rows = new PeerRows(2, 1);
    Random random = new Random(5);
    for (int i = 0; i < count; i++) {
      rows.add(new double[] {1e6 + 1000 * random.nextGaussian(), 1e-3 * random.nextGaussian()});
    }
    return rows;
  }

  @Test
  void whatIsFarAwayScoresHigherWhateverTheUnits() {
    Peers peers = new Peers(rows(2000), 7);
    assertThat(peers.names()).containsExactly("random cut forest", "robust Gaussian");
    double[] usual = peers.scores(new double[] {1e6, 0});
    double[] first = peers.scores(new double[] {1e6 + 6000, 0});
    double[] second = peers.scores(new double[] {1e6, 0.006});
    double[] absurd = peers.scores(new double[] {-Double.MAX_VALUE, Double.MAX_VALUE});
    for (int p = 0; p < usual.length; p++) {
      assertThat(first[p]).isGreaterThan(2 * usual[p]);
      assertThat(second[p]).isGreaterThan(2 * usual[p]);
      assertThat(absurd[p]).isGreaterThan(usual[p]);
    }
    assertThat(new Peers(rows(2000), 7).scores(new double[] {1e6, 0})).containsExactly(usual);
  }

  @Test
  void theSampleIsUniformAndBounded() {
    PeerRows rows = new PeerRows(1, 3);
    for (int i = 0; i < 100_000; i++) {
      rows.add(new double[] {i});
    }
    assertThat(rows.rows()).isEqualTo(PeerRows.MOST);
    assertThat(rows.x()).hasSize(PeerRows.MOST).doesNotHaveDuplicates();
    // Mean and deviation of 0 to 99,999; standard errors 289 and about 130.
    assertThat(rows.scaling().mean()[0]).isCloseTo(49_999.5, within(1200.0));
    assertThat(rows.scaling().scale()[0]).isCloseTo(100_000 / Math.sqrt(12), within(600.0));
  }

  @Test
  void fewRowsAreKeptAsTheyAreAndNoneAreRefused() {
    PeerRows rows = new PeerRows(2, 3);
    assertThatThrownBy(() -> new Peers(rows, 1)).hasMessageContaining("no rows to learn from");
    rows.add(new double[] {1, 4});
    rows.add(new double[] {3, 4});
    assertThat(rows.x()).containsExactly(1, 4, 3, 4);
    assertThat(rows.scaling().mean()).containsExactly(2, 4);
    assertThat(rows.scaling().scale()).containsExactly(1, 0.004);
    assertThat(new Peers(rows, 1).scores(new double[] {2, 4})).doesNotContain(Double.NaN);
  }
}
