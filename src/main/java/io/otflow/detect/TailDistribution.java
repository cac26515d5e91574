package io.otflow.detect;

import io.otflow.model.Tail;

/**
 * Probabilities of ordinary events in the {@link Tail}. Down to the smallest rate that it is known
 * for they are estimates; beyond, upper bounds: the tail goes on from there with the heaviest shape
 * within two standard errors. Immutable; no call allocates.
 */
final class TailDistribution {

  private final ExponentialScale scale;
  private final double start;
  private final double startLogLikelihood;
  private final double logStartRate;
  private final GeneralizedPareto known;
  private final double knownTo;
  private final double logSmallestRate;
  private final GeneralizedPareto bound;
  private final Tail tail;

  TailDistribution(Tail tail) {
    this.tail = tail;
    scale = new ExponentialScale(tail.degrees(), tail.location(), tail.unit());
    start = tail.start();
    startLogLikelihood = -scale.invert(start);
    logStartRate = Math.log(tail.startRate());
    known = new GeneralizedPareto(tail.shape(), tail.scale());
    logSmallestRate = Math.log(tail.smallestRate());
    knownTo = known.quantile(logSmallestRate - logStartRate);
    bound =
        new GeneralizedPareto(
            Math.max(0, tail.shape()) + 2 * tail.shapeError(),
            Math.max(Double.MIN_NORMAL, known.scaleBeyond(knownTo)));
  }

  double startRate() {
    return tail.startRate();
  }

  /** Log-likelihood below which the tail is what is known. */
  double startLogLikelihood() {
    return startLogLikelihood;
  }

  /**
   * log P(an ordinary event is less likely than this).
   *
   * @param logLikelihood in nats, below the start
   */
  double logProbability(double logLikelihood) {
    double x = Math.max(0, scale.of(-logLikelihood) - start);
    return x <= knownTo
        ? logStartRate + known.logSurvival(x)
        : logSmallestRate + bound.logSurvival(x - knownTo);
  }

  /**
   * The log-likelihood under which a share of ordinary events lies.
   *
   * @param logRate logarithm of the share, at most that of the start's
   */
  double logLikelihood(double logRate) {
    double x =
        logRate >= logSmallestRate
            ? known.quantile(logRate - logStartRate)
            : knownTo + bound.quantile(logRate - logSmallestRate);
    return -scale.invert(start + x);
  }

  /**
   * Standard error of {@link #logProbability} by the errors of shape, scale and start's rate.
   *
   * @param logProbability a value of it
   */
  double error(double logProbability) {
    return error(tail, logProbability);
  }

  static double error(Tail tail, double logProbability) {
    double h = 1e-4;
    GeneralizedPareto fitted = new GeneralizedPareto(tail.shape(), tail.scale());
    double x = fitted.quantile(logProbability - Math.log(tail.startRate()));
    double shape =
        (new GeneralizedPareto(tail.shape() + h, tail.scale()).logSurvival(x)
                - new GeneralizedPareto(tail.shape() - h, tail.scale()).logSurvival(x))
            / (2 * h)
            * tail.shapeError();
    double scale =
        (new GeneralizedPareto(tail.shape(), tail.scale() * (1 + h)).logSurvival(x)
                - new GeneralizedPareto(tail.shape(), tail.scale() * (1 - h)).logSurvival(x))
            / (2 * h)
            * tail.logScaleError();
    double variance =
        shape * shape
            + scale * scale
            + 2 * tail.correlation() * shape * scale
            + 1.0 / tail.exceedances();
    return Double.isNaN(variance) ? Double.POSITIVE_INFINITY : Math.sqrt(Math.max(0, variance));
  }
}
