package io.otflow.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.otflow.avro.AnomalyScore;
import io.otflow.codec.DecodeException;
import io.otflow.codec.SingleObject;
import io.otflow.flink.JobConfig.TopicNames;
import io.otflow.kafka.Topics;
import io.otflow.local.SyntheticStream;
import io.otflow.testing.Await;
import io.otflow.testing.FlinkProcesses;
import io.otflow.testing.KafkaProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The job is submitted and cancelled again and again on one task manager: each time it trains and
 * scores, and afterwards the process holds what it held before. {@code -Dotflow.leak.cycles=20} is
 * the long form.
 *
 * <p>A job that cannot be collected keeps some 2500 classes in 15 MiB of metaspace.
 */
@Tag("cluster")
class LeakITCase {

  private static final TopicNames TOPICS = TopicNames.DEFAULTS;
  private static final String TASK_MANAGER = "taskmanager1";
  private static final int CYCLES = Integer.getInteger("otflow.leak.cycles", 5);

  /** Cycles after which everything that is loaded once, is. */
  private static final int WARM_UP = 2;

  /**
   * Class loaders of cancelled jobs that may stay: Java keeps the last class whose records it has
   * compared (JDK-8078641; from Java 19 on while memory is not short), until the next job's
   * replaces it.
   */
  private static final int JOBS = 1;

  /** Flink's own pools come and go by a thread or two. */
  private static final long MORE_THREADS = 3;

  /** What reflection and lambdas are compiled to as they get hot. */
  private static final long MORE_CLASSES = 500;

  private static final long MORE_METASPACE = 4 << 20;
  private static final long MORE_DIRECT = 1 << 20;

  /** Compiled code and the compiler's own memory. */
  private static final long MORE_RESIDENT = 64 << 20;

  private static final double RATE = 1000;

  @TempDir private static Path folder;

  @Test
  void nothingStaysOfACancelledJob() throws Exception {
    Map<String, String> settings = new HashMap<>(Footprint.SETTINGS);
    settings.put("execution.checkpointing.interval", "500ms");
    try (KafkaProcess broker = new KafkaProcess(folder.resolve("kafka"));
        FlinkProcesses flink =
            new FlinkProcesses(
                folder.resolve("flink"), settings, Footprint.JAVA_OPTIONS, Footprint.ENVIRONMENT)) {
      Properties client = new Properties();
      client.setProperty("bootstrap.servers", broker.bootstrapServers());
      Topics.ensure(client, TOPICS.features(), 2, Map.of());
      Topics.ensure(client, TOPICS.scores(), 2, Map.of());
      Topics.ensure(client, TOPICS.models(), 1, Map.of("cleanup.policy", "compact"));
      List<Footprint> after = new ArrayList<>();
      SyntheticStream stream = SyntheticStream.of(10_000_000, 5);
      try (SteadyProducer producer =
              new SteadyProducer(client, stream, Integer.MAX_VALUE, TOPICS.features(), 2, RATE);
          OutputWatcher watcher =
              new OutputWatcher(
                  client, List.of(TOPICS.models(), TOPICS.scores()), TOPICS.scores())) {
        for (int cycle = 1; cycle <= CYCLES; cycle++) {
          cycle(flink, watcher, arguments(broker));
          after.add(Footprint.of(flink, TASK_MANAGER, JOBS));
        }
      }
      System.out.println(
          "leak: after cycle %d: %s; after cycle %d: %s"
              .formatted(WARM_UP, after.get(WARM_UP - 1), CYCLES, after.get(CYCLES - 1)));
      assertThat(after).allSatisfy(one -> assertThat(one.jobs()).isLessThanOrEqualTo(JOBS));
      assertReturned(after.get(WARM_UP - 1), after.get(CYCLES - 1));
    }
  }

  private static void assertReturned(Footprint before, Footprint now) {
    assertMore("threads", now.threads() - before.threads(), MORE_THREADS);
    assertMore("classes", now.classes() - before.classes(), MORE_CLASSES);
    assertMore("metaspace", now.metaspace() - before.metaspace(), MORE_METASPACE);
    assertMore("direct memory", now.direct() - before.direct(), MORE_DIRECT);
    assertMore("resident memory", now.resident() - before.resident(), MORE_RESIDENT);
  }

  private static void assertMore(String what, long more, long atMost) {
    assertThat(more).as("more " + what).isLessThanOrEqualTo(atMost);
  }

  private static List<String> arguments(KafkaProcess broker) {
    return List.of(
        "--bootstrap-servers",
        broker.bootstrapServers(),
        "--engine",
        "simd",
        "--parallelism",
        "2",
        "--train-every",
        "1000",
        "--train-sample",
        "256",
        "--width",
        "8",
        "--iterations",
        "20",
        "--snapshot-dir",
        folder.resolve("snapshots").toString());
  }

  /** Submits the job, waits for a model and for scores by it, and cancels the job. */
  private static void cycle(FlinkProcesses flink, OutputWatcher watcher, List<String> arguments)
      throws Exception {
    int models = watcher.count(TOPICS.models());
    int scores = watcher.count(TOPICS.scores());
    String job = flink.submit(Optional.empty(), arguments);
    Await.until("a model", () -> watcher.count(TOPICS.models()) > models);
    Await.until("scores by it", () -> scored(watcher, scores) >= 500);
    flink.cancel(job);
  }

  private static long scored(OutputWatcher watcher, int from) throws DecodeException {
    List<byte[]> values = watcher.values(TOPICS.scores());
    long scored = 0;
    for (byte[] value : values.subList(from, values.size())) {
      if (SingleObject.decode(value, AnomalyScore.class).getModelVersion() != null) {
        scored++;
      }
    }
    return scored;
  }
}
