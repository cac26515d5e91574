package io.otflow.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PaceTest {

  @Test
  void restsInProportionToTheWork() throws Exception {
    long started = System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(20);
    long before = System.nanoTime();
    new Pace(0.25).rest(started);
    assertThat(System.nanoTime() - before).isGreaterThanOrEqualTo(60_000_000L);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.001, 1})
  void endsAtOnceWhenItsThreadIsInterrupted(double share) {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> new Pace(share).rest(System.nanoTime() - 1_000_000_000L))
        .isInstanceOf(InterruptedException.class);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, 1.01, Double.NaN, Double.POSITIVE_INFINITY})
  void refusesWhatIsNoShare(double share) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Pace(share))
        .withMessage("share is " + share + ", expected in (0, 1]");
  }
}
