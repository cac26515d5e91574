package io.otflow.evaluate;

import io.otflow.detect.Detector;
import io.otflow.detect.Ranking;
import io.otflow.detect.RankingIntervals;
import io.otflow.detect.Uniformity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * A model measured on rows. Each figure is computed when it is asked for, and is NaN, empty or
 * unknown where labels or a calibration would be needed and are not there.
 *
 * @param rows the rows, scored by the model
 * @param detector thresholds and p-values of the model
 */
public record Evaluation(ScoredRows rows, Detector detector) {

  private static final double[] RATES = {
    0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0005, 0.0002, 0.0001
  };
  private static final int[] TOPS = {10, 20, 50, 100, 200, 500, 1000};
  private static final long SEED = 1;

  /**
   * The mean of −log p.
   *
   * @return nats
   */
  public double meanScore() {
    return DoubleStream.of(rows.logLikelihood()).map(value -> -value).sum() / rows.rows();
  }

  /**
   * The area under the ROC curve.
   *
   * @return as {@link Ranking#auroc}
   */
  public double auroc() {
    return Ranking.auroc(rows.scores(), rows.anomalyLabels());
  }

  /**
   * The area under the precision-recall curve.
   *
   * @return as {@link Ranking#auprc}
   */
  public double auprc() {
    return Ranking.auprc(rows.scores(), rows.anomalyLabels());
  }

  /**
   * The area under the precision-recall curve of a ranking by chance: the share of anomalies.
   *
   * @return in [0, 1]; NaN without labels
   */
  public double auprcOfChance() {
    return rows.labels().isPresent() ? (double) rows.anomalies() / rows.rows() : Double.NaN;
  }

  /**
   * How far the areas would scatter.
   *
   * @return 95 % intervals; costs {@link RankingIntervals#of}
   */
  public RankingIntervals intervals() {
    return RankingIntervals.of(rows.scores(), rows.anomalyLabels(), SEED);
  }

  /**
   * What the model's own threshold does.
   *
   * @return at the alert rate that the model was made with; empty without a calibration
   */
  public Optional<AtRate> own() {
    return detector.calibrated() ? Optional.of(at(detector.alertRate())) : Optional.empty();
  }

  /**
   * What thresholds from an alert rate of 0.05 to one of 0.0001 do.
   *
   * @return from the highest rate to the lowest, the model's own among them; empty without a
   *     calibration
   */
  public List<AtRate> rates() {
    if (!detector.calibrated()) {
      return List.of();
    }
    return DoubleStream.concat(Arrays.stream(RATES), DoubleStream.of(detector.alertRate()))
        .distinct()
        .boxed()
        .sorted(Comparator.reverseOrder())
        .map(this::at)
        .toList();
  }

  private AtRate at(double rate) {
    return AtRate.of(rate, detector.threshold(rate), rows);
  }

  /**
   * The precision of the least likely 10, 20, 50 and so on to 1000 rows.
   *
   * @return as far as there are so many rows; empty without labels
   */
  public List<AtTop> precisionAt() {
    if (rows.labels().isEmpty()) {
      return List.of();
    }
    int[] tops = Arrays.stream(TOPS).filter(k -> k <= rows.rows()).toArray();
    double[] precision = Ranking.precisionAt(rows.scores(), rows.anomalyLabels(), tops);
    List<AtTop> all = new ArrayList<>();
    for (int i = 0; i < tops.length; i++) {
      all.add(new AtTop(tops[i], precision[i]));
    }
    return all;
  }

  /**
   * How far the p-values of ordinary rows, or of all rows without labels, are from uniform.
   *
   * @return as {@link Uniformity#distance}
   */
  public double pValueDistance() {
    return Uniformity.distance(Arrays.stream(rows.ordinary()).map(detector::pValue).toArray());
  }

  /**
   * The least likely rows.
   *
   * @param most how many at most
   * @return their indices, the least likely first
   */
  public int[] leastLikely(int most) {
    return indices(row -> true, most, Comparator.naturalOrder());
  }

  /**
   * Anomalies that the model does not flag.
   *
   * @param most how many at most
   * @return their indices, the most likely first; empty without labels
   */
  public int[] missed(int most) {
    return indices(
        row -> rows.anomaly(row) && !detector.anomaly(rows.logLikelihood()[row]),
        most,
        Comparator.reverseOrder());
  }

  /**
   * The rows that the model flags.
   *
   * @return their indices, ascending
   */
  public int[] flagged() {
    return IntStream.range(0, rows.rows())
        .filter(row -> detector.anomaly(rows.logLikelihood()[row]))
        .toArray();
  }

  private int[] indices(IntPredicate wanted, int most, Comparator<Double> byLogLikelihood) {
    return IntStream.range(0, rows.rows())
        .filter(wanted)
        .boxed()
        .sorted(Comparator.comparing(row -> rows.logLikelihood()[row], byLogLikelihood))
        .limit(most)
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
