package io.otflow.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.otflow.avro.AnomalyScore;
import io.otflow.avro.DeadLetter;
import io.otflow.avro.FeatureVector;
import io.otflow.codec.DecodeException;
import io.otflow.codec.ModelFiles;
import io.otflow.codec.SingleObject;
import io.otflow.codec.SnapshotCodec;
import io.otflow.flink.JobConfig.TopicNames;
import io.otflow.kafka.Clients;
import io.otflow.kafka.Topics;
import io.otflow.model.Architecture;
import io.otflow.model.FeatureScaling;
import io.otflow.model.ModelSnapshot;
import io.otflow.testing.Await;
import io.otflow.testing.FlinkProcesses;
import io.otflow.testing.KafkaProcess;
import io.otflow.testing.RandomModels;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Records that a stream should not have, among those that it should: each of them is scored or goes
 * to the dead letters with a reason, event time and training go on, and the job never restarts.
 */
@Tag("cluster")
class HostileRecordsITCase {

  private static final TopicNames TOPICS = TopicNames.DEFAULTS;
  private static final int D = 4;

  /** Far more than the job allows, and as much as Kafka takes by default. */
  private static final int LONG_NAME = 1_000_000;

  /** More than Kafka's producers keep by default. */
  private static final int HUGE_RECORD = 40_000_000;

  @TempDir private static Path folder;

  private final Random random = new Random(5);

  /** Scores that each id must have, and reasons that each bad record must have. */
  private final Map<String, Integer> expected = new HashMap<>();

  private final List<String> reasons = new ArrayList<>();
  private KafkaProducer<byte[], byte[]> producer;
  private long now = 1_700_000_000_000L;

  @Test
  void eachRecordIsScoredOrRefusedAndTheJobGoesOn() throws Exception {
    Path model = folder.resolve("model.avro");
    ModelFiles.write(
        RandomModels.snapshot(
            RandomModels.parameters(Architecture.of(D, 8, 2), 1), FeatureScaling.identity(D), 4),
        model);
    try (KafkaProcess broker = new KafkaProcess(folder.resolve("kafka"));
        FlinkProcesses flink =
            new FlinkProcesses(
                folder.resolve("flink"),
                Map.of("execution.checkpointing.interval", "1s"),
                List.of(),
                Map.of())) {
      Properties client = new Properties();
      client.setProperty("bootstrap.servers", broker.bootstrapServers());
      Topics.ensure(
          client, TOPICS.features(), 3, Map.of("max.message.bytes", String.valueOf(64 << 20)));
      String job = flink.submit(Optional.empty(), arguments(broker, model));
      flink.awaitRunning(job);
      try (KafkaProducer<byte[], byte[]> own = Clients.producer(large(client));
          OutputWatcher watcher = new OutputWatcher(client, TOPICS.all(), TOPICS.scores())) {
        producer = own;
        ordinary(0, 2000);
        hostile();
        ordinary(2000, 4000);
        addPartition(client);
        for (int i = 0; i < 100; i++) {
          send(3, "added-" + i, now, ordinaryRow());
          expect("added-" + i);
        }
        producer.flush();
        int scores = expected.values().stream().mapToInt(Integer::intValue).sum();
        Await.until("every score", () -> watcher.count(TOPICS.scores()) >= scores);
        Await.until(
            "every dead letter", () -> watcher.count(TOPICS.deadLetters()) >= reasons.size());
        assertThat(scored(watcher)).isEqualTo(new TreeMap<>(expected));
        assertReasons(watcher);

        // Event time still goes on, and closes windows that are trained on.
        int before = watcher.count(TOPICS.models());
        for (int i = 0; i < 20 && watcher.count(TOPICS.models()) == before; i++) {
          ordinary(4000 + i * 1000, 5000 + i * 1000);
          producer.flush();
          TimeUnit.SECONDS.sleep(2);
        }
        assertThat(watcher.count(TOPICS.models())).as("models").isGreaterThan(before);
        for (byte[] value : watcher.values(TOPICS.models())) {
          ModelSnapshot trained = SnapshotCodec.fromBytes(value);
          trained
              .provenance()
              .windowEndMillis()
              .ifPresent(end -> assertThat(end).isLessThanOrEqualTo(now + 2000));
        }
        assertThat(flink.rest("/jobs/" + job + "/metrics?get=numRestarts"))
            .contains("\"value\":\"0\"");
      }
    }
  }

  private static Properties large(Properties client) {
    Properties all = new Properties();
    all.putAll(client);
    all.put("max.request.size", String.valueOf(64 << 20));
    all.put("buffer.memory", String.valueOf(80 << 20));
    return all;
  }

