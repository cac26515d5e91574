package io.otflow.train;

import static io.otflow.train.TrainingListener.NONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.otflow.local.SyntheticStream;
import io.otflow.model.ModelSnapshot;
import io.otflow.model.Provenance.Comparison;
import io.otflow.model.Provenance.Origin;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Windows that must not take a good model away, and those that must replace it. */
class CandidateGateTest {

  private static final int D = SyntheticStream.FEATURES;
  private static final int ROWS = 2000;
  private static final SyntheticStream STREAM = SyntheticStream.of(200_000, 3);
  private static final CandidateGate GATE = CandidateGate.DEFAULT;
  private static final TrainingConfig CONFIG = config(400);

  private static ModelSnapshot serving;

  private static TrainingConfig config(int iterations) {
    return new TrainingConfig(
        24,
        2,
        4,
        8,
        1,
        100,
        10,
        iterations,
        256,
        0.01,
        50,
        0.1,
        0,
        0.1,
        0.2,
        25,
        8,
        Integer.MAX_VALUE,
        0.01,
        7,
        2);
  }

  @BeforeAll
  static void fitTheServingModel() throws TrainingException {
    serving =
        new ModelFitter(config(1000)).fit(data(4000, STREAM::features), Optional.empty(), 1, NONE);
  }

  private static TrainingData data(int rows, IntFunction<double[]> row) {
    double[] x = new double[rows * D];
    for (int i = 0; i < rows; i++) {
      double[] features = row.apply(i);
      for (int k = 0; k < D; k++) {
        x[i * D + k] = features[k];
      }
    }
    List<String> names = IntStream.range(0, D).mapToObj(k -> "f" + k).toList();
    return new TrainingData(
        x, rows, names, Origin.WINDOW, OptionalLong.empty(), OptionalLong.empty(), rows, 0, "");
  }

  private static CandidateGate.Decision decide(int rows, IntFunction<double[]> row)
      throws TrainingException {
    return decide(rows, row, 0);
  }

  private static CandidateGate.Decision decide(int rows, IntFunction<double[]> row, int refusals)
      throws TrainingException {
    CandidateGate.Decision decision =
        new ModelFitter(CONFIG)
            .challenge(data(rows, row), serving, refusals, 2, NONE, GATE)
            .decision()
            .orElseThrow();
    return decision;
  }

