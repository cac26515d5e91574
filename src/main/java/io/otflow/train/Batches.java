package io.otflow.train;

import io.otflow.model.Front;
import java.util.SplittableRandom;

/** Draws batches from rows, epoch after epoch in a new order, with fresh noise, behind a front. */
final class Batches {

  /** Passes over the rows, after which nothing more is found in them. */
  private static final int PASSES = 50;

  /** Steps of a training of few rows. */
  private static final int FEWEST_STEPS = 200;

  /** Rows of a batch, of a quarter of all, where there are few. */
  private static final int FEWEST_ROWS = 128;

  private final double[] rows;
  private final int count;
  private final int d;
  private final double[] noise;
  private final Front front;
  private final SplittableRandom random;
  private final int[] order;
  private final double[] batch;
  private final int size;
  private int position;

  /**
   * Batches.
   *
   * @param rows count × d, scaled
   * @param count number of rows
   * @param size most rows of a batch; a quarter of the rows is enough, but for {@value
   *     #FEWEST_ROWS}
   * @param noise standard deviation of the noise of each scaled feature
   * @param front bends the rows
   * @param random draws order and noise
   */
  Batches(
      double[] rows, int count, int size, double[] noise, Front front, SplittableRandom random) {
    this.rows = rows;
    this.count = count;
    this.d = front.d();
    this.front = front;
    this.noise = noise;
    this.random = random;
    this.size = Math.min(Math.min(size, count), Math.max(FEWEST_ROWS, count / 4));
    order = new int[count];
    for (int i = 0; i < count; i++) {
      order[i] = i;
    }
    batch = new double[this.size * d];
    position = count;
  }

  /**
   * Steps of a training: {@value #PASSES} passes over the rows, but {@value #FEWEST_STEPS} steps at
   * least.
   *
   * @param most steps at most
   */
  int steps(int most) {
    return (int) Math.min(most, Math.max(FEWEST_STEPS, (long) PASSES * count / size));
  }

  int size() {
    return size;
  }

  double[] next() {
    for (int b = 0; b < size; b++) {
      if (position == count) {
        Shuffle.shuffle(order, random);
        position = 0;
      }
      int row = order[position++];
      for (int k = 0; k < d; k++) {
        double jitter = noise[k] > 0 ? noise[k] * random.nextGaussian() : 0;
        batch[b * d + k] = rows[row * d + k] + jitter;
      }
      double unused = front.bend(batch, b * d);
    }
    return batch;
  }
}
