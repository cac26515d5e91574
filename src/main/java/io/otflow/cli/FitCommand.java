package io.otflow.cli;

import io.otflow.codec.CsvData;
import io.otflow.codec.CsvSelection;
import io.otflow.codec.InputException;
import io.otflow.codec.ModelFiles;
import io.otflow.codec.mapped.InputFormat;
import io.otflow.flink.EventHistory;
import io.otflow.kafka.Topics;
import io.otflow.model.Calibration;
import io.otflow.model.ModelSnapshot;
import io.otflow.model.Provenance.Origin;
import io.otflow.train.ModelFitter;
import io.otflow.train.RowRemarks;
import io.otflow.train.TrainingConfig;
import io.otflow.train.TrainingData;
import io.otflow.train.TrainingException;
import io.otflow.train.Treatment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** Fits a model to a file, or to what a topic holds. */
@Command(
    name = "fit",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Fits a model to the rows of a CSV file, or to the newest events of a topic; prints one JSON"
            + " object about it.")
@MostUsed({
  "--data",
  "--topic",
  "--model",
  "--features",
  "--label",
  "--time",
  "--missing",
  "--trim",
  "--alert-rate",
  "--seed"
})
final class FitCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(names = "--data", paramLabel = "F.csv", description = "The rows, of a file.")
  private Path data;

  @Option(
      names = "--topic",
      paramLabel = "T",
      description =
          "The rows, of a topic: its newest events, as the job would read them with the same options.")
  private String topic;

  @Option(
      names = "--newest",
      paramLabel = "N",
      description = "Newest events of each partition of --topic (default: ${DEFAULT-VALUE}).")
  private long newest = 50_000;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "M",
      description = "Model file to write.")
  private Path model;

  @Option(
      names = "--label",
      paramLabel = "COL",
      description = "Column that is a label: not a feature, and not looked at.")
  private String label;

  @Option(names = "--id", paramLabel = "COL", description = "Column that is an id, not a feature.")
  private String id;

  @Option(names = "--time", paramLabel = "COL", description = "Column that is a time.")
  private String time;

  @Option(
      names = "--parent",
      paramLabel = "MODEL",
      description = "Model file to fine-tune: keeps its shape, version one higher.")
  private Path parent;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description =
          "Runge-Kutta steps while training, and by default for scoring (default:"
              + " ${DEFAULT-VALUE}).")
  private int steps = TrainingConfig.DEFAULTS.steps();

  @Option(
      names = "--batch-size",
      paramLabel = "ROWS",
      description =
          "Most rows in an optimizer step; a quarter of the rows is enough, but for 128 (default:"
              + " ${DEFAULT-VALUE}).")
  private int batchSize = TrainingConfig.DEFAULTS.batchSize();

  @Mixin private TrainingOptions training = new TrainingOptions();
  @Mixin private CsvOptions cells = new CsvOptions();
  @Mixin private JobInputOptions input = new JobInputOptions();
  @Mixin private KafkaOptions kafka = new KafkaOptions();

  private final Notes notes = new Notes();

  @Override
  public Integer call() throws IOException, TrainingException {
    if ((data == null) == (topic == null)) {
      throw new InputException("fit needs either --data F.csv or --topic T");
    }
    ParseResult given = spec.commandLine().getParseResult();
    if (topic == null) {
      Checks.none(given, "is for --topic", JobInputOptions.OF_TOPICS);
      Checks.none(given, "is for --topic: nothing is done with a time here", "--time-unit");
    } else {
      Checks.none(given, "is for --data", CsvOptions.NAMES);
    }
    TrainingConfig config = training.toConfig(steps, batchSize);
    ModelFiles.requireWritable(model);
    Optional<ModelSnapshot> tuned =
        parent == null ? Optional.empty() : Optional.of(ModelFiles.read(parent));
    TrainingData rows = topic == null ? fromFile(tuned) : fromTopic(config.seed());
    check(tuned, rows);
    long version = tuned.map(m -> m.version() + 1).orElse(1L);
    long started = System.nanoTime();
    ModelSnapshot fitted;
    Progress progress = new Progress("fit", config.iterations(), " iterations");
    try (progress) {
      fitted =
          new ModelFitter(config)
              .fit(
                  rows,
                  tuned,
                  version,
                  p -> {
                    if (!p.incident().isEmpty()) {
                      progress.note(p.incident());
                    }
                    progress.outOf(p.iterations());
                    progress.at(
                        p.iteration(),
                        String.format(
                            Locale.ROOT,
                            "loss %.4g, held-out nll %.4f",
                            p.trainingLoss(),
                            p.heldOutLoss()));
                    return true;
                  });
    }
    double seconds = (System.nanoTime() - started) / 1e9;
    ModelFiles.write(fitted, model);
    notes.again(progress);
    notes.remarks(RowRemarks.of(fitted, rows), topic == null);
    notes.gain(fitted);
    fitted
        .calibration()
        .filter(calibration -> calibration.alertRate() < calibration.smallestRate())
        .ifPresent(calibration -> System.err.println("otflow: " + calibration.shortfall()));
    spec.commandLine().getOut().println(summary(fitted, rows.rows(), seconds));
    return 0;
  }

  private TrainingData fromFile(Optional<ModelSnapshot> tuned) throws IOException {
    CsvData rows = CsvData.read(data, selection(tuned), cells.toFormat(input.categories(), null));
    notes.leftOut(data, rows.leftOut());
    if (label != null && input.features() == null) {
      notes.labels(data, rows.binary());
    }
    notes.missing(data, rows.missing(), rows.rows() + rows.missing().count());
    return new TrainingData(
        rows.x(),
        rows.rows(),
        rows.featureNames(),
        Origin.FIT,
        OptionalLong.empty(),
        OptionalLong.empty(),
        rows.rows(),
        System.currentTimeMillis(),
        String.valueOf(data.getFileName()));
  }

  private TrainingData fromTopic(long seed) throws IOException {
    Checks.range("--newest", newest, 1, Long.MAX_VALUE);
    InputFormat format = input.toFormat(topic);
    Properties client = kafka.properties();
    int unused = Topics.requireExisting(client, topic);
    EventHistory history = EventHistory.read(client, topic, format, newest);
    TrainingData rows = history.rows(seed, format.featureNames(), System.currentTimeMillis());
    notes.unusable(topic, history, rows.rows());
    return rows;
  }

  private CsvSelection selection(Optional<ModelSnapshot> tuned) {
    boolean parentNames =
        input.features() == null && tuned.isPresent() && !Columns.unnamed(tuned.get());
    return CsvSelection.of(
        parentNames ? tuned.get().featureNames() : input.features(), label, id, time);
  }

  private void check(Optional<ModelSnapshot> tuned, TrainingData rows) {
    if (rows.rows() < ModelFitter.MIN_ROWS) {
      throw new InputException(
          "%s has %d rows to fit a model to, expected at least %d"
              .formatted(
                  topic == null ? data : "topic '" + topic + "'",
                  rows.rows(),
                  ModelFitter.MIN_ROWS));
    }
    if (tuned.isPresent() && tuned.get().d() != rows.featureNames().size()) {
      throw new InputException(
          (topic == null ? data : "topic '" + topic + "'")
              + " has "
              + rows.featureNames().size()
              + " features, the parent "
              + parent
              + " has "
              + tuned.get().d());
    }
  }

  private Json summary(ModelSnapshot fitted, int rows, double seconds) {
    return new Json()
        .put("model", model.toString())
        .put("version", fitted.version())
        .put("rows", rows)
        .put("features", fitted.featureNames())
        .put("treatment", Treatment.of(fitted.front()))
        .put("width", fitted.architecture().m())
        .put("layers", fitted.architecture().layers())
        .put("steps", fitted.steps())
        .put("rowsTrained", fitted.provenance().rowsTrained())
        .put("rowsHeldOut", fitted.provenance().rowsHeldOut())
        .put("rowsCalibration", fitted.calibration().map(Calibration::rows))
        .put("iterations", fitted.provenance().iterations())
        .put("trainingLoss", fitted.provenance().trainingLoss())
        .put("startingLoss", fitted.provenance().startingLoss().orElse(Double.NaN))
        .put("heldOutLoss", fitted.provenance().heldOutLoss())
        .put("threshold", fitted.calibration().map(Calibration::threshold))
        .put("alertRate", fitted.calibration().map(Calibration::alertRate))
        .put("smallestAlertRate", fitted.calibration().map(Calibration::smallestRate))
        .put("estimatedContamination", fitted.calibration().map(Calibration::contamination))
        .put("seconds", Math.round(seconds * 1000) / 1000.0);
  }
}
