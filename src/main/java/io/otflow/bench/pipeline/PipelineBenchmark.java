package io.otflow.bench.pipeline;

import io.otflow.bench.StreamModel;
import io.otflow.codec.SnapshotCodec;
import io.otflow.flink.JobConfig;
import io.otflow.flink.JobConfig.TopicNames;
import io.otflow.flink.ModelKeys;
import io.otflow.flink.SampleSettings;
import io.otflow.kafka.Clients;
import io.otflow.kafka.Topics;
import io.otflow.local.BrokerProcess;
import io.otflow.local.LocalSystem;
import io.otflow.local.SyntheticStream;
import io.otflow.model.ModelSnapshot;
import io.otflow.train.CandidateGate;
import io.otflow.train.Pace;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * Streams prepared records through a broker of its own and the job, in the variants of {@link
 * Variant}, each in turn in each round, and counts and times what the broker got. Closing it stops
 * everything and removes its files; it may be closed from another thread.
 *
 * <p>A run is a bounded job over the same topic, into topics of its own. Before the first round
 * each variant runs once unmeasured, so that no variant pays for the compilation of code that the
 * next one uses too.
 */
public final class PipelineBenchmark implements Closeable {

  private static final String FEATURES = "features";
  private static final int PARTITIONS_PER_SUBTASK = 2;

  /** The width of the model. */
  private static final int WIDTH = 32;

  /** Windows of a run, so that the trainer finds the next one closed whenever it is done. */
  private static final int WINDOWS = 40;

  /** The topic's time is that of the broker's clock when it took in the record. */
  private static final Map<String, String> TIMED =
      Map.of("message.timestamp.type", "LogAppendTime");

  private static final Map<String, String> MODELS =
      Map.of(
          "message.timestamp.type",
          "LogAppendTime",
          "max.message.bytes",
          Integer.toString(Clients.LARGEST_RECORD_BYTES));

  private final PipelineSettings settings;
  private final LocalSystem system;
  private final int partitions;

  /** Follows the benchmark. */
  @FunctionalInterface
  public interface Listener {

    /**
     * Called at each step.
     *
     * @param line what was done, or is next
     */
    void onProgress(String line);
  }

  /**
   * Starts broker and cluster.
   *
   * @param settings what to do
   * @throws Exception if they do not start
   */
  public PipelineBenchmark(PipelineSettings settings) throws Exception {
    this.settings = settings;
    system = new LocalSystem(new BrokerProcess(), settings.parallelism(), false, Optional.empty());
    partitions = PARTITIONS_PER_SUBTASK * settings.parallelism();
  }

  /**
   * Runs the benchmark.
   *
   * @param listener follows it
   * @return what it measured
   * @throws Exception if something fails
   */
  public PipelineReport run(Listener listener) throws Exception {
    int events = settings.events();
    SyntheticStream stream = SyntheticStream.of(2 * events, settings.seed());
    listener.onProgress("fitting a model");
    ModelSnapshot model = streamModel().fit(stream);
    listener.onProgress("writing " + events + " records");
    int unused = Topics.ensure(system.client(), FEATURES, partitions, Map.of());
    PreparedRecords.write(
        system.client(), FEATURES, partitions, stream, events, System.currentTimeMillis());
    byte[] bytes = SnapshotCodec.toBytes(model);
    Map<Variant, List<RunResult>> results = new EnumMap<>(Variant.class);
    for (int round = 0; round <= settings.rounds(); round++) {
      for (Variant variant : Variant.values()) {
        RunResult result = run(variant, round, bytes);
        if (round > 0) {
          results.computeIfAbsent(variant, v -> new ArrayList<>()).add(result);
        }
        listener.onProgress(line(variant, round, result));
      }
    }
    return report(model, results);
  }

  private static String line(Variant variant, int round, RunResult result) {
    return String.format(
        "%s, %s: %,.0f events/s, %d missing, %d twice%s",
        round == 0 ? "warm-up" : "round " + round,
        variant,
        result.eventsPerSecond(),
        result.missing(),
        result.duplicates(),
        variant.trains()
            ? String.format(
                ", %d trainings, trainer busy %.0f %%",
                result.trainings(), 100 * result.trainerBusy())
            : "");
  }

  private PipelineReport report(ModelSnapshot model, Map<Variant, List<RunResult>> results) {
    List<VariantReport> variants = new ArrayList<>();
    results.forEach(
        (variant, runs) ->
            variants.add(VariantReport.of(variant, runs, results.get(Variant.PASS_THROUGH))));
    return new PipelineReport(
        settings,
        model.architecture().m(),
        model.d(),
        model.architecture().layers(),
        model.steps(),
        variants);
  }

  private StreamModel streamModel() {
    return new StreamModel(WIDTH, settings.seed());
  }

  private RunResult run(Variant variant, int round, byte[] model) throws Exception {
    String run = variant.name().toLowerCase(Locale.ROOT) + "-" + round;
    TopicNames topics =
        new TopicNames(
            FEATURES, "scores-" + run, "anomalies-" + run, "models-" + run, "dead-letters-" + run);
    Properties client = system.client();
    List<String> written =
        List.of(topics.scores(), topics.anomalies(), topics.models(), topics.deadLetters());
    for (String topic : written) {
      boolean models = topic.equals(topics.models());
      int unused = Topics.ensure(client, topic, models ? 1 : partitions, models ? MODELS : TIMED);
    }
    system.cluster().run(job(variant, run, topics, model));
    RunResult result = RunReader.read(client, topics, settings.events());
    if (result.scored() != (variant.scores() ? result.distinct() + result.duplicates() : 0)) {
      throw new IOException(
          variant + " scored " + result.scored() + " of " + result.distinct() + " events");
    }
    Topics.delete(client, written);
    return result;
  }

  private JobConfig job(Variant variant, String run, TopicNames topics, byte[] model) {
    return new JobConfig(
        variant.trains() ? JobConfig.Mode.SCORE_AND_TRAIN : JobConfig.Mode.SCORE,
        true,
        new JobConfig.Kafka(
            system.bootstrapServers(),
            topics,
            "otflow-bench-" + run,
            settings.delivery(),
            settings.kafka()),
        new JobConfig.Source(
            JobConfig.StartingOffsets.EARLIEST, Duration.ofSeconds(5), Duration.ofSeconds(30)),
        new JobConfig.Scoring(
            settings.engine(),
            settings.batchSize(),
            JobConfig.Scoring.DEFAULT_LINGER_MILLIS,
            false,
            1),
        new JobConfig.Training(
            new SampleSettings(
                0,
                Math.max(1, settings.events() / WINDOWS),
                StreamModel.SAMPLE_ROWS,
                settings.seed()),
            streamModel().training(),
            CandidateGate.OPEN, // each training is to swap a model
            Pace.FULL,
            JobConfig.Training.DEFAULT_DEADLINE_MILLIS),
        ModelKeys.NONE,
        Optional.empty(),
        variant.scores() ? Optional.of(model) : Optional.empty());
  }

  @Override
  public void close() throws IOException {
    system.close();
  }
}