  /** Row of an ordinary window, number w. */
  private static double[] ordinary(int w, int i) {
    return STREAM.features(5000 + w * ROWS + i);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void anOrdinaryWindowIsAccepted(int w) throws TrainingException {
    CandidateGate.Decision decision = decide(ROWS, i -> ordinary(w, i));
    assertThat(decision.accepted()).as(decision.reason()).isTrue();
    assertThat(decision.comparison().orElseThrow().rows()).isEqualTo(ROWS / 5);
  }

  @Test
  void aStreamThatHasMovedOnIsFollowed() throws TrainingException {
    CandidateGate.Decision decision =
        decide(ROWS, i -> STREAM.features(STREAM.driftsAt() + 1000 + i));
    assertThat(decision.accepted()).as(decision.reason()).isTrue();
    assertThat(decision.reason()).contains("moved on");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void aWindowPoisonedWithOneFarClusterIsRefused(int w) throws TrainingException {
    Random random = new Random(w);
    CandidateGate.Decision decision =
        decide(
            ROWS,
            i -> {
              double[] row = ordinary(w, i);
              if (i % 5 == 0) {
                for (int k = 0; k < D; k++) {
                  row[k] = (60 + random.nextGaussian());
                }
              }
              return row;
            });
    assertThat(decision.accepted()).as(decision.reason()).isFalse();
  }

  @Test
  void aConstantWindowIsRefused() throws TrainingException {
    CandidateGate.Decision decision = decide(ROWS, i -> ordinary(0, 0));
    assertThat(decision.accepted()).as(decision.reason()).isFalse();
  }

  @Test
  void aFeatureThatIsConstantForAWindowIsNoReasonToRefuse() throws TrainingException {
    // As a flag that is hardly ever set: what the serving model saw of it, it keeps.
    ModelSnapshot before = serving;
    try {
      serving =
          new ModelFitter(config(1000))
              .fit(data(4000, i -> rareFlag(i, i % 1000 == 0)), Optional.empty(), 1, NONE);
      CandidateGate.Decision decision = decide(ROWS, i -> rareFlag(10_000 + i, false));
      assertThat(decision.accepted()).as(decision.reason()).isTrue();
    } finally {
      serving = before;
    }
  }

  private static double[] rareFlag(int i, boolean set) {
    double[] row = STREAM.features(i);
    row[7] = set ? 1 : 0;
    return row;
  }

  @Test
  void aStreamThatBecomesNarrowIsFollowedAfterSomeWindows() throws TrainingException {
    IntFunction<double[]> narrow =
        i -> {
          double[] row = ordinary(0, i);
          for (int k = 0; k < D; k++) {
            double mean = serving.front().scaling().mean()[k];
            row[k] = (mean + 0.1 * (row[k] - mean));
          }
          return row;
        };
    CandidateGate.Decision first = decide(ROWS, narrow, 0);
    assertThat(first.accepted()).as(first.reason()).isFalse();
    assertThat(first.forgetful()).isTrue();
    CandidateGate.Decision last = decide(ROWS, narrow, CandidateGate.DEFAULT.patience() - 1);
    assertThat(last.accepted()).as(last.reason()).isTrue();
  }

  @Test
  void aSensorThatHangsIsRefusedForSomeWindows() throws TrainingException {
    IntFunction<double[]> hanging =
        i -> {
          double[] row = ordinary(0, i);
          row[3] = (serving.front().scaling().mean()[3] + 1e-3 * row[0]);
          return row;
        };
    CandidateGate.Decision first = decide(ROWS, hanging, 0);
    assertThat(first.accepted()).as(first.reason()).isFalse();
    assertThat(first.forgetful()).as(first.reason()).isTrue();
    CandidateGate.Decision last = decide(ROWS, hanging, CandidateGate.DEFAULT.patience() - 1);
    assertThat(last.accepted()).as(last.reason()).isTrue();
  }

  /** Where the sensor hangs at a value that it seldom has, the serving model fits no row more. */
  @ParameterizedTest
  @ValueSource(doubles = {0, 1e-4})
  void aSensorThatHangsWhereItSeldomIsIsNoStreamThatHasMovedOn(double jitter)
      throws TrainingException {
    CandidateGate.Decision decision =
        decide(
            ROWS,
            i -> {
              double[] row = ordinary(0, i);
              row[3] =
                  serving.front().scaling().mean()[3]
                      + serving.front().scaling().scale()[3] * (6 + jitter * Math.sin(i));
              return row;
            });
    assertThat(decision.accepted()).as(decision.reason()).isFalse();
    assertThat(decision.reason()).startsWith("feature 'f3' hardly moves any more");
  }

  @Test
  void aTinyWindowIsRefused() throws TrainingException {
    CandidateGate.Decision decision = decide(100, i -> ordinary(0, i));
    assertThat(decision.accepted()).as(decision.reason()).isFalse();
    assertThat(decision.reason()).contains("20 rows to compare on");
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 100})
  void aWindowOfFewEventsRepeatedIsRefused(int distinct) throws TrainingException {
    CandidateGate.Decision decision = decide(ROWS, i -> ordinary(0, i % distinct));
    assertThat(decision.accepted()).as(decision.reason()).isFalse();
  }

  @Test
  void aWindowOfFewStrangeEventsRepeatedIsRefused() throws TrainingException {
    CandidateGate.Decision decision =
        decide(ROWS, i -> STREAM.features(STREAM.driftsAt() + 1000 + i % 10));
    assertThat(decision.accepted()).as(decision.reason()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.3, 1})
  void aWindowFullOfExtremesIsRefused(double share) throws TrainingException {
    CandidateGate.Decision decision = decide(ROWS, withExtremes(share));
    assertThat(decision.accepted()).as(decision.reason()).isFalse();
  }

  @Test
  void aFewExtremesAreNotTrainedOn() throws TrainingException {
    CandidateGate.Decision decision = decide(ROWS, withExtremes(0.01));
    assertThat(decision.accepted()).as(decision.reason()).isTrue();
    Comparison comparison = decision.comparison().orElseThrow();
    assertThat(comparison.logLikelihood())
        .isCloseTo(comparison.servingLogLikelihood(), within(0.1));
  }

  /** Ordinary rows, a share of them with values as far as doubles go. */
  private static IntFunction<double[]> withExtremes(double share) {
    Random random = new Random(1);
    return i -> {
      double[] row = ordinary(0, i);
      if (random.nextDouble() < share) {
        for (int k = 0; k < D; k++) {
          row[k] = Double.MAX_VALUE * (2 * random.nextDouble() - 1);
        }
      }
      return row;
    };
  }

  @Test
  void theMiddleHalfDecides() {
    double[] theirs = new double[100];
    double[] ours = new double[100];
    Arrays.fill(ours, -0.2);
    Arrays.fill(ours, 0, 20, 1e9);
    ours[99] = Double.NEGATIVE_INFINITY;
    theirs[98] = Double.NEGATIVE_INFINITY;
    ours[98] = Double.NEGATIVE_INFINITY;
    Comparison comparison = CandidateGate.compare(ours, theirs);
    assertThat(comparison).isEqualTo(new Comparison(100, -0.2, 0));
  }
}
