package io.otflow.detect;

/**
 * A generalized Pareto distribution fitted to {@link Exceedances} by the largest posterior
 * probability, under a wide normal prior of the shape. Costs some thousand evaluations of the
 * grouped likelihood, milliseconds.
 *
 * @param tail the distribution
 * @param quality probability of a worse fit
 * @param beyond rows expected beyond the cut; 0 where there is none
 * @param shapeError standard error of the shape
 * @param logScaleError standard error of the logarithm of the scale
 * @param correlation of the two errors
 */
record TailFit(
    GeneralizedPareto tail,
    double quality,
    double beyond,
    double shapeError,
    double logScaleError,
    double correlation) {

  private static final double LEAST_SHAPE = -0.5;
  private static final double LARGEST_SHAPE = 2;
  private static final int SHAPES = 25;

  /** Steps of a search by the golden section: to 1e-6 of the interval. */
  private static final int STEPS = 30;

  private static final double GOLDEN = 0.6180339887498949;

  /** Half the width of the search for the logarithm of the scale. */
  private static final double LOG_SCALES = 3;

  /** Step of the differences that the curvature is taken from. */
  private static final double DIFFERENCE = 1e-3;

  /**
   * What is known of a shape beforehand.
   *
   * @param below standard deviation under the mean
   * @param above standard deviation over it
   */
  record Prior(double below, double above) {

    private static final double MEAN = 0.03;

    double log(double shape) {
      double z = (shape - MEAN) / (shape < MEAN ? below : above);
      return -0.5 * z * z;
    }
  }

  /**
   * The same fit, whose shape may also be off for another reason.
   *
   * @param shape standard deviation of that
   */
  TailFit lessSure(double shape) {
    double error = Math.hypot(shapeError, shape);
    return new TailFit(
        tail, quality, beyond, error, logScaleError, correlation * shapeError / error);
  }

  /**
   * The same distribution beyond a later start: of the same shape ξ, and of the scale β + ξx.
   *
   * @param x by how much later
   */
  TailFit from(double x) {
    double shape = tail.shape();
    double scale = tail.scale();
    double later = scale + shape * x;
    double both = correlation * shapeError * logScaleError;
    double shapes = shapeError * shapeError;
    double scales =
        (scale * scale * logScaleError * logScaleError + x * x * shapes + 2 * scale * x * both)
            / (later * later);
    double covariance = (scale * both + x * shapes) / later;
    double scaleError = Math.sqrt(Math.max(0, scales));
    double related = covariance / (shapeError * scaleError);
    return new TailFit(
        new GeneralizedPareto(shape, later),
        quality,
        beyond,
        shapeError,
        scaleError,
        Double.isFinite(related) ? Math.max(-1, Math.min(1, related)) : 0);
  }

  static TailFit of(Exceedances rows, Prior prior) {
    double middle = Math.log(typical(rows));
    double best = Double.NaN;
    double bestValue = Double.NEGATIVE_INFINITY;
    for (int i = 0; i <= SHAPES; i++) {
      double shape = LEAST_SHAPE + i * (LARGEST_SHAPE - LEAST_SHAPE) / SHAPES;
      double value = value(rows, prior, shape, logScale(rows, shape, middle));
      if (value > bestValue) {
        bestValue = value;
        best = shape;
      }
    }
    double step = (LARGEST_SHAPE - LEAST_SHAPE) / SHAPES;
    double shape =
        Double.isNaN(best)
            ? 0
            : largest(
                s -> value(rows, prior, s, logScale(rows, s, middle)), best - step, best + step);
    double logScale = logScale(rows, shape, middle);
    return withErrors(rows, prior, shape, logScale);
  }

  private interface Function {
    double at(double x);
  }

  /** Where a function with one maximum is largest in an interval. */
  private static double largest(Function f, double from, double to) {
    double low = from;
    double high = to;
    double left = high - GOLDEN * (high - low);
    double right = low + GOLDEN * (high - low);
    double leftValue = f.at(left);
    double rightValue = f.at(right);
    for (int i = 0; i < STEPS; i++) {
      if (leftValue < rightValue) {
        low = left;
        left = right;
        leftValue = rightValue;
        right = low + GOLDEN * (high - low);
        rightValue = f.at(right);
      } else {
        high = right;
        right = left;
        rightValue = leftValue;
        left = high - GOLDEN * (high - low);
        leftValue = f.at(left);
      }
    }
    return 0.5 * (low + high);
  }

  private static double logScale(Exceedances rows, double shape, double middle) {
    return largest(
        s -> rows.logLikelihood(new GeneralizedPareto(shape, Math.exp(s))),
        middle - LOG_SCALES,
        middle + LOG_SCALES);
  }

  private static double value(Exceedances rows, Prior prior, double shape, double logScale) {
    return rows.logLikelihood(new GeneralizedPareto(shape, Math.exp(logScale))) + prior.log(shape);
  }

  /** About the mean of the exceedances: their median over log 2. */
  private static double typical(Exceedances rows) {
    double half = 0;
    for (int i = 0; i < rows.counts().length; i++) {
      half += rows.counts()[i];
      double edge = rows.edges()[i + 1];
      if (half >= 0.5 * rows.rows() && edge < Double.POSITIVE_INFINITY) {
        return edge / Math.log(2);
      }
    }
    return Math.max(rows.edges()[rows.edges().length - 2], Double.MIN_NORMAL);
  }

  private static TailFit withErrors(Exceedances rows, Prior prior, double shape, double logScale) {
    GeneralizedPareto tail = new GeneralizedPareto(shape, Math.exp(logScale));
    double h = DIFFERENCE;
    double here = value(rows, prior, shape, logScale);
    double shapes =
        -(value(rows, prior, shape + h, logScale)
                - 2 * here
                + value(rows, prior, shape - h, logScale))
            / (h * h);
    double scales =
        -(value(rows, prior, shape, logScale + h)
                - 2 * here
                + value(rows, prior, shape, logScale - h))
            / (h * h);
    double both =
        -(value(rows, prior, shape + h, logScale + h)
                - value(rows, prior, shape + h, logScale - h)
                - value(rows, prior, shape - h, logScale + h)
                + value(rows, prior, shape - h, logScale - h))
            / (4 * h * h);
    double determinant = shapes * scales - both * both;
    boolean curved = shapes > 0 && scales > 0 && determinant > 0;
    double beyond = 0;
    if (rows.cut()) {
      double survival = tail.survival(rows.edges()[rows.edges().length - 1]);
      beyond = rows.rows() * survival / (1 - survival);
    }
    return new TailFit(
        tail,
        rows.fit(tail),
        beyond,
        curved ? Math.sqrt(scales / determinant) : 1,
        curved ? Math.sqrt(shapes / determinant) : 1,
        curved ? -both / Math.sqrt(shapes * scales) : 0);
  }
}
