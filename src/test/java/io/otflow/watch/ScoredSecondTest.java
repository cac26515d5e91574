package io.otflow.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ScoredSecondTest {

  @Test
  void quantilesAreThoseOfAUniformSample() {
    SplittableRandom random = new SplittableRandom(1);
    ScoredSecond second = new ScoredSecond(20_000);
    assertThat(second.median()).isNaN();
    for (int i = 0; i < 20_000; i++) {
      second.add(random.nextDouble(), false);
    }
    assertThat(second.scored()).isEqualTo(20_000);
    assertThat(second.median()).isCloseTo(0.5, within(0.1));
    assertThat(second.low()).isCloseTo(0.01, within(0.02));
  }

  @Test
  void pointsAreEvenInTimeAlsoWhereAllIsFlagged() {
    for (boolean flagged : new boolean[] {false, true}) {
      ScoredSecond second = new ScoredSecond(1000);
      int early = 0;
      int late = 0;
      for (int i = 0; i < 1000; i++) {
        if (second.keeps(flagged)) {
          early += i < 500 ? 1 : 0;
          late += i < 500 ? 0 : 1;
        }
        second.add(-1, flagged);
      }
      assertThat(late).isGreaterThanOrEqualTo(9);
      assertThat(early + late).isLessThanOrEqualTo(ScoredSecond.MOST_POINTS);
    }
  }

  @Test
  void aBurstIsCutShort() {
    ScoredSecond second = new ScoredSecond(0);
    int kept = 0;
    for (int i = 0; i < 100_000; i++) {
      kept += second.keeps(true) ? 1 : 0;
      second.add(-1, true);
    }
    assertThat(kept).isLessThanOrEqualTo(ScoredSecond.MOST_POINTS);
    assertThat(second.flagged()).isEqualTo(100_000);
  }
}
