package io.otflow.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What makes the sample a sample: uniform, mergeable, the same under any order of arrival. */
class BottomKTest {

  private static final int K = 50;
  private static final int ROWS = 1000;

  private static void add(BottomK sample, int row, long seed) {
    sample.add(Hashing.priority(seed, "t", row % 3, row), new double[] {row, -row}, 0);
  }

  private static WindowSample sampleOf(List<Integer> rows, long seed) {
    BottomK sample = new BottomK(K, 2);
    rows.forEach(row -> add(sample, row, seed));
    return sample.toSample(0, 1);
  }

  private static List<Integer> rows() {
    return new ArrayList<>(IntStream.range(0, ROWS).boxed().toList());
  }

  @Test
  void keepsTheSmallestPrioritiesWithTheirRows() {
    WindowSample sample = sampleOf(rows(), 1);
    long[] expected =
        IntStream.range(0, ROWS)
            .mapToLong(row -> Hashing.priority(1, "t", row % 3, row))
            .sorted()
            .limit(K)
            .toArray();
    assertThat(sample.priorities).containsExactly(expected);
    assertThat(sample.seen).isEqualTo(ROWS);
    for (int i = 0; i < K; i++) {
      int row = (int) sample.values()[2 * i];
      assertThat(Hashing.priority(1, "t", row % 3, row)).isEqualTo(expected[i]);
      assertThat(sample.values()[2 * i + 1]).isEqualTo(-row);
    }
  }

  @Test
  void theOrderOfArrivalDoesNotMatter() {
    List<Integer> shuffled = rows();
    Collections.shuffle(shuffled, new Random(7));
    assertThat(sampleOf(shuffled, 3).values()).containsExactly(sampleOf(rows(), 3).values());
  }

  @Test
  void samplesOfPartsMergeIntoTheSampleOfTheWhole() {
    BottomK merged = new BottomK(K, 2);
    merged.merge(sampleOf(rows().subList(0, 20), 5));
    merged.merge(sampleOf(rows().subList(20, 700), 5));
    merged.merge(sampleOf(rows().subList(700, ROWS), 5));
    assertThat(merged.toSample(0, 1).values()).containsExactly(sampleOf(rows(), 5).values());
    assertThat(merged.seen()).isEqualTo(ROWS);
  }

  @Test
  void fewerRowsThanTheLimitAreAllKept() {
    WindowSample sample = sampleOf(rows().subList(0, 5), 1);
    assertThat(sample.priorities).hasSize(5).isSorted();
    assertThat(sample.values()).hasSize(10);
  }

  /** Over 400 seeds a row is kept 20 times on average; a chi-square over all rows judges it. */
  @Test
  void everyRowIsEquallyLikely() {
    int seeds = 400;
    int[] kept = new int[ROWS];
    for (int seed = 0; seed < seeds; seed++) {
      double[] rows = sampleOf(rows(), seed).values();
      for (int i = 0; i < K; i++) {
        kept[(int) rows[2 * i]]++;
      }
    }
    double p = (double) K / ROWS;
    double chiSquare =
        Arrays.stream(kept).mapToDouble(n -> Math.pow(n - seeds * p, 2)).sum()
            / (seeds * p * (1 - p));
    double sigma = Math.sqrt(2.0 * ROWS);
    assertThat(chiSquare).isBetween(ROWS - 4 * sigma, ROWS + 4 * sigma);
  }
}
