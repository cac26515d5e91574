package io.otflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.otflow.codec.Samples;
import io.otflow.codec.SnapshotCodec;
import io.otflow.kafka.Clients;
import io.otflow.kafka.Topics;
import io.otflow.local.EmbeddedBroker;
import io.otflow.model.Architecture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** produce and consume against a real broker. */
class ProduceConsumeITCase {

  private static EmbeddedBroker broker;

  @TempDir private Path folder;

  @BeforeAll
  static void start() throws Exception {
    broker = new EmbeddedBroker();
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @Test
  void rowsComeBackWithIdsKeysAndTimes() throws IOException {
    Path first = folder.resolve("a.csv");
    Path second = folder.resolve("b.csv");
    Files.writeString(first, "t;dev;x;y\n2020-03-09 10:14:33;p;1;2.5\n2020-03-09 10:14:34;q;3;4\n");
    Files.writeString(second, "t;dev;x;y\n1583748875000;p;5;6\n");
    CliRun produced =
        kafka(
            "produce",
            "--topic",
            "rows",
            "--partitions",
            "3",
            "--time",
            "t",
            "--key",
            "dev",
            "--data",
            first.toString(),
            "--data",
            second.toString());
    assertThat(produced.code()).as(produced.err()).isZero();
    JsonNode summary = new ObjectMapper().readTree(produced.out());
    assertThat(summary.get("rows").asInt()).isEqualTo(3);
    assertThat(summary.get("partitions").asInt()).isEqualTo(3);

    CliRun consumed = kafka("consume", "--topic", "rows", "--timeout", "1");
    assertThat(consumed.code()).as(consumed.err()).isZero();
    assertThat(consumed.lines())
        .containsExactlyInAnyOrder(
            "{\"id\":\"a.csv:1\",\"key\":\"p\",\"eventTime\":1583748873000,\"features\":[1.0,2.5]}",
            "{\"id\":\"a.csv:2\",\"key\":\"q\",\"eventTime\":1583748874000,\"features\":[3.0,4.0]}",
            "{\"id\":\"b.csv:1\",\"key\":\"p\",\"eventTime\":1583748875000,\"features\":[5.0,6.0]}");
    assertThat(kafka("consume", "--topic", "rows", "--max-messages", "2").lines()).hasSize(2);
    assertThat(kafka("consume", "--topic", "rows", "--from-latest", "--timeout", "0.5").lines())
        .isEmpty();
  }

  /** With the event's time as Kafka's, a topic's retention would delete a replay of old events. */
  @Test
  void recordsCarryTheTimeOfWritingWhateverTheTimeOfTheEvent() throws IOException {
    Path old = Files.writeString(folder.resolve("old.csv"), "t,x\n2001-01-01 00:00:00,1\n");
    long before = System.currentTimeMillis();
    assertThat(kafka("produce", "--topic", "old", "--time", "t", "--data", old.toString()).code())
        .isZero();
    try (KafkaConsumer<byte[], byte[]> consumer = Clients.consumer(client())) {
      TopicPartition partition = new TopicPartition("old", 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      assertThat(consumer.poll(Duration.ofSeconds(20)))
          .singleElement()
          .satisfies(record -> assertThat(record.timestamp()).isGreaterThanOrEqualTo(before));
    }
  }

  @Test
  void filesThatWouldShareIdsAndDifferentColumnsAreRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("a.csv"), "x\n1\n");
    Path other = Files.writeString(folder.resolve("b.csv"), "y\n1\n");
    CliRun twice =
        kafka("produce", "--topic", "no", "--data", file.toString(), "--data", file.toString());
    assertThat(twice.code()).isEqualTo(2);
    assertThat(twice.err()).contains("two files are named 'a.csv'");
    CliRun different =
        kafka("produce", "--topic", "no", "--data", file.toString(), "--data", other.toString());
    assertThat(different.code()).isEqualTo(2);
    assertThat(different.err()).contains("has the features [y]");
    CliRun missing = kafka("consume", "--topic", "no");
    assertThat(missing.code()).isEqualTo(2);
    assertThat(missing.err()).contains("topic 'no' does not exist on " + broker.bootstrapServers());
    CliRun invalid = kafka("consume", "--topic", "a b");
    assertThat(invalid.code()).isEqualTo(2);
    assertThat(invalid.err()).contains("topic 'a b' cannot exist");
  }

  @Test
  void modelsUnknownBytesAndTombstonesArePrintedAbortedRecordsAreNot() throws IOException {
    Properties client = client();
    assertThat(Topics.ensure(client, "mixed", 1, Map.of("cleanup.policy", "compact"))).isEqualTo(1);
    assertThat(Topics.ensure(client, "mixed", 9, Map.of())).isEqualTo(1);
    assertThat(Topics.requireExisting(client, "mixed")).isEqualTo(1);
    byte[] model = SnapshotCodec.toBytes(Samples.model(Architecture.of(2, 3, 2), true, 1));
    client.put("transactional.id", "test");
    try (KafkaProducer<byte[], byte[]> producer = Clients.producer(client)) {
      producer.initTransactions();
      producer.beginTransaction();
      for (byte[] value : Stream.of(model, new byte[] {9, 9}, null).toList()) {
        assertThat(producer.send(new ProducerRecord<>("mixed", 0, new byte[] {1}, value)))
            .isNotNull();
      }
      producer.commitTransaction();
      producer.beginTransaction();
      assertThat(producer.send(new ProducerRecord<>("mixed", 0, new byte[] {1}, model)))
          .isNotNull();
      producer.flush();
      producer.abortTransaction();
    }
    CliRun consumed = kafka("consume", "--topic", "mixed", "--timeout", "1");
    List<String> lines = consumed.lines();
    assertThat(lines).hasSize(3);
    JsonNode printed = new ObjectMapper().readTree(lines.get(0));
    assertThat(printed.get("version").asInt()).isEqualTo(3);
    assertThat(printed.get("parameters").get("count").asInt()).isPositive();
    assertThat(printed.get("provenance").get("heldOutLoss").isNull()).isTrue();
    assertThat(lines.get(1)).contains("\"offset\":1").contains("09 09").contains("\"CQk=\"");
    assertThat(lines.get(2)).endsWith("\"offset\":2,\"value\":null}");
    assertThat(consumed.err()).contains("2 of 3 records are of no known schema");
  }

  @Test
  void idsOfRowsAreUniqueOverManyBatches() throws IOException {
    StringBuilder rows = new StringBuilder("x,y\n");
    for (int i = 0; i < 20_000; i++) {
      rows.append(i).append(",1\n");
    }
    Path file = Files.writeString(folder.resolve("many.csv"), rows);
    assertThat(kafka("produce", "--topic", "many", "--data", file.toString()).code()).isZero();
    Set<String> ids = new HashSet<>();
    for (String line : kafka("consume", "--topic", "many", "--timeout", "1").lines()) {
      assertThat(ids.add(new ObjectMapper().readTree(line).get("id").asText())).isTrue();
    }
    assertThat(ids).hasSize(20_000);
  }

  private static CliRun kafka(String... args) {
    return CliRun.of(
        Stream.concat(Stream.of(args), Stream.of("--bootstrap-servers", broker.bootstrapServers()))
            .toArray(String[]::new));
  }

  private static Properties client() {
    Properties client = new Properties();
    client.put("bootstrap.servers", broker.bootstrapServers());
    return client;
  }
}
