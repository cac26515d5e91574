package io.otflow.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.otflow.math.Cholesky;
import io.otflow.model.Whitening;
import java.util.List;
import org.junit.jupiter.api.Test;

class FollowerTest {

  private static final List<String> NAMES = List.of("a", "b", "c", "d");

  /** Features a, b, c = (a + b)/√2 and something small, d. */
  private static Whitening whitening(double own) {
    double share = Math.sqrt((1 - own * own) / 2);
    double[] covariance = {1, 0, share, 0, 0, 1, share, 0, share, share, 1, 0, 0, 0, 0, 1};
    return new Whitening(new double[4], new Cholesky(covariance, 4).inverseFactor());
  }

  @Test
  void aLinearCombinationIsNamedWithWhatItIsOf() {
    List<Follower> found = Follower.of(NAMES, whitening(0.01));
    assertThat(found).hasSize(1);
    assertThat(found.get(0).feature()).isEqualTo("c");
    assertThat(found.get(0).from()).containsExactlyInAnyOrder("a", "b");
    assertThat(found.get(0).spread()).isBetween(0.0099, 0.0101);
    assertThat(found.get(0))
        .hasToString("feature 'c' follows from a, b to within 0.01 of its spread");
  }

  @Test
  void aFeatureOfItsOwnIsNone() {
    assertThat(Follower.of(NAMES, whitening(0.2))).isEmpty();
  }
}
