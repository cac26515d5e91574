package io.otflow.page;

import io.otflow.detect.Detector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * P-values of ordinary rows against what they should be.
 *
 * @param calibration pairs of a p-value, from small to 1, and the share of rows with at most that
 * @param tail −log10 of expected p-values, from 0 up; of the rows', null where they have ended; and
 *     two standard errors of what the calibration knows of them, below and above
 */
record PValueCurves(List<double[]> calibration, List<Object[]> tail) {

  private static final int CALIBRATION_POINTS = 60;

  /** Points for each power of ten of the tail, and the power that it is drawn up to at least. */
  private static final int TAIL_POINTS = 40;

  private static final double TAIL_DECADES = 6;

  /** Standard errors to each side of a band. */
  private static final double BAND = 2;

  /**
   * Measures rows.
   *
   * @param detector gives the p-values
   * @param logLikelihood of ordinary rows, nats
   * @return no points without a calibration
   */
  static PValueCurves of(Detector detector, double[] logLikelihood) {
    if (!detector.calibrated()) {
      return new PValueCurves(List.of(), List.of());
    }
    double[] sorted = Arrays.stream(logLikelihood).map(detector::pValue).sorted().toArray();
    return new PValueCurves(calibration(sorted), tail(detector, sorted));
  }

  private static List<double[]> calibration(double[] sorted) {
    double least = 1.0 / Math.max(2, sorted.length);
    List<double[]> points = new ArrayList<>();
    for (int i = 0; i <= CALIBRATION_POINTS; i++) {
      double p = Math.pow(least, 1 - (double) i / CALIBRATION_POINTS);
      int at = upperBound(sorted, p);
      if (at > 0) {
        points.add(new double[] {p, (double) at / sorted.length});
      }
    }
    return points;
  }

  private static List<Object[]> tail(Detector detector, double[] sorted) {
    List<Object[]> points = new ArrayList<>();
    int last = -1;
    double decades = Math.max(TAIL_DECADES, Math.log10(sorted.length + 1));
    for (int i = 0; i <= decades * TAIL_POINTS; i++) {
      double p = Math.pow(10, -(double) i / TAIL_POINTS);
      int rank = (int) Math.round(p * (sorted.length + 1));
      boolean row = rank >= 1 && rank <= sorted.length && rank != last;
      last = rank;
      double expected = row ? (double) rank / (sorted.length + 1) : p;
      double x = -Math.log10(expected);
      double error = BAND * detector.logError(expected) / Math.log(10);
      Double observed = row ? Double.valueOf(-Math.log10(sorted[rank - 1])) : null;
      points.add(new Object[] {x, observed, Math.max(0, x - error), x + error});
    }
    points.sort(Comparator.comparingDouble(point -> (Double) point[0]));
    return points;
  }

  /** How many of the sorted values are at most a value. */
  private static int upperBound(double[] sorted, double value) {
    int low = 0;
    int high = sorted.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sorted[middle] <= value) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
