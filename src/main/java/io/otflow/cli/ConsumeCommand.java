package io.otflow.cli;

import io.otflow.codec.DecodeException;
import io.otflow.codec.InputException;
import io.otflow.codec.RecordJson;
import io.otflow.codec.SingleObject;
import io.otflow.kafka.BrokerException;
import io.otflow.kafka.Clients;
import io.otflow.kafka.Topics;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints a topic. */
@Command(
    name = "consume",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Prints the committed records of a topic, one JSON object a line; ends when nothing came"
            + " for a while.")
final class ConsumeCommand implements Callable<Integer> {

  private static final Duration POLL = Duration.ofMillis(200);

  @Spec private CommandSpec spec;

  @Option(names = "--topic", required = true, paramLabel = "T", description = "The topic.")
  private String topic;

  @Mixin private KafkaOptions kafka = new KafkaOptions();

  @Option(
      names = "--max-messages",
      paramLabel = "N",
      description = "End after so many records (default: no limit).")
  private long maxMessages = Long.MAX_VALUE;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description =
          "End when the end is reached and nothing came for so long (default: ${DEFAULT-VALUE}).")
  private double timeout = 10;

  @Option(
      names = "--from-latest",
      description = "Start at the present end (default: at the beginning).")
  private boolean fromLatest;

  private long printed;
  private long undecodable;

  @Override
  public Integer call() throws IOException {
    if (maxMessages < 1) {
      throw new InputException("--max-messages is " + maxMessages + ", expected at least 1");
    }
    if (!(timeout >= 0 && timeout <= 1e9)) {
      throw new InputException("--timeout is " + timeout + ", expected seconds, at least 0");
    }
    Properties client = kafka.properties();
    int partitions = Topics.requireExisting(client, topic);
    List<TopicPartition> all =
        IntStream.range(0, partitions).mapToObj(p -> new TopicPartition(topic, p)).toList();
    try (KafkaConsumer<byte[], byte[]> consumer = Clients.consumer(client)) {
      consumer.assign(all);
      if (fromLatest) {
        consumer.seekToEnd(all);
      } else {
        consumer.seekToBeginning(all);
      }
      follow(consumer, all);
    } catch (KafkaException e) {
      throw BrokerException.of("read topic '" + topic + "'", client, e);
    }
    if (undecodable > 0) {
      System.err.println(
          "otflow: " + undecodable + " of " + printed + " records are of no known schema");
    }
    return 0;
  }

  private void follow(KafkaConsumer<byte[], byte[]> consumer, List<TopicPartition> all) {
    PrintWriter out = spec.commandLine().getOut();
    long quietNanos = (long) (timeout * TimeUnit.SECONDS.toNanos(1));
    long last = System.nanoTime();
    while (printed < maxMessages) {
      ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
      for (ConsumerRecord<byte[], byte[]> record : records) {
        if (printed < maxMessages) {
          out.println(line(record));
          printed++;
        }
      }
      if (out.checkError()) {
        // Who read the output has closed it, as head does.
        return;
      }
      if (!records.isEmpty()) {
        last = System.nanoTime();
      } else if (System.nanoTime() - last >= quietNanos && atEnd(consumer, all)) {
        return;
      } else if (System.nanoTime() - last >= quietNanos + TimeUnit.SECONDS.toNanos(60)) {
        throw new BrokerException(
            "topic '" + topic + "' has more records, but none came for a minute", null);
      }
    }
  }

  /** Whether every committed record was read; asks the broker, which fails if it has gone. */
  private static boolean atEnd(
      KafkaConsumer<byte[], byte[]> consumer, List<TopicPartition> partitions) {
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    return partitions.stream().allMatch(p -> consumer.position(p) >= ends.get(p));
  }

  private String line(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      undecodable++;
      return place(record).put("value", null).toString();
    }
    try {
      byte[] json =
          record.value().length > 0 && record.value()[0] == '{'
              ? record.value()
              : RecordJson.bytes(SingleObject.decode(record.value()));
      return new String(json, StandardCharsets.UTF_8);
    } catch (DecodeException e) {
      undecodable++;
      return place(record)
          .put("error", e.getMessage())
          .put("value", Base64.getEncoder().encodeToString(record.value()))
          .toString();
    }
  }

  private static Json place(ConsumerRecord<byte[], byte[]> record) {
    return new Json()
        .put("topic", record.topic())
        .put("partition", record.partition())
        .put("offset", record.offset());
  }
}
