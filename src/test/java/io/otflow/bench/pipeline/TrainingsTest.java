package io.otflow.bench.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The share of a span in which something trained. */
class TrainingsTest {

  @Test
  void onlyWhatLiesInTheSpanCounts() {
    Trainings trainings = new Trainings();
    assertThat(trainings.busyShare(0, 100)).isZero();
    trainings.add(-50, 10);
    trainings.add(40, 60);
    trainings.add(90, 400);
    trainings.add(500, 600);
    assertThat(trainings.count()).isEqualTo(4);
    assertThat(trainings.busyShare(0, 100)).isEqualTo(0.4);
    assertThat(trainings.busyShare(10, 40)).isZero();
    assertThat(trainings.busyShare(100, 200)).isEqualTo(1.0);
  }

  @Test
  void timeSharedByTwoCountsOnceInWhateverOrderTheyAreAdded() {
    Trainings trainings = new Trainings();
    trainings.add(49, 80);
    trainings.add(0, 50);
    trainings.add(10, 20);
    assertThat(trainings.busyShare(0, 100)).isEqualTo(0.8);
  }

  @Test
  void anEmptySpanHasNoShare() {
    assertThat(new Trainings().busyShare(5, 5)).isNaN();
  }
}
