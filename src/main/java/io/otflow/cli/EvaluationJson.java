package io.otflow.cli;

import io.otflow.detect.Interval;
import io.otflow.detect.RankingIntervals;
import io.otflow.evaluate.AtRate;
import io.otflow.evaluate.AtTop;
import io.otflow.evaluate.Evaluation;
import io.otflow.evaluate.FeatureShares;
import io.otflow.evaluate.PeerScores;
import io.otflow.model.Calibration;
import io.otflow.model.ModelSnapshot;
import io.otflow.model.Provenance;
import io.otflow.model.Tail;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** What {@code evaluate} prints. A figure that is not defined is null. */
final class EvaluationJson {

  private EvaluationJson() {}

  /** The figures of the rows. */
  static Json of(Evaluation evaluation) {
    Optional<AtRate> own = evaluation.own();
    boolean labelled = evaluation.rows().labels().isPresent();
    int anomalies = evaluation.rows().anomalies();
    RankingIntervals intervals = evaluation.intervals();
    return new Json()
        .put("rows", evaluation.rows().rows())
        .put("anomalies", labelled ? (Object) anomalies : null)
        .put("nll", evaluation.meanScore())
        .put("auroc", evaluation.auroc())
        .put("auprc", evaluation.auprc())
        .put("threshold", evaluation.detector().threshold())
        .put("recall", number(own, AtRate::recall))
        .put("precision", number(own, AtRate::precision))
        .put("falseAlarmRate", number(own, AtRate::falseAlarmRate))
        .put("pValueDistance", evaluation.pValueDistance())
        .put("alertRate", evaluation.detector().alertRate())
        .put("flagged", own.map(AtRate::flagged))
        .put("missed", labelled ? own.map(at -> anomalies - at.found()) : Optional.empty())
        .put("aurocInterval", interval(intervals.auroc()))
        .put("auprcInterval", interval(intervals.auprc()))
        .put("auprcChance", evaluation.auprcOfChance())
        .put("rates", evaluation.rates().stream().map(EvaluationJson::rate).toList())
        .put("precisionAt", evaluation.precisionAt().stream().map(EvaluationJson::top).toList());
  }

  private static Json rate(AtRate at) {
    return new Json()
        .put("alertRate", at.alertRate())
        .put("threshold", at.threshold())
        .put("flagged", at.flagged())
        .put("share", at.share())
        .put("found", at.labelled() ? (Object) at.found() : null)
        .put("recall", at.recall())
        .put("recallInterval", interval(at.recallInterval()))
        .put("precision", at.precision())
        .put("precisionInterval", interval(at.precisionInterval()));
  }

  private static Json top(AtTop top) {
    return new Json().put("k", top.k()).put("precision", top.precision());
  }

  /** What is known of the model; times are milliseconds since 1970. */
  static Json model(String file, ModelSnapshot model) {
    Provenance from = model.provenance();
    Optional<Calibration> calibration = model.calibration();
    return new Json()
        .put("file", file)
        .put("version", model.version())
        .put("origin", from.origin().name())
        .put("note", from.note())
        .put("createdAt", from.createdAtMillis())
        .put("windowStart", time(from.windowStartMillis()))
        .put("windowEnd", time(from.windowEndMillis()))
        .put("features", model.d())
        .put("width", model.architecture().m())
        .put("layers", model.architecture().layers())
        .put("steps", model.steps())
        .put("iterations", from.iterations())
        .put("rowsTrained", from.rowsTrained())
        .put("rowsHeldOut", from.rowsHeldOut())
        .put("heldOutLoss", from.heldOutLoss())
        .put("rowsCalibration", calibration.map(Calibration::rows))
        .put("rowsTail", calibration.flatMap(Calibration::tail).map(Tail::exceedances))
        .put("estimatedContamination", calibration.map(Calibration::contamination))
        .put("smallestAlertRate", calibration.map(Calibration::smallestRate));
  }

  /** The ranking of a peer. */
  static Json peer(PeerScores peer) {
    return new Json()
        .put("name", peer.name())
        .put("auroc", peer.auroc())
        .put("auprc", peer.auprc());
  }

  /** The features that flagged rows would gain most by, the most frequent first. */
  static Json shares(FeatureShares shares, List<String> names) {
    double[] share = shares.share();
    return new Json()
        .put("examined", shares.examined())
        .put(
            "shares",
            IntStream.range(0, share.length)
                .filter(k -> share[k] > 0)
                .boxed()
                .sorted(Comparator.comparingDouble(k -> -share[k]))
                .map(k -> new Json().put("feature", names.get(k)).put("share", share[k]))
                .toList());
  }

  private static Object time(OptionalLong millis) {
    return millis.isPresent() ? (Object) millis.getAsLong() : null;
  }

  private static double number(Optional<AtRate> at, ToDoubleFunction<AtRate> figure) {
    return at.map(figure::applyAsDouble).orElse(Double.NaN);
  }

  private static List<Double> interval(Interval interval) {
    return interval.known() ? List.of(interval.low(), interval.high()) : null;
  }
}
