package io.otflow.train;

import io.otflow.model.Front;
import java.util.SplittableRandom;

/** Draws batches from rows, epoch after epoch in a new order, with fresh noise, behind a front. */
final class Batches {

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
   * @param size rows of a batch; fewer where there are not so many
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
    this.size = Math.min(size, count);
    order = new int[count];
    for (int i = 0; i < count; i++) {
      order[i] = i;
    }
    batch = new double[this.size * d];
    position = count;
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
    }
    front.bend(batch, size);
    return batch;
  }
}
