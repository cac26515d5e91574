package io.otflow.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.otflow.flow.AdaptiveFlow;
import io.otflow.flow.Flow;
import io.otflow.model.Architecture;
import io.otflow.model.ModelSnapshot;
import io.otflow.testing.RandomModels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The adaptive integrator's estimate of its error, on models whose trajectories bend, against RK4
 * with the trace at each of 128 stages, which 256 change by less than 1e-6.
 */
class ErrorEstimateTest {

  private static final double TOLERANCE = 1e-2;
  private static final int MODELS = 10;
  private static final int ROWS = 120;
  private static final int TRUE_STEPS = 32;

  /** Rows of one model, and what an engine made of them. */
  private record Scored(
      ModelSnapshot model, double[] x, double[] logLikelihood, double[] errorEstimate) {

    double[] row(int i) {
      return Arrays.copyOfRange(x, i * model.d(), (i + 1) * model.d());
    }

    Flow flow() {
      return new Flow(model.architecture(), model.parameters().toDoubles());
    }
  }

  private static List<Scored> score(String name) {
    List<Scored> scored = new ArrayList<>();
    int[] ds = {2, 3, 5, 8, 12};
    for (int k = 0; k < MODELS; k++) {
      Architecture a = Architecture.of(ds[k % ds.length], 24, 2 + k % 2);
      double[] x = RandomModels.rows(ROWS, a.d(), 50 + k);
      Scored model =
          new Scored(RandomModels.bent(a, 100 + k), x, new double[ROWS], new double[ROWS]);
      try (LikelihoodEngine engine = Engines.create(name, Integration.adaptive(0, TOLERANCE))) {
        engine.load(model.model());
        engine.score(x, ROWS, model.logLikelihood(), model.errorEstimate());
      }
      scored.add(model);
    }
    return scored;
  }

  /**
   * With an estimate that is 0 where z(1) is, and a tail that doubling forgets, 16 rows are over.
   */
  @Test
  void itHoldsForNinetyNineRowsOfAHundred() {
    int over = 0;
    int doubled = 0;
    for (Scored scored : score("simd")) {
      Flow flow = scored.flow();
      int steps = scored.model().steps();
      AdaptiveFlow adaptive = new AdaptiveFlow(flow, scored.model().d(), steps, TOLERANCE);
      for (int i = 0; i < ROWS; i++) {
        double exact = flow.forward(scored.row(i), TRUE_STEPS).logLikelihood();
        double error = Math.abs(scored.logLikelihood()[i] - exact);
        over += error <= scored.errorEstimate()[i] ? 0 : 1;
        int taken = adaptive.logLikelihood(scored.row(i)).steps();
        doubled += taken > AdaptiveFlow.firstSteps(steps) ? 1 : 0;
      }
    }
    assertThat(doubled).as("rows whose steps were doubled").isGreaterThan(MODELS * ROWS / 4);
    assertThat(over).as("estimates under").isLessThanOrEqualTo(MODELS * ROWS / 100);
  }

  @Test
  void whatTheyAreMeasuredAgainstHasConverged() {
    for (int k = 0; k < 3; k++) {
      ModelSnapshot model = RandomModels.bent(Architecture.of(2 + k, 24, 2 + k % 2), 100 + k);
      Flow flow = new Flow(model.architecture(), model.parameters().toDoubles());
      double[] x = RandomModels.rows(20, model.d(), 50 + k);
      for (int i = 0; i < 20; i++) {
        double[] row = Arrays.copyOfRange(x, i * model.d(), (i + 1) * model.d());
        double change =
            flow.forward(row, TRUE_STEPS).logLikelihood()
                - flow.forward(row, 2 * TRUE_STEPS).logLikelihood();
        assertThat(Math.abs(change)).as("model %d, row %d", k, i).isLessThanOrEqualTo(1e-6);
      }
    }
  }

  /** Rounding puts a few events on the other side of a limit. */
  @Test
  void theVectorEngineHasTheOraclesEstimates() {
    List<Scored> expected = score("reference");
    List<Scored> actual = score("simd");
    int other = 0;
    for (int k = 0; k < MODELS; k++) {
      for (int i = 0; i < ROWS; i++) {
        double oracle = expected.get(k).errorEstimate()[i];
        double difference = Math.abs(actual.get(k).errorEstimate()[i] - oracle);
        other += difference <= 1e-5 + 1e-3 * oracle ? 0 : 1;
      }
    }
    assertThat(other).as("events with other estimates").isLessThanOrEqualTo(MODELS * ROWS / 200);
  }

  @Test
  void aRowThatEndsInTheMiddleStillHasAnError() {
    assertThat(AdaptiveFlow.trajectoryError(0, 1e-6, 4))
        .isEqualTo(AdaptiveFlow.TRAJECTORY_FACTOR * 2e-3);
  }

  @Test
  void doubledStepsDoNotVouchForTheTrace() {
    assertThat(AdaptiveFlow.error(1e-3, 2e-3, 0)).isEqualTo(1e-3 + 2e-3);
    for (int doublings = 1; doublings <= AdaptiveFlow.DOUBLINGS; doublings++) {
      assertThat(AdaptiveFlow.error(1e-3, 2e-3, doublings))
          .isEqualTo(1e-3 + AdaptiveFlow.DOUBLED_FACTOR * 2e-3);
    }
  }
}
