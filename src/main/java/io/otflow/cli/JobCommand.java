package io.otflow.cli;

import io.otflow.codec.DecodeException;
import io.otflow.codec.InputException;
import io.otflow.codec.RecordSignature;
import io.otflow.codec.SnapshotCodec;
import io.otflow.codec.mapped.InputFormat;
import io.otflow.flink.FirstModel;
import io.otflow.flink.JobConfig;
import io.otflow.flink.JobConfig.Mode;
import io.otflow.flink.JobCounts;
import io.otflow.flink.JobTopics;
import io.otflow.flink.ModelKeys;
import io.otflow.flink.OtflowJob;
import io.otflow.flink.OutputFormat;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the Flink job: on the cluster that {@code flink run} submits to, else in this process. */
@Command(
    name = "job",
    description =
        "Scores a topic of events as they come, trains on them meanwhile, and swaps models.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
@MostUsed({
  "--bootstrap-servers",
  "--features-topic",
  "--input-format",
  "--features",
  "--time-field",
  "--starting-offsets",
  "--model",
  "--train-window",
  "--trim",
  "--alert-rate",
  "--fdr",
  "--parallelism"
})
public final class JobCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "Options from a file of Java properties, names without dashes; those on the command line"
              + " win.")
  private Path configFile;

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      converter = Choices.Modes.class,
      completionCandidates = Choices.Modes.class,
      description =
          "score+train, score (follow the models topic), or train (default: ${DEFAULT-VALUE}).")
  private Mode mode = Mode.SCORE_AND_TRAIN;

  @Mixin private KafkaOptions kafka;
  @Mixin private JobTopicOptions topics;

  @Option(
      names = "--group-id",
      paramLabel = "ID",
      description =
          "Consumer group, and start of the transactional ids; two jobs must not share one"
              + " (default: otflow, or otflow-score and otflow-train by --mode).")
  private String groupId;

  @Option(
      names = "--delivery",
      paramLabel = "GUARANTEE",
      converter = Choices.Deliveries.class,
      completionCandidates = Choices.Deliveries.class,
      description = "exactly-once or at-least-once (default: ${DEFAULT-VALUE}).")
  private DeliveryGuarantee delivery = DeliveryGuarantee.EXACTLY_ONCE;

  @Option(
      names = "--output-format",
      paramLabel = "avro|json",
      converter = Choices.Outputs.class,
      completionCandidates = Choices.Outputs.class,
      description =
          "Scores, anomalies and dead letters: avro or json (default: avro). Models are"
              + " always Avro.")
  private OutputFormat output = OutputFormat.AVRO;

  @Mixin private JobSourceOptions source;
  @Mixin private JobInputOptions input;

  @Option(
      names = "--model",
      paramLabel = "FILE",
      description =
          "Model to start with, on any file system of Flink; versions go on from its own. Without"
              + " it one is fitted to what the topic holds (--history), or by the first window.")
  private String model;

  @Mixin private JobScoreOptions scoring;
  @Mixin private JobTrainOptions training;
  @Mixin private ModelKeyOptions modelKeys;

  @Option(
      names = "--snapshot-dir",
      paramLabel = "DIR",
      description =
          "Directory, on any file system of Flink, into which each model is written as"
              + " model-v000001.avro and so on.")
  private String snapshotDirectory;

  @Option(
      names = "--parallelism",
      paramLabel = "N",
      description = "Subtasks of each operator; 0 leaves it to Flink (default: ${DEFAULT-VALUE}).")
  private int parallelism;

  @Option(
      names = "--job-name",
      paramLabel = "NAME",
      description = "Name of the job, on Flink's page and in metrics (default: the group id).")
  private String jobName;

  /** For picocli. */
  public JobCommand() {}

  @Override
  public Integer call() throws Exception {
    JobCommand resolved = resolved();
    if (resolved != this) {
      return resolved.call();
    }
    JobConfig config = toConfig();
    JobConfig prepared = JobTopics.prepare(kafka.properties(), config);
    return UntilInterrupted.run("the job", JobRun::new, run -> execute(prepared, run));
  }

  /** The job with a first model, where it starts without a model and without a savepoint. */
  private JobConfig startingModel(JobConfig prepared, StreamExecutionEnvironment env)
      throws IOException {
    boolean restored =
        env.getConfiguration().getOptional(StateRecoveryOptions.SAVEPOINT_PATH).isPresent();
    if (restored || prepared.firstModel().isPresent() || !prepared.mode().trains()) {
      return prepared;
    }
    int iterations = FirstModel.iterations(prepared.training().config());
    try (Progress progress = new Progress("first model", iterations, " iterations")) {
      return FirstModel.fit(
          kafka.properties(),
          prepared,
          training.history(),
          p -> {
            progress.outOf(p.iterations());
            progress.at(p.iteration(), "held-out nll %.4f".formatted(p.heldOutLoss()));
            return true;
          });
    }
  }

  private int execute(JobConfig prepared, JobRun run) throws Exception {
    StreamExecutionEnvironment env = run.environment();
    JobConfig complete = startingModel(prepared, env);
    if (parallelism > 0) {
      env.setParallelism(parallelism);
    }
    new OtflowJob(complete).addTo(env);
    try {
      JobExecutionResult result = run.execute(jobName != null ? jobName : groupId());
      return mode.scores() && source.bounded() && result.isJobExecutionResult()
          ? JobCounts.of(result).map(this::report).orElse(0)
          : 0;
    } catch (ExecutionException e) {
      throw new IOException("the job failed: " + rootCause(e), e);
    }
  }

  /** Prints what came of the events of a job that has ended; 1 where it has scored none. */
  private int report(JobCounts counts) {
    spec.commandLine()
        .getOut()
        .println(
            new Json()
                .put("read", counts.read())
                .put("scored", counts.scored())
                .put("unscored", counts.unscored())
                .put("deadLetters", counts.deadLetters()));
    if (counts.scored() > 0) {
      return 0;
    }
    System.err.println(
        counts.read() > 0
            ? "otflow: nothing was scored"
            : "otflow: nothing was scored, for no event was read");
    return Failures.FAILED;
  }

  /** What happened first: Flink wraps it several times. */
  private static String rootCause(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.toString() : root.getMessage();
  }

  /** This command with the file's options, where the command line has none of that name. */
  JobCommand resolved() throws IOException {
    if (configFile == null) {
      return this;
    }
    Map<String, String> fromFile = ConfigFile.read(configFile, new CommandLine(new JobCommand()));
    CommandLine.ParseResult given = spec.commandLine().getParseResult();
    List<String> arguments = new ArrayList<>(given.originalArgs());
    if (spec.parent() != null) {
      arguments = arguments.subList(arguments.indexOf(spec.name()) + 1, arguments.size());
    }
    List<String> all = new ArrayList<>();
    for (Map.Entry<String, String> entry : fromFile.entrySet()) {
      if (!given.hasMatchedOption(entry.getKey())) {
        all.addAll(List.of(KafkaOptions.rewrite(entry.getValue())));
      }
    }
    all.addAll(arguments);
    JobCommand merged = new JobCommand();
    new CommandLine(merged).parseArgs(all.toArray(String[]::new));
    merged.configFile = null;
    return merged;
  }

  /** All options, checked. */
  JobConfig toConfig() throws IOException {
    Checks.range("--parallelism", parallelism, 0, 32_768);
    scoring.check(spec.commandLine().getParseResult());
    Map<String, String> properties =
        kafka.properties().entrySet().stream()
            .filter(entry -> !entry.getKey().equals("bootstrap.servers"))
            .collect(Collectors.toMap(e -> e.getKey().toString(), e -> e.getValue().toString()));
    boolean bounded = source.bounded();
    ModelKeys keys = modelKeys.toKeys(mode, training.onDrift() && mode.scores());
    InputFormat format = input.toFormat(topics.names().features());
    return new JobConfig(
        mode,
        bounded,
        new JobConfig.Kafka(
                kafka.bootstrapServers(), topics.names(), groupId(), delivery, properties)
            .writing(output),
        source.toSource(format),
        scoring.toScoring(bounded),
        training.toTraining(mode.scores()),
        keys,
        Optional.ofNullable(snapshotDirectory).map(JobCommand::directory),
        model == null ? Optional.empty() : Optional.of(readModel(model, keys, format)));
  }

  private String groupId() {
    String group =
        groupId != null ? groupId : mode == Mode.SCORE_AND_TRAIN ? "otflow" : "otflow-" + mode;
    if (group.isBlank()) {
      throw new InputException("--group-id is empty, expected a name");
    }
    return group;
  }

  /** A path without a scheme is one of this machine, and made absolute. */
  private static String directory(String text) {
    try {
      return new URI(text).getScheme() == null
          ? Path.of(text).toAbsolutePath().toUri().toString()
          : text;
    } catch (URISyntaxException | IllegalArgumentException e) {
      throw new InputException(
          "--snapshot-dir is '" + text + "', expected a path or a URI: " + e.getMessage(), e);
    }
  }

  /** The model to start with, signed here if this job signs, else with its own signature. */
  private static byte[] readModel(String file, ModelKeys keys, InputFormat format)
      throws IOException {
    byte[] message = ModelSource.read(new org.apache.flink.core.fs.Path(file), keys.signing());
    try {
      if (keys.verifying().isPresent()) {
        RecordSignature.MODEL.verify(message, keys.verifying().get());
      }
      format.requireFits(SnapshotCodec.fromBytes(message).featureNames());
      return message;
    } catch (DecodeException e) {
      throw new InputException(file + ": " + e.getMessage(), e);
    }
  }
}
