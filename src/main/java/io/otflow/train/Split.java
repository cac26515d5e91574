package io.otflow.train;

import java.util.random.RandomGenerator;

/**
 * Rows in three parts that share none: what the weights are fitted to, what decides when to stop,
 * and what calibrates. Each array is rows × d, row-major, in the user's units.
 *
 * @param training training rows
 * @param trainingRows their number
 * @param heldOut held-out rows
 * @param heldOutRows their number
 * @param calibration calibration rows
 * @param calibrationRows their number
 */
@SuppressWarnings("ArrayRecordComponent")
record Split(
    double[] training,
    int trainingRows,
    double[] heldOut,
    int heldOutRows,
    double[] calibration,
    int calibrationRows) {

  static Split of(TrainingData data, int d, TrainingConfig config, RandomGenerator random) {
    int rows = data.rows();
    int[] order = new int[rows];
    for (int i = 0; i < rows; i++) {
      order[i] = i;
    }
    Shuffle.shuffle(order, random);
    int most = Math.min(rows, config.sampleRows());
    int share = Math.max(1, (int) Math.round(config.calibrationFraction() * rows));
    int calibration = Math.max(share, rows - most);
    int heldOut = Math.max(1, (int) Math.round(config.heldOutFraction() * most));
    int training = rows - calibration - heldOut;
    return new Split(
        take(data.x(), order, 0, training, d),
        training,
        take(data.x(), order, training, heldOut, d),
        heldOut,
        take(data.x(), order, training + heldOut, calibration, d),
        calibration);
  }

  private static double[] take(double[] x, int[] order, int from, int count, int d) {
    double[] rows = new double[count * d];
    for (int i = 0; i < count; i++) {
      System.arraycopy(x, order[from + i] * d, rows, i * d, d);
    }
    return rows;
  }
}
