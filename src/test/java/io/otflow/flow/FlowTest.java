package io.otflow.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.otflow.model.Architecture;
import io.otflow.testing.RandomModels;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an exact flow must satisfy, whatever its weights. */
class FlowTest {

  /** With w = 0 and A the only weights, ż = −AᵀAz: a linear field whose solution is known. */
  @Test
  void rk4ConvergesWithOrderFour() {
    Architecture a = new Architecture(1, 1, 2, 1);
    double[] theta = new double[a.layout().size()];
    double lambda = 0.4;
    theta[a.layout().quadratic()] = Math.sqrt(lambda);
    double exact = 0.8 * Math.exp(-lambda);
    Flow flow = new Flow(a, theta);
    double before = Double.NaN;
    for (int steps = 2; steps <= 32; steps *= 2) {
      Flow.End end = flow.forward(new double[] {0.8}, steps);
      assertThat(end.logDet()).isCloseTo(-lambda, within(1e-12));
      double error = Math.abs(end.z()[0] - exact);
      assertThat(error).isGreaterThan(1e-12);
      if (steps > 2) {
        assertThat(Math.log(before / error) / Math.log(2)).isCloseTo(4, within(0.2));
      }
      before = error;
    }
  }

  /** At least; terms of higher order are large at first. On a linear field the pair does better. */
  @Test
  void tsitourasConvergesWithOrderFive() {
    Architecture a = Architecture.of(3, 12, 2);
    double[] theta = RandomModels.parameters(a, 45).toDoubles();
    for (int p = 0; p < theta.length; p++) {
      theta[p] *= 2.5;
    }
    Flow flow = new Flow(a, theta);
    double[] x = {1.5, -0.7, 0.4};
    double[] exact = flow.forward(x, 2000).z();
    double before = Double.NaN;
    double estimateBefore = Double.NaN;
    for (int steps = 8; steps <= 32; steps *= 2) {
      double[] embedded = new double[3];
      double[] end = flow.trajectoryWithError(x, new HermiteTrajectory(3, steps), embedded);
      double error = distance(end, exact);
      double estimate = distance(embedded, new double[3]);
      assertThat(error).isGreaterThan(1e-13);
      if (steps > 8) {
        assertThat(Math.log(before / error) / Math.log(2)).isGreaterThan(4.7);
        assertThat(Math.log(estimateBefore / estimate) / Math.log(2)).isGreaterThan(3.7);
      }
      before = error;
      estimateBefore = estimate;
    }
  }

  private static double distance(double[] a, double[] b) {
    double square = 0;
    for (int k = 0; k < a.length; k++) {
      square += (a[k] - b[k]) * (a[k] - b[k]);
    }
    return Math.sqrt(square);
  }