  private static List<String> arguments(KafkaProcess broker, Path model) {
    return List.of(
        "--bootstrap-servers",
        broker.bootstrapServers(),
        "--kafka.partition.discovery.interval.ms=1000",
        "--starting-offsets",
        "earliest",
        "--parallelism",
        "2",
        "--model",
        model.toString(),
        "--train-window",
        "2s",
        "--max-out-of-orderness",
        "100ms",
        "--idle-timeout",
        "1s",
        "--train-sample",
        "512",
        "--iterations",
        "20");
  }

  private double[] ordinaryRow() {
    double[] row = new double[D];
    for (int k = 0; k < D; k++) {
      row[k] = random.nextGaussian();
    }
    return row;
  }

  private void expect(String id) {
    expected.merge(id, 1, Integer::sum);
  }

  /** Ordinary events, 2 ms apart, each pair out of order; the third partition stays empty. */
  private void ordinary(int from, int to) {
    for (int i = from; i < to; i++) {
      now += 2;
      send(i % 2, "e" + i, now - 3L * (i % 2), ordinaryRow());
      expect("e" + i);
    }
  }

  private void send(int partition, String id, long time, double... features) {
    List<Double> values = new ArrayList<>();
    for (double feature : features) {
      values.add(feature);
    }
    send(
        partition,
        SingleObject.encode(new FeatureVector(id, null, Instant.ofEpochMilli(time), values)));
  }

  private void send(int partition, byte[] value) {
    var unused = producer.send(new ProducerRecord<>(TOPICS.features(), partition, null, value));
  }

  private void hostile() {
    String longName = String.join("", Collections.nCopies(LONG_NAME, "x"));
    send(0, "one", now, 1);
    reasons.add("id=one has 1 features, expected the model's 4");
    send(0, "many", now, new double[100_000]);
    reasons.add("id=many has 100000 features, expected the model's 4");
    send(1, "none", now);
    reasons.add("id=none has no features");
    send(1, "infinite", now, 0, Double.POSITIVE_INFINITY, 0, 0);
    reasons.add("is Infinity in record id=infinite");
    send(0, "minus", now, 0, 0, 0, Double.NEGATIVE_INFINITY);
    reasons.add("is -Infinity in record id=minus");
    send(0, "nan", now, Double.NaN, 0, 0, 0);
    reasons.add("is NaN in record id=nan");
    send(0, longName, now, ordinaryRow());
    reasons.add("the id that starts with 'xxxx");
    send(0, new byte[0]);
    reasons.add("the value is empty");
    send(0, null);
    reasons.add("the value is null");
    send(0, new byte[LONG_NAME]);
    reasons.add("");
    send(1, new byte[HUGE_RECORD]);
    reasons.add("");
    for (double tiny : new double[] {Double.MIN_VALUE, -Double.MIN_VALUE, 1e-310, -0.0}) {
      send(1, "denormal" + tiny, now, tiny, tiny, tiny, tiny);
      expect("denormal" + tiny);
    }
    send(1, "huge", now, Double.MAX_VALUE, -Double.MAX_VALUE, 1e300, 0);
    expect("huge");
    long[] times = {0, -1, now + 1_000_000_000_000L, 253_402_300_800_000L, now - 3_600_000};
    for (int i = 0; i < times.length; i++) {
      send(i % 2, "time" + i, times[i], ordinaryRow());
      expect("time" + i);
      ordinary(100_000 + i * 10, 100_000 + i * 10 + 10);
    }
    for (int i = 0; i < 5; i++) {
      send(0, "again", now, 1, 2, 3, 4);
      expect("again");
    }
  }

  private static void addPartition(Properties client) throws Exception {
    try (Admin admin = Admin.create(client)) {
      admin.createPartitions(Map.of(TOPICS.features(), NewPartitions.increaseTo(4))).all().get();
    }
  }

  private static Map<String, Integer> scored(OutputWatcher watcher) throws DecodeException {
    Map<String, Integer> scored = new TreeMap<>();
    for (byte[] value : watcher.values(TOPICS.scores())) {
      AnomalyScore score = SingleObject.decode(value, AnomalyScore.class);
      assertThat(score.getLogLikelihood()).as(score.getId()).isNotNaN();
      scored.merge(score.getId(), 1, Integer::sum);
    }
    return scored;
  }

  private void assertReasons(OutputWatcher watcher) throws DecodeException {
    List<String> told = new ArrayList<>();
    for (byte[] value : watcher.values(TOPICS.deadLetters())) {
      told.add(SingleObject.decode(value, DeadLetter.class).getReason());
    }
    assertThat(told).hasSameSizeAs(reasons);
    assertThat(told).allSatisfy(reason -> assertThat(reason.length()).isLessThan(1000));
    for (String reason : reasons) {
      assertThat(told).anyMatch(text -> text.contains(reason));
    }
  }
}
