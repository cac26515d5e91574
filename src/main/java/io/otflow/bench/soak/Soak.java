package io.otflow.bench.soak;

import io.otflow.bench.StreamModel;
import io.otflow.codec.SnapshotCodec;
import io.otflow.engine.EngineChoice;
import io.otflow.engine.Engines;
import io.otflow.engine.Integration;
import io.otflow.flink.JobConfig;
import io.otflow.flink.JobTopics;
import io.otflow.flink.ModelKeys;
import io.otflow.flink.SampleSettings;
import io.otflow.kafka.Topics;
import io.otflow.local.BrokerProcess;
import io.otflow.local.LocalSystem;
import io.otflow.local.SyntheticStream;
import java.io.Closeable;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.flink.connector.base.DeliveryGuarantee;

/**
 * The whole job on a stream of steady load for minutes: capacity and a first training that is not
 * counted, then the steady time with trainings and swaps, then, if asked for, an overload and what
 * comes after it. A broker in a process of its own; Flink in this one, so that its heap can be
 * looked at.
 */
public final class Soak implements Closeable {

  private static final JobConfig.TopicNames TOPICS = JobConfig.TopicNames.DEFAULTS;
  private static final int PARTITIONS_PER_SUBTASK = 2;
  private static final Duration CHECKPOINTS = Duration.ofSeconds(2);

  /** What is sent at once to measure the capacity, again and again until enough was scored. */
  private static final double BURST_PER_SECOND = 1_000_000;

  private static final int REPORT_SECONDS = 60;

  /** How long a swap is waited for beyond the time in which one should be. */
  private static final Duration SWAP_PATIENCE = Duration.ofMinutes(3);

  private final SoakSettings settings;
  private final LocalSystem system;
  private final Consumer<String> progress;
  private final int partitions;

  /**
   * Starts broker and cluster.
   *
   * @param settings what to do
   * @param progress takes a line at each step
   * @throws Exception if they do not start
   */
  public Soak(SoakSettings settings, Consumer<String> progress) throws Exception {
    this.settings = settings;
    system =
        new LocalSystem(
            new BrokerProcess(), settings.parallelism(), true, Optional.of(CHECKPOINTS));
    this.progress = progress;
    partitions = PARTITIONS_PER_SUBTASK * settings.parallelism();
  }

  /**
   * Runs.
   *
   * @return what it came to
   * @throws Exception if something fails
   */
  public SoakReport run() throws Exception {
    SyntheticStream stream = SyntheticStream.of(2_000_000, settings.seed());
    progress.accept("fitting a model");
    StreamModel model = new StreamModel(settings.width(), settings.seed());
    byte[] first = SnapshotCodec.toBytes(model.fit(stream));
    Properties client = system.client();
    int unused = Topics.ensure(client, TOPICS.features(), partitions, Map.of());
    JobConfig job = JobTopics.prepare(client, job(model, first));
    system.cluster().submit(job);
    try (SoakProducer producer = new SoakProducer(client, stream, TOPICS.features(), partitions);
        ScoreMonitor monitor = new ScoreMonitor(client, TOPICS.scores())) {
      return run(producer, monitor);
    }
  }

  private SoakReport run(SoakProducer producer, ScoreMonitor monitor) throws Exception {
    double capacity = capacity(producer, monitor);
    progress.accept(String.format("capacity %,.0f events/s", capacity));
    double rate = settings.load() * capacity;
    producer.rate(rate);
    TimeUnit.SECONDS.sleep(settings.settlingSeconds());
    // Java compiles the training while it runs for the first time, which no later one waits for.
    awaitSwap(monitor, System.currentTimeMillis());
    TimeUnit.SECONDS.sleep(settings.settlingSeconds());
    long heapBefore = heapAfterCollection();
    long from = System.currentTimeMillis();
    long sentBefore = producer.sent();
    for (int left = settings.steadySeconds(); left > 0; left -= REPORT_SECONDS) {
      TimeUnit.SECONDS.sleep(Math.min(left, REPORT_SECONDS));
      producer.check();
      system.cluster().requireRunning();
      progress.accept(
          String.format(
              "%d s of %d, %,d scores, %d swaps",
              settings.steadySeconds() - Math.max(0, left - REPORT_SECONDS),
              settings.steadySeconds(),
              monitor.scores(),
              monitor.swaps(from, Long.MAX_VALUE).size()));
    }
    awaitSwap(monitor, from);
    long to = System.currentTimeMillis();
    double perSecond = (producer.sent() - sentBefore) * 1000.0 / (to - from);
    long heapAfter = heapAfterCollection();
    Optional<SoakReport.Overload> overload =
        settings.overloadSeconds() == 0
            ? Optional.empty()
            : Optional.of(overload(producer, monitor, capacity, rate));
    producer.rate(0);
    producer.check();
    awaitScores(producer, monitor);
    long events = producer.sent();
    return new SoakReport(
        settings,
        capacity,
        events,
        monitor.missing(events),
        monitor.doubled(),
        monitor.mixed(),
        perSecond,
        monitor.between(from, to),
        monitor.swaps(from, to).size(),
        monitor.aroundSwaps(from, to),
        monitor.elsewhere(from, to),
        heapBefore,
        heapAfter,
        system.cluster().restarts(),
        overload);
  }

