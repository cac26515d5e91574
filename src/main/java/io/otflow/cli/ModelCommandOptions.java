package io.otflow.cli;

import io.otflow.avro.CommandStatus;
import io.otflow.avro.ModelAction;
import io.otflow.avro.ModelCommand;
import io.otflow.codec.DecodeException;
import io.otflow.codec.InputException;
import io.otflow.codec.ModelFiles;
import io.otflow.codec.RecordSignature;
import io.otflow.codec.SigningKey;
import io.otflow.codec.SingleObject;
import io.otflow.flink.JobConfig.TopicNames;
import io.otflow.flink.ModelCommands;
import io.otflow.kafka.BrokerException;
import io.otflow.kafka.Clients;
import io.otflow.kafka.Topics;
import io.otflow.model.ModelSnapshot;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.flink.core.fs.Path;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Commands to the trainer of a job that runs, through its models topic. */
@Heading("The job")
final class ModelCommandOptions {

  private static final Duration POLL = Duration.ofMillis(100);

  @Mixin private KafkaOptions kafka = new KafkaOptions();

  @Option(
      names = "--models-topic",
      paramLabel = "TOPIC",
      description = "The job's models topic (default: ${DEFAULT-VALUE}).")
  private String topic = TopicNames.DEFAULTS.models();

  @Option(
      names = "--snapshot-dir",
      paramLabel = "DIR",
      description =
          "The job's snapshot directory, on any file system of Flink: a compacted topic keeps no"
              + " more than the newest model.")
  private String snapshotDirectory;

  @Option(
      names = "--model",
      paramLabel = "FILE",
      description =
          "A model of a file instead of an earlier version, on any file system of Flink; signed with"
              + " --models-signing-key where that is given.")
  private String model;

  @Option(
      names = "--models-signing-key",
      paramLabel = "FILE",
      description =
          "Ed25519 private key (PEM, PKCS #8) with which the command is signed; where the job has"
              + " --models-public-key it must be.")
  private java.nio.file.Path signingKey;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = Durations.class,
      description =
          "How long to wait for the trainer's answer, which comes with a checkpoint (default:"
              + " 2min).")
  private Duration timeout = Duration.ofMinutes(2);

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help message and exit.")
  @SuppressWarnings("UnusedVariable") // picocli acts on it
  private boolean help;

  /**
   * Sends a command and waits for the answer.
   *
   * @param action what to do
   * @param version the model to do it with; empty: the one in use, or {@code --model}
   * @return the answer
   * @throws IOException if none comes, or the command was refused
   */
  Json ask(ModelAction action, Optional<Long> version) throws IOException {
    Checks.range("--timeout in seconds", timeout.toSeconds(), 1, ModelCommands.EXPIRY.toSeconds());
    version.ifPresent(v -> Checks.range("--version", v, 1, ModelSnapshot.MAX_VERSION));
    if (model != null && version.isPresent()) {
      throw new InputException("--version and --model exclude each other");
    }
    if (action == ModelAction.ROLLBACK && model == null && version.isEmpty()) {
      throw new InputException("rollback needs --version or --model");
    }
    Optional<SigningKey> key =
        signingKey == null ? Optional.empty() : Optional.of(SigningKey.read(signingKey));
    Properties client = kafka.properties();
    Topics.requireExisting(client, topic);
    try (KafkaConsumer<byte[], byte[]> consumer = Clients.consumer(client)) {
      List<TopicPartition> partitions = Clients.readFromBeginning(consumer, List.of(topic));
      byte[] snapshot = snapshot(consumer, partitions, version, key);
      consumer.seekToEnd(partitions);
      partitions.forEach(consumer::position); // looked up now: the answer comes after it
      ModelCommand command = ModelCommands.ask(action, snapshot, System.currentTimeMillis());
      send(
          client,
          key.isPresent()
              ? RecordSignature.COMMAND.sign(command, key.get())
              : SingleObject.encode(command));
      return answer(consumer, command);
    } catch (KafkaException e) {
      throw BrokerException.of("use topic '" + topic + "'", client, e);
    }
  }

  /** The model that the command brings; null for none. */
  private byte[] snapshot(
      KafkaConsumer<byte[], byte[]> consumer,
      List<TopicPartition> partitions,
      Optional<Long> version,
      Optional<SigningKey> key)
      throws IOException {
    if (model != null) {
      return ModelSource.read(new Path(model), key);
    }
    return version.isEmpty() ? null : find(consumer, partitions, version.get());
  }

  private byte[] find(
      KafkaConsumer<byte[], byte[]> consumer, List<TopicPartition> partitions, long version)
      throws IOException {
    byte[] found = null;
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        if (isModel(record, version)) {
          found = record.value();
        }
      }
    }
    if (found != null) {
      return found;
    }
    if (snapshotDirectory == null) {
      throw new InputException(
          "topic '" + topic + "' has no model " + version + " any more; --snapshot-dir may");
    }
    return ModelSource.read(new Path(snapshotDirectory, ModelFiles.name(version)));
  }

  private static boolean isModel(ConsumerRecord<byte[], byte[]> record, long version) {
    try {
      return ModelCommands.model(record).filter(model -> model.version() == version).isPresent();
    } catch (DecodeException e) {
      System.err.println(
          "otflow: the record at offset " + record.offset() + " is no model: " + e.getMessage());
      return false;
    }
  }

  private void send(Properties client, byte[] command) {
    Properties large = new Properties();
    large.putAll(Clients.LARGE_RECORDS);
    large.putAll(client);
    try (KafkaProducer<byte[], byte[]> producer = Clients.producer(large)) {
      producer.send(new ProducerRecord<>(topic, ModelCommands.key(), command)).get();
    } catch (ExecutionException e) {
      throw BrokerException.of("write to topic '" + topic + "'", client, e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BrokerException("interrupted while writing to topic '" + topic + "'", e);
    }
  }

  private Json answer(KafkaConsumer<byte[], byte[]> consumer, ModelCommand command)
      throws IOException {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (System.nanoTime() < deadline) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        Optional<ModelCommand> answer = answer(record, command.getId());
        if (answer.isPresent()) {
          return told(answer.get());
        }
      }
    }
    throw new IOException(
        "no trainer answered in "
            + timeout.toSeconds()
            + " s: does a job of --mode score+train or train run on topic '"
            + topic
            + "', and do its checkpoints complete? Until "
            + command.getIssuedAt().plus(ModelCommands.EXPIRY)
            + " it may still follow command "
            + command.getId());
  }

  private static Optional<ModelCommand> answer(ConsumerRecord<byte[], byte[]> record, String id) {
    if (record.value() == null || !ModelCommands.isCommand(record.key())) {
      return Optional.empty();
    }
    try {
      ModelCommand read = SingleObject.decode(record.value(), ModelCommand.class);
      return read.getId().equals(id) && read.getStatus() != CommandStatus.ASKED
          ? Optional.of(read)
          : Optional.empty();
    } catch (DecodeException e) {
      return Optional.empty(); // somebody else's; the trainer counts it
    }
  }

  private static Json told(ModelCommand answer) throws IOException {
    if (answer.getStatus() == CommandStatus.REFUSED) {
      throw new IOException("the trainer refused: " + answer.getMessage());
    }
    return new Json()
        .put("command", answer.getId())
        .put("action", answer.getAction().name())
        .put("version", answer.getVersion())
        .put("message", answer.getMessage());
  }
}
