package io.otflow.demo;

import io.otflow.engine.EngineChoice;
import io.otflow.engine.Engines;
import io.otflow.engine.Integration;
import io.otflow.flink.JobConfig;
import io.otflow.flink.JobTopics;
import io.otflow.flink.ModelKeys;
import io.otflow.flink.SampleSettings;
import io.otflow.kafka.Topics;
import io.otflow.local.EmbeddedBroker;
import io.otflow.local.LocalSystem;
import io.otflow.local.SyntheticStream;
import io.otflow.train.CandidateGate;
import io.otflow.train.Pace;
import io.otflow.train.TrainingConfig;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.flink.connector.base.DeliveryGuarantee;

/**
 * The demo: broker, cluster and job in this process, a stream that drifts, and what the job made of
 * it. Closing it stops everything and removes its files; it may be closed from another thread.
 */
public final class Demo implements Closeable {

  /** How long nothing may come out after the last event before the demo gives up. */
  private static final long PATIENCE_NANOS = 60_000_000_000L;

  private static final int RECENT_SECONDS = 2;
  private static final int PARTITIONS = 4;
  private static final int SLOTS = 2;

  /** Optimizer steps of a training, which is to end in less than half a window of ten seconds. */
  private static final int ITERATIONS = 150;

  /** Rows that a training is fitted to, at most. */
  private static final int TRAINING_ROWS = 4096;

  /** Committed scores are what the demo draws, so they should come soon. */
  private static final Duration CHECKPOINT_INTERVAL = Duration.ofSeconds(2);

  private final DemoSettings settings;
  private final LocalSystem system;
  private final JobConfig config;

  /** Follows the demo. */
  @FunctionalInterface
  public interface Listener {

    /** Called some times a second. */
    void onProgress(News news);
  }

  /**
   * How far the demo is.
   *
   * @param done events that came out
   * @param versions models so far
   * @param flaggedShare share of the newest events, those of two seconds, that is flagged; NaN
   *     where none of them is scored
   */
  public record News(int done, int versions, double flaggedShare) {}

  /**
   * Starts broker and cluster, and creates the topics.
   *
   * @param settings what to do
   * @throws Exception if they do not start
   */
  public Demo(DemoSettings settings) throws Exception {
    this.settings = settings;
    system = new LocalSystem(new EmbeddedBroker(), SLOTS, true, Optional.of(CHECKPOINT_INTERVAL));
    boolean ready = false;
    try {
      JobConfig wanted = jobConfig();
      Topics.ensure(client(), wanted.kafka().topics().features(), PARTITIONS, Map.of());
      config = JobTopics.prepare(client(), wanted);
      ready = true;
    } finally {
      if (!ready) {
        system.close();
      }
    }
  }

  /**
   * How to reach the broker.
   *
   * @return properties of Kafka's clients
   */
  public Properties client() {
    return system.client();
  }

  /**
   * The job's topics, which exist.
   *
   * @return their names
   */
  public JobConfig.TopicNames topics() {
    return config.kafka().topics();
  }

  /**
   * Where Flink's web page is.
   *
   * @return its address
   * @throws Exception if there is none
   */
  public URI webPage() throws Exception {
    return system.cluster().webPage();
  }

  /**
   * Runs the demo; takes the settings' seconds, and up to a window's length before them.
   *
   * @param listener follows it
   * @return what came out
   * @throws Exception if something fails
   */
  public DemoReport run(Listener listener) throws Exception {
    Properties client = client();
    JobConfig.TopicNames topics = topics();
    system.cluster().submit(config);
    SyntheticStream stream = SyntheticStream.of(settings.events(), settings.seed());
    ScoreLog log = new ScoreLog(settings.events());
    long window = settings.windowMillis();
    long start = (System.currentTimeMillis() / window + 1) * window;
    StreamProducer producer = new StreamProducer(stream, "event", settings::timeOf);
    CompletableFuture<Void> sending =
        CompletableFuture.runAsync(
            () -> {
              try {
                producer.run(client, topics.features(), start, settings.events());
              } catch (InterruptedException e) {
                throw new CompletionException(e);
              }
            },
            task -> {
              Thread thread = new Thread(task, "otflow-demo-producer");
              thread.setDaemon(true);
              thread.start();
            });
    try (ScoreWatcher watcher = new ScoreWatcher(client, topics, log)) {
      watch(sending, watcher, log, listener);
    }
    double seconds = (System.currentTimeMillis() - start) / 1000.0;
    return DemoReport.of(stream, settings, log, start, seconds);
  }

  private void watch(
      CompletableFuture<Void> sending, ScoreWatcher watcher, ScoreLog log, Listener listener)
      throws Exception {
    long lastNews = System.nanoTime();
    while (log.distinct() < settings.events()) {
      int before = log.distinct();
      watcher.poll(Duration.ofMillis(250));
      int recent = (int) ((long) RECENT_SECONDS * settings.events() / settings.seconds());
      listener.onProgress(new News(log.distinct(), log.modelVersions(), log.flaggedShare(recent)));
      system.cluster().requireRunning();
      if (sending.isCompletedExceptionally()) {
        sending.get();
      }
      if (log.distinct() > before || !sending.isDone()) {
        lastNews = System.nanoTime();
      } else if (System.nanoTime() - lastNews > PATIENCE_NANOS) {
        return;
      }
    }
    watcher.poll(Duration.ofSeconds(1));
  }

  private JobConfig jobConfig() {
    TrainingConfig defaults = TrainingConfig.DEFAULTS;
    TrainingConfig training =
        new TrainingConfig(
            32,
            defaults.layers(),
            4,
            defaults.traceNodes(),
            defaults.alphaL(),
            defaults.alphaC(),
            defaults.alphaR(),
            ITERATIONS,
            256,
            defaults.learningRate(),
            defaults.clipNorm(),
            defaults.trim(),
            defaults.noise(),
            defaults.heldOutFraction(),
            defaults.calibrationFraction(),
            defaults.evaluateEvery(),
            defaults.patience(),
            TRAINING_ROWS,
            settings.alertRate(),
            settings.seed(),
            1);
    return new JobConfig(
        JobConfig.Mode.SCORE_AND_TRAIN,
        false,
        new JobConfig.Kafka(
            system.bootstrapServers(),
            JobConfig.TopicNames.DEFAULTS,
            "otflow-demo",
            DeliveryGuarantee.EXACTLY_ONCE,
            Map.of()),
        new JobConfig.Source(
            JobConfig.StartingOffsets.EARLIEST, Duration.ofMillis(500), Duration.ofSeconds(5)),
        new JobConfig.Scoring(
            EngineChoice.of(Engines.AUTO, Integration.adaptive(0, Integration.DEFAULT_TOLERANCE)),
            JobConfig.Scoring.DEFAULT_BATCH_SIZE,
            JobConfig.Scoring.DEFAULT_LINGER_MILLIS,
            false,
            100_000),
        new JobConfig.Training(
            new SampleSettings(
                    settings.windowMillis(),
                    0,
                    TRAINING_ROWS + SampleSettings.DEFAULT_CALIBRATION_ROWS,
                    settings.seed())
                .cutByDrift(),
            training,
            CandidateGate.DEFAULT,
            // So little comes that scoring has no need of a second core.
            Pace.FULL,
            JobConfig.Training.DEFAULT_DEADLINE_MILLIS),
        ModelKeys.NONE,
        Optional.empty(),
        Optional.empty());
  }

  @Override
  public void close() throws IOException {
    system.close();
  }
}
