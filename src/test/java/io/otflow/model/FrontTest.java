package io.otflow.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.otflow.testing.RandomModels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrontTest {

  private static final int D = 4;
  private static final Front FRONT =
      RandomModels.withFront(RandomModels.snapshot(Architecture.of(D, 3, 2), 1), 7).front();

  private static double[] applied(Front front, double[] x) {
    double[] y = new double[x.length];
    double unused = front.apply(x, 0, y, 0);
    return y;
  }

  private static double logDeterminant(Front front, double[] x) {
    return front.apply(x, 0, new double[x.length], 0);
  }

  @Test
  void theLogDeterminantIsThatOfItsJacobian() {
    Random random = new Random(20260706);
    for (int i = 0; i < 50; i++) {
      double[] x = random.doubles(D, -6, 6).toArray();
      assertThat(logDeterminant(FRONT, x))
          .isCloseTo(Jacobian.logDeterminant(row -> applied(FRONT, row), x), within(1e-4));
    }
  }

  @Test
  void theInverseUndoesIt() {
    Random random = new Random(20260707);
    for (int i = 0; i < 200; i++) {
      double[] x = random.doubles(D, -20, 20).toArray();
      double[] y = applied(FRONT, x);
      FRONT.invert(y);
      assertThat(y).containsExactly(x, within(1e-10));
    }
  }

  @Test
  void aRowIsMappedWhereItStandsAndInPlace() {
    double[] x = new Random(20260708).doubles(3 * D, -3, 3).toArray();
    double[] expected = applied(FRONT, Arrays.copyOfRange(x, D, 2 * D));
    double[] y = new double[D + 2];
    double logDeterminant = FRONT.apply(x, D, y, 1);
    assertThat(y[0]).isZero();
    assertThat(y[D + 1]).isZero();
    assertThat(Arrays.copyOfRange(y, 1, D + 1)).isEqualTo(expected);
    assertThat(FRONT.apply(x, D, x, D)).isEqualTo(logDeterminant);
    assertThat(Arrays.copyOfRange(x, D, 2 * D)).isEqualTo(expected);
  }

  @Test
  void rowsThatAreScaledAlreadyAreOnlyBent() {
    double[] x = new Random(20260709).doubles(3 * D, -3, 3).toArray();
    double[] y = new double[x.length];
    FRONT.scaling().apply(x, 3, y);
    for (int i = 0; i < 3; i++) {
      double logs = FRONT.bend(y, i * D);
      double[] row = Arrays.copyOfRange(x, i * D, (i + 1) * D);
      assertThat(FRONT.constant() + logs).isCloseTo(logDeterminant(FRONT, row), within(1e-12));
      row = applied(FRONT, row);
      assertThat(Arrays.copyOfRange(y, i * D, (i + 1) * D)).containsExactly(row, within(1e-13));
    }
  }

  @Test
  void aFrontOfAScalingIsTheScaling() {
    FeatureScaling scaling =
        new FeatureScaling(new double[] {1e6, -3, 0}, new double[] {0.5, 4, 1e-3});
    Front front = Front.of(scaling);
    double[] x = {1e6 + 0.3, 17, 0.02};
    double[] expected = new double[3];
    scaling.apply(x, 1, expected);
    assertThat(applied(front, x)).containsExactly(expected, within(1e-13));
    assertThat(logDeterminant(front, x)).isEqualTo(-scaling.logScaleSum());
    assertThat(front.scalesOnly()).isTrue();
    assertThat(front.scaling()).isEqualTo(scaling);
    assertThat(front.maps()).containsOnly(Optional.empty());
  }

  @Test
  void onlyAMapOrAWhiteningDoesMoreThanScale() {
    FeatureScaling scaling = FRONT.scaling();
    List<Optional<MonotoneSpline>> none = Collections.nCopies(D, Optional.empty());
    assertThat(FRONT.scalesOnly()).isFalse();
    assertThat(new Front(scaling, FRONT.maps(), Optional.empty()).scalesOnly()).isFalse();
    assertThat(new Front(scaling, none, FRONT.whitening()).scalesOnly()).isFalse();
    assertThat(new Front(scaling, none, Optional.empty()).scalesOnly()).isTrue();
    assertThat(new Front(scaling, none, Optional.empty())).isEqualTo(Front.of(scaling));
    assertThat(new Front(scaling, FRONT.maps(), FRONT.whitening()))
        .isEqualTo(FRONT)
        .hasSameHashCodeAs(FRONT);
  }

  /** Their product is up to 1e900, or as small. */
  @Test
  void derivativesOfManyFeaturesDoNotOverflow() {
    for (double exponent : new double[] {3, -3, 160, -160}) {
      double slope = Math.pow(10, exponent);
      int d = Math.abs(exponent) > 100 ? 5 : 300;
      List<Optional<MonotoneSpline>> maps = new ArrayList<>();
      for (int k = 0; k < d; k++) {
        maps.add(
            Optional.of(
                new MonotoneSpline(
                    new double[] {0, 1},
                    new double[] {0, slope},
                    new double[] {slope, slope},
                    0,
                    0)));
      }
      Front front = new Front(FeatureScaling.identity(d), maps, Optional.empty());
      double[] x = new Random(20260710).doubles(d, -2, 2).toArray();
      double expected = d * exponent * Math.log(10);
      assertThat(logDeterminant(front, x)).isCloseTo(expected, within(1e-12 * Math.abs(expected)));
    }
  }

  @Test
  void aValueThatIsNoNumberShows() {
    double[] x = {0, 0, Double.NaN, 0};
    assertThat(applied(FRONT, x)[2]).isNaN();
    assertThat(logDeterminant(FRONT, x)).isNaN();
  }

  @Test
  void partsOfOtherFeaturesAreRefused() {
    FeatureScaling scaling = FeatureScaling.identity(3);
    assertThatThrownBy(() -> new Front(scaling, FRONT.maps(), Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("front maps 4 features and scales 3, expected the same");
    assertThatThrownBy(() -> new Front(scaling, Front.of(scaling).maps(), FRONT.whitening()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("front whitens 4 features and scales 3, expected the same");
  }
}
