package io.otflow.cli;

import io.otflow.codec.CsvOutput;
import io.otflow.codec.CsvRows;
import io.otflow.codec.CsvSelection;
import io.otflow.codec.EventTimes;
import io.otflow.codec.FeatureValues;
import io.otflow.codec.InputException;
import io.otflow.codec.ModelFiles;
import io.otflow.codec.SnapshotCodec;
import io.otflow.codec.mapped.InputFormat;
import io.otflow.flink.EventHistory;
import io.otflow.flink.FeatureEvent;
import io.otflow.flink.JobConfig;
import io.otflow.flink.ModelKeys;
import io.otflow.flink.Replay;
import io.otflow.flink.ScoredEvent;
import io.otflow.kafka.Topics;
import io.otflow.model.ModelSnapshot;
import io.otflow.page.ReplayReport;
import io.otflow.train.Candidate;
import io.otflow.train.TrainingProgress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Callable;
import org.apache.flink.connector.base.DeliveryGuarantee;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** Runs the job over the past. */
@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Runs the job over a file, or over what a topic holds, in the order of its times and without"
            + " a cluster: windows, trainings, swaps, calibrations, scores and flags are those of the"
            + " job, but each model serves from the end of its window on. Prints one JSON object.")
@MostUsed({
  "--data",
  "--time",
  "--label",
  "--features",
  "--scores",
  "--report",
  "--train-window",
  "--trim",
  "--alert-rate",
  "--fdr"
})
final class ReplayCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(names = "--data", paramLabel = "F.csv", description = "The events, of a file.")
  private Path data;

  @Option(
      names = "--time",
      paramLabel = "COL",
      description = "Column of the file with event times, as produce reads them.")
  private String time;

  @Option(
      names = "--id",
      paramLabel = "COL",
      description = "Column of the file with unique ids (default: its name and the row's number).")
  private String id;

  @Option(names = "--key", paramLabel = "COL", description = "Column of the file with keys.")
  private String key;

  @Option(
      names = "--label",
      paramLabel = "COL",
      description =
          "Column of the file with 1 for an anomaly, 0 for an ordinary event: not a feature, but"
              + " counted with.")
  private String label;

  @Option(
      names = "--features-topic",
      paramLabel = "TOPIC",
      description =
          "The events, of a topic, where there is no file; with a file, the topic that its rows would"
              + " be in, which decides what is sampled (default: ${DEFAULT-VALUE}).")
  private String topic = JobConfig.TopicNames.DEFAULTS.features();

  @Option(
      names = "--newest",
      paramLabel = "N",
      description = "Newest events of each partition of the topic (default: all).")
  private long newest = Long.MAX_VALUE;

  @Option(
      names = "--scores",
      required = true,
      paramLabel = "OUT.csv",
      description = "CSV file to write: a row for each event, in the order of their times.")
  private Path scores;

  @Option(
      names = "--report",
      paramLabel = "R.html",
      description = "Also writes a page: what was scored and flagged over time, and the models.")
  private Path report;

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description = "Model to start with (default: the first window makes one).")
  private Path model;

  @Option(
      names = "--anomaly-value",
      paramLabel = "V",
      description = "What --label holds for an anomaly (default: 1 or true).")
  private String anomalyValue;

  @Mixin private CsvOptions cells = new CsvOptions();
  @Mixin private KafkaOptions kafka = new KafkaOptions();
  @Mixin private JobInputOptions input = new JobInputOptions();
  @Mixin private JobScoreOptions scoring = new JobScoreOptions();
  @Mixin private JobTrainOptions training = new JobTrainOptions();

  /** For picocli. */
  ReplayCommand() {}

  private final Notes notes = new Notes();

  /** An event, and its label where the file has one. */
  private record Labelled(FeatureEvent event, Boolean anomaly) {}

  @Override
  public Integer call() throws Exception {
    ParseResult given = spec.commandLine().getParseResult();
    scoring.check(given);
    if (data == null) {
      Checks.none(given, "is for --data", CsvOptions.NAMES);
      Checks.none(given, "is for --data", "--anomaly-value");
    } else {
      Checks.none(given, "is for the events of a topic, without --data", JobInputOptions.OF_TOPICS);
    }
    ModelFiles.requireWritable(scores);
    List<Labelled> events = data == null ? fromTopic() : fromFile();
    events.sort(
        Comparator.comparingLong((Labelled one) -> one.event().eventTime)
            .thenComparingInt(one -> one.event().partition)
            .thenComparingLong(one -> one.event().offset));
    ReplayLog log = new ReplayLog(events.size());
    Progress progress = new Progress("replay", events.size(), " events");
    try (progress;
        CsvOutput out = CsvOutput.create(scores, columns());
        Replay replay = new Replay(config(), new Follower(out, log, progress))) {
      for (Labelled one : events) {
        log.expect(one.event(), one.anomaly());
        replay.add(one.event());
      }
      replay.end();
      out.complete();
    }
    notes.again(progress);
    if (report != null) {
      new ReplayReport(source(), log.report()).write(report);
      System.err.println("otflow: " + report + " is a page for a browser");
    }
    Json summary = log.summary();
    spec.commandLine().getOut().println(summary);
    return log.scored() == 0 ? Failures.FAILED : 0;
  }

  private String source() {
    return data == null ? "topic " + topic : String.valueOf(data.getFileName());
  }

  private List<Labelled> fromFile() throws IOException {
    if (time == null) {
      throw new InputException("--data needs --time, the column with the times of its events");
    }
    List<Labelled> events = new ArrayList<>();
    try (CsvRows rows =
        CsvRows.open(
            data,
            CsvSelection.of(input.features(), id, key, time, label),
            cells.toFormat(input.categories(), anomalyValue))) {
      notes.leftOut(data, rows.leftOut());
      double[] x = new double[rows.d()];
      while (rows.next()) {
        rows.features(x, 0);
        FeatureValues values =
            new FeatureValues(
                id == null ? data.getFileName() + ":" + rows.rows() : rows.cell(id),
                key == null ? null : rows.cell(key),
                EventTimes.parse(rows.cell(time), input.timeUnitOfFile(), rows.place(time))
                    .toEpochMilli(),
                x.clone(),
                Map.of());
        events.add(
            new Labelled(
                FeatureEvent.of(values, topic, 0, rows.rows() - 1),
                label == null ? null : rows.label(label)));
      }
      notes.missing(data, rows.missing(), rows.rows());
    }
    return events;
  }

  private List<Labelled> fromTopic() throws IOException {
    for (Object given : new Object[] {time, id, key, label}) {
      if (given != null) {
        throw new InputException(
            "--time, --id, --key and --label name columns of --data; a topic's fields are named by"
                + " --time-field, --id-field and --key-field");
      }
    }
    Checks.range("--newest", newest, 1, Long.MAX_VALUE);
    Properties client = kafka.properties();
    int unused = Topics.requireExisting(client, topic);
    List<Labelled> events = new ArrayList<>();
    InputFormat format = input.toFormat(topic);
    for (FeatureEvent event : EventHistory.read(client, topic, format, newest).events()) {
      events.add(new Labelled(event, null));
    }
    return events;
  }

  private JobConfig config() throws IOException {
    ModelSnapshot first = model == null ? null : ModelFiles.read(model);
    InputFormat format = data == null ? input.toFormat(topic) : InputFormat.FEATURE_VECTORS;
    return new JobConfig(
        JobConfig.Mode.SCORE_AND_TRAIN,
        true,
        new JobConfig.Kafka(
            kafka.bootstrapServers(),
            JobConfig.TopicNames.DEFAULTS,
            "otflow-replay",
            DeliveryGuarantee.EXACTLY_ONCE,
            Map.of()),
        new JobConfig.Source(
            JobConfig.StartingOffsets.EARLIEST, Duration.ZERO, Duration.ofSeconds(1), format),
        scoring.toScoring(false),
        training.toTraining(true),
        ModelKeys.NONE,
        Optional.empty(),
        Optional.ofNullable(first).map(SnapshotCodec::toBytes));
  }

  private static List<String> columns() {
    return List.of(
        "id",
        "eventTime",
        "status",
        "logLikelihood",
        "errorEstimate",
        "pValue",
        "pValueBy",
        "threshold",
        "anomaly",
        "flaggedBy",
        "modelVersion");
  }

  /** Writes what comes out, and counts it. */
  private record Follower(CsvOutput out, ReplayLog log, Progress progress)
      implements Replay.Listener {

    @Override
    public void onScore(ScoredEvent event) {
      log.add(event);
      try {
        out.set(0, event.id);
        out.set(1, String.valueOf(event.eventTime));
        out.set(2, event.scored ? "SCORED" : "WARMING_UP");
        out.set(3, number(event.logLikelihood));
        out.set(4, number(event.errorEstimate));
        out.set(5, number(event.pValue));
        out.set(6, event.evidence == null ? "" : event.evidence.name());
        out.set(7, number(event.threshold));
        out.set(8, String.valueOf(event.anomaly));
        out.set(9, event.flaggedBy == null ? "" : event.flaggedBy.name());
        out.set(10, event.scored ? String.valueOf(event.modelVersion) : "");
        out.endRow();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      progress.at(log.out(), log.models() + " models");
    }

    private static String number(double value) {
      return Double.isNaN(value) ? "" : String.valueOf(value);
    }

    @Override
    public void onRefused(FeatureEvent event, String reason) {
      if (log.refuse()) {
        progress.note("the first event that is refused: " + reason);
      }
    }

    @Override
    public void onTrained(Candidate candidate) {
      log.add(candidate);
      ModelSnapshot trained = candidate.model();
      trained
          .calibration()
          .filter(calibration -> calibration.alertRate() < calibration.smallestRate())
          .ifPresent(
              calibration ->
                  progress.note("model " + trained.version() + ": " + calibration.shortfall()));
      candidate
          .decision()
          .filter(decision -> !decision.accepted())
          .ifPresent(
              decision ->
                  progress.note(
                      "model " + trained.version() + " is refused: " + decision.reason()));
    }

    @Override
    public void onDrift(long version, int calls, long timeMillis) {
      if (log.drift(version, calls, timeMillis)) {
        progress.note(
            Instant.ofEpochMilli(timeMillis)
                + ": the stream has drifted from what model "
                + version
                + " was calibrated on");
      }
    }

    @Override
    public void onFailed(long version, String reason) {
      progress.note("training of model " + version + " failed: " + reason);
    }

    @Override
    public void onProgress(long version, TrainingProgress now) {
      if (!now.incident().isEmpty()) {
        progress.note("training of model " + version + ": " + now.incident());
      }
      progress.at(log.out(), "training of model " + version + ", iteration " + now.iteration());
    }
  }
}
