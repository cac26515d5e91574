package io.otflow.cli;

import io.otflow.codec.CsvRows;
import io.otflow.codec.InputException;
import io.otflow.detect.FeatureGains;
import io.otflow.evaluate.Evaluation;
import io.otflow.evaluate.ExplainedRow;
import io.otflow.evaluate.FeatureShares;
import io.otflow.evaluate.PeerScores;
import io.otflow.evaluate.Peers;
import io.otflow.evaluate.ScoredRows;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What a report says of single rows.
 *
 * @param least the least likely rows
 * @param missed anomalies that are not flagged, the most likely first
 * @param shares features that make flagged rows improbable
 * @param peers scores of all rows; empty without peers
 */
record ReportRows(
    List<ExplainedRow> least,
    List<ExplainedRow> missed,
    FeatureShares shares,
    List<PeerScores> peers) {

  /** Rows of a list. */
  private static final int MOST = 25;

  /**
   * Reads the rows once more. Costs a score of each peer a row, and d·49 scores of the model for
   * each of at most 550 rows.
   *
   * @param csv the rows that were evaluated, before the first
   * @param evaluation what is known of them
   * @param gains of the model
   * @param peers detectors to score with
   * @throws InputException if there are more or fewer rows than there were
   */
  static ReportRows read(
      CsvRows csv, Evaluation evaluation, FeatureGains gains, Optional<Peers> peers) {
    ScoredRows rows = evaluation.rows();
    int[] least = evaluation.leastLikely(MOST);
    int[] missed = evaluation.missed(MOST);
    int[] flagged = FeatureShares.chosen(evaluation.flagged());
    Set<Integer> wanted =
        Stream.of(least, missed, flagged)
            .flatMapToInt(IntStream::of)
            .boxed()
            .collect(Collectors.toSet());
    Map<Integer, ExplainedRow> explained = new HashMap<>();
    List<String> names = peers.map(Peers::names).orElse(List.of());
    double[][] scores = new double[names.size()][rows.rows()];
    double[] x = new double[csv.d()];
    int count = 0;
    while (csv.next()) {
      if (count == rows.rows()) {
        throw changed();
      }
      csv.features(x, 0);
      if (wanted.contains(count)) {
        explained.put(count, explain(csv.rows(), x.clone(), count, evaluation, gains));
      }
      if (peers.isPresent()) {
        double[] one = peers.get().scores(x);
        for (int p = 0; p < one.length; p++) {
          scores[p][count] = one[p];
        }
      }
      count++;
    }
    if (count != rows.rows()) {
      throw changed();
    }
    return new ReportRows(
        Arrays.stream(least).mapToObj(explained::get).toList(),
        Arrays.stream(missed).mapToObj(explained::get).toList(),
        FeatureShares.of(
            Arrays.stream(flagged).mapToObj(row -> explained.get(row).gains()).toList(), csv.d()),
        IntStream.range(0, scores.length)
            .mapToObj(p -> new PeerScores(names.get(p), scores[p], rows))
            .toList());
  }

  private static ExplainedRow explain(
      long number, double[] x, int row, Evaluation evaluation, FeatureGains gains) {
    double logLikelihood = evaluation.rows().logLikelihood()[row];
    return new ExplainedRow(
        number,
        logLikelihood,
        evaluation.detector().pValue(logLikelihood),
        evaluation.rows().anomaly(row),
        x,
        gains.of(x));
  }

  private static InputException changed() {
    return new InputException("--data has changed while it was read");
  }
}