  /** Scores a second while more wait, of the second half of what was sent at once. */
  private double capacity(SoakProducer producer, ScoreMonitor monitor) throws Exception {
    long start = System.nanoTime();
    long half = 0;
    long halfNanos = 0;
    double seconds = 0;
    while (seconds < settings.capacitySeconds()) {
      // Enough waits that the job never runs dry, and no more than it gets through soon.
      long waiting = producer.sent() - monitor.scores();
      double scoredPerSecond = monitor.scores() / Math.max(1, seconds);
      producer.rate(waiting < Math.max(50_000, 6 * scoredPerSecond) ? BURST_PER_SECOND : 0);
      TimeUnit.MILLISECONDS.sleep(20);
      seconds = (System.nanoTime() - start) / 1e9;
      if (half == 0 && seconds > settings.capacitySeconds() / 2.0) {
        half = monitor.scores();
        halfNanos = System.nanoTime();
      }
    }
    double capacity = (monitor.scores() - half) * 1e9 / (System.nanoTime() - halfNanos);
    producer.rate(0);
    awaitScores(producer, monitor);
    return capacity;
  }

  /**
   * Waits for a swap since a time, longer than the steady time where the machine is too slow for
   * its windows; without any in the end the report has none.
   */
  private static void awaitSwap(ScoreMonitor monitor, long fromMillis) throws Exception {
    long start = System.nanoTime();
    while (monitor.swaps(fromMillis, Long.MAX_VALUE).isEmpty()
        && System.nanoTime() - start < SWAP_PATIENCE.toNanos()) {
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  /** A window's length is one of time, so that the load does not matter. */
  private long windowMillis() {
    return settings.steadySeconds() * 1000L / settings.swaps();
  }

  private SoakReport.Overload overload(
      SoakProducer producer, ScoreMonitor monitor, double capacity, double rate) throws Exception {
    progress.accept(
        String.format(
            "%.0f times the capacity for %d s",
            settings.overloadFactor(), settings.overloadSeconds()));
    long sentBefore = producer.sent();
    long start = System.nanoTime();
    producer.rate(settings.overloadFactor() * capacity);
    TimeUnit.SECONDS.sleep(settings.overloadSeconds());
    producer.rate(0);
    double perSecond = (producer.sent() - sentBefore) * 1e9 / (System.nanoTime() - start);
    long backlog = producer.sent() - monitor.scores();
    long heap = heapAfterCollection();
    progress.accept(String.format("%,d events wait", backlog));
    long ended = System.nanoTime();
    awaitScores(producer, monitor);
    double drainSeconds = (System.nanoTime() - ended) / 1e9;
    producer.rate(rate);
    TimeUnit.SECONDS.sleep(settings.settlingSeconds());
    long from = System.currentTimeMillis();
    TimeUnit.SECONDS.sleep(3L * settings.settlingSeconds());
    long to = System.currentTimeMillis();
    return new SoakReport.Overload(
        perSecond, backlog, heap, drainSeconds, monitor.between(from, to));
  }

  private void awaitScores(SoakProducer producer, ScoreMonitor monitor) throws Exception {
    long last = monitor.scores();
    long lastNanos = System.nanoTime();
    while (monitor.scores() < producer.sent()) {
      TimeUnit.MILLISECONDS.sleep(50);
      if (monitor.scores() > last) {
        last = monitor.scores();
        lastNanos = System.nanoTime();
      } else if (System.nanoTime() - lastNanos > TimeUnit.MINUTES.toNanos(2)) {
        return; // what is missing then is missing, and reported
      }
    }
  }

  private static long heapAfterCollection() {
    ManagementFactory.getMemoryMXBean().gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private JobConfig job(StreamModel model, byte[] first) {
    return new JobConfig(
        JobConfig.Mode.SCORE_AND_TRAIN,
        false,
        new JobConfig.Kafka(
            system.bootstrapServers(),
            TOPICS,
            "otflow-soak",
            DeliveryGuarantee.EXACTLY_ONCE,
            Map.of()),
        new JobConfig.Source(
            JobConfig.StartingOffsets.EARLIEST, Duration.ofMillis(500), Duration.ofSeconds(30)),
        new JobConfig.Scoring(
            EngineChoice.of(Engines.AUTO, Integration.adaptive(0, Integration.DEFAULT_TOLERANCE)),
            JobConfig.Scoring.DEFAULT_BATCH_SIZE,
            JobConfig.Scoring.DEFAULT_LINGER_MILLIS,
            false,
            1),
        new JobConfig.Training(
            new SampleSettings(
                windowMillis(), 0, StreamModel.ROWS + settings.calibrationRows(), settings.seed()),
            model.training()),
        ModelKeys.NONE,
        Optional.empty(),
        Optional.of(first));
  }

  @Override
  public void close() throws IOException {
    system.close();
  }
}