  @Test
  void theTableauOfTsitourasIsConsistent() {
    double error = 0;
    for (int i = 0; i < Tsitouras5.STAGES; i++) {
      double row = 0;
      for (int j = 0; j < i; j++) {
        row += Tsitouras5.coefficient(i, j);
      }
      assertThat(row).isCloseTo(Tsitouras5.node(i), within(1e-13));
      error += Tsitouras5.error(i);
    }
    assertThat(error).isCloseTo(0, within(1e-14));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.125, 0.5, 0.75, 1})
  void theInterpolantOfTsitourasHasOrderFour(double r) {
    for (int power = 0; power < 4; power++) {
      double sum = 0;
      for (int i = 0; i < Tsitouras5.STAGES; i++) {
        sum += Tsitouras5.interpolation(i, r) * Math.pow(Tsitouras5.node(i), power);
      }
      assertThat(sum).isCloseTo(Math.pow(r, power + 1) / (power + 1), within(1e-13));
    }
  }

  /** The result at its end, and both slopes. */
  @Test
  void theInterpolantOfTsitourasMeetsTheEndsOfTheStep() {
    double small = 1e-6;
    for (int i = 0; i < Tsitouras5.STAGES; i++) {
      double result = i < 6 ? Tsitouras5.coefficient(6, i) : 0;
      assertThat(Tsitouras5.interpolation(i, 1)).isCloseTo(result, within(1e-15));
      double startSlope = Tsitouras5.interpolation(i, small) / small;
      double endSlope = (result - Tsitouras5.interpolation(i, 1 - small)) / small;
      assertThat(startSlope).isCloseTo(i == 0 ? 1 : 0, within(1e-4));
      assertThat(endSlope).isCloseTo(i == 6 ? 1 : 0, within(1e-4));
    }
    assertThat(Tsitouras5.bend(0.5)).isEqualTo(1);
  }

  /** Between steps, too, a quarter of the step leaves 4⁻⁵ of the error; the cubic leaves 4⁻⁴. */
  @Test
  void theTrajectoryBetweenStepsConvergesAsFastAsAtThem() {
    Architecture a = Architecture.of(3, 16, 2);
    Flow flow = new Flow(a, RandomModels.parameters(a, 47).toDoubles());
    double[] x = RandomModels.rows(1, 3, 5);
    double[] exact = position(flow, x, 1024);
    double coarse = distance(position(flow, x, 16), exact);
    double fine = distance(position(flow, x, 64), exact);
    assertThat(coarse / fine).isGreaterThan(600);
  }

  private static double[] position(Flow flow, double[] x, int steps) {
    HermiteTrajectory path = new HermiteTrajectory(3, steps);
    flow.trajectoryWithError(x, path, new double[3]);
    double[] z = new double[3];
    // At a third of a step, whatever power of four the number of steps is.
    path.at(1.0 / 3, z);
    return z;
  }

  /** Far fewer evaluations than RK4 needs, and the estimate covers the error. */
  @Test
  void adaptiveReachesItsToleranceAndRefinesForASmallerOne() {
    Architecture a = Architecture.of(3, 16, 2);
    Flow flow = new Flow(a, RandomModels.parameters(a, 47).toDoubles());
    for (int i = 0; i < 20; i++) {
      double[] x = RandomModels.rows(1, 3, 100 + i);
      x[0] *= 3;
      double exact = flow.forward(x, 300).logLikelihood();
      AdaptiveFlow.Estimate coarse = new AdaptiveFlow(flow, 3, 4, 1e-1).logLikelihood(x);
      AdaptiveFlow.Estimate fine = new AdaptiveFlow(flow, 3, 4, 1e-5).logLikelihood(x);
      assertThat(coarse.steps()).isEqualTo(2);
      assertThat(fine.steps()).isGreaterThanOrEqualTo(4);
      assertThat(Math.abs(coarse.logLikelihood() - exact))
          .isLessThanOrEqualTo(Math.max(coarse.errorEstimate(), 1e-3));
      assertThat(Math.abs(fine.logLikelihood() - exact)).isLessThanOrEqualTo(1e-3);
      assertThat(fine.errorEstimate()).isLessThan(coarse.errorEstimate());
    }
  }

  @Property(tries = 40, seed = "20260102")
  void inverseUndoesForward(
      @ForAll @IntRange(min = 1, max = 9) int d,
      @ForAll @IntRange(min = 1, max = 20) int m,
      @ForAll @IntRange(min = 2, max = 4) int layers,
      @ForAll @LongRange(min = 1, max = 1_000_000) long seed) {
    Architecture a = Architecture.of(d, m, layers);
    Flow flow = new Flow(a, RandomModels.parameters(a, seed).toDoubles());
    double[] x = RandomModels.rows(1, d, seed + 1);
    double[] back = flow.inverse(flow.forward(x, 200).z(), 200);
    assertThat(back).containsExactly(x, within(1e-6));
  }

  @Property(tries = 20, seed = "20260103")
  void zeroWeightsGiveTheStandardNormal(@ForAll @IntRange(min = 1, max = 12) int d) {
    Architecture a = Architecture.of(d, 5, 3);
    double[] x = RandomModels.rows(1, d, d);
    Flow.End end = new Flow(a, new double[a.layout().size()]).forward(x, 3);
    double square = 0;
    for (double value : x) {
      square += value * value;
    }
    assertThat(end.logLikelihood())
        .isCloseTo(-0.5 * square - 0.5 * d * Math.log(2 * Math.PI), within(1e-12));
    assertThat(end.transport()).isZero();
    assertThat(end.residual()).isZero();
  }

  @Test
  void theDensityIntegratesToOneInOneDimension() {
    Architecture a = Architecture.of(1, 8, 3);
    Flow flow = new Flow(a, RandomModels.parameters(a, 41).toDoubles());
    double sum = 0;
    double cell = 0.01;
    for (double x = -12; x <= 12; x += cell) {
      sum += Math.exp(flow.forward(new double[] {x}, 40).logLikelihood()) * cell;
    }
    assertThat(sum).isCloseTo(1, within(1e-5));
  }

  @Test
  void theDensityIntegratesToOneInTwoDimensions() {
    Architecture a = Architecture.of(2, 6, 2);
    Flow flow = new Flow(a, RandomModels.parameters(a, 42).toDoubles());
    double sum = 0;
    double cell = 0.1;
    for (double x = -10; x <= 10; x += cell) {
      for (double y = -10; y <= 10; y += cell) {
        sum += Math.exp(flow.forward(new double[] {x, y}, 12).logLikelihood()) * cell * cell;
      }
    }
    assertThat(sum).isCloseTo(1, within(1e-3));
  }

  @Test
  void quadratureApproachesTheTraceAtEveryStage() {
    Architecture a = Architecture.of(4, 12, 3);
    Flow flow = new Flow(a, RandomModels.parameters(a, 43).toDoubles());
    double[] x = RandomModels.rows(1, 4, 44);
    double exact = flow.forward(x, 200).logLikelihood();
    assertThat(flow.logLikelihoodByQuadrature(x, 60, 12)).isCloseTo(exact, within(1e-6));
    assertThat(flow.logLikelihoodByQuadrature(x, 60, 1)).isNotCloseTo(exact, within(1e-6));
  }
}
