package io.otflow.flink;

import io.otflow.avro.CommandStatus;
import io.otflow.avro.ModelAction;
import io.otflow.avro.ModelCommand;
import io.otflow.codec.DecodeException;
import io.otflow.codec.RecordSignature;
import io.otflow.codec.SingleObject;
import io.otflow.codec.SnapshotCodec;
import io.otflow.model.ModelSnapshot;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Commands to the trainer and its answers: records of the models topic under a key of their own.
 */
public final class ModelCommands {

  /** How old a command may be when it is met: its asker no longer waits then, or asks again. */
  public static final Duration EXPIRY = Duration.ofMinutes(10);

  private static final byte[] KEY = "command".getBytes(StandardCharsets.UTF_8);

  private ModelCommands() {}

  /**
   * The key of commands and answers.
   *
   * @return its bytes, a copy
   */
  public static byte[] key() {
    return KEY.clone();
  }

  /**
   * Whether a record of the models topic is a command or an answer.
   *
   * @param key its key
   * @return false if it is a model
   */
  public static boolean isCommand(byte[] key) {
    return Arrays.equals(key, KEY);
  }

  /**
   * The model in a record of the models topic.
   *
   * @param record the record
   * @return the model; none in a command, an answer or a tombstone
   * @throws DecodeException if it is none of these
   */
  public static Optional<ModelSnapshot> model(ConsumerRecord<byte[], byte[]> record)
      throws DecodeException {
    return record.value() == null || isCommand(record.key())
        ? Optional.empty()
        : Optional.of(SnapshotCodec.fromBytes(record.value()));
  }

  /**
   * The call of a drift in a record of the models topic, which asks for a training.
   *
   * @param record the record
   * @return the command; none in anything else
   * @throws DecodeException if it is a command that cannot be read
   */
  public static Optional<ModelCommand> drift(ConsumerRecord<byte[], byte[]> record)
      throws DecodeException {
    if (record.value() == null || !isCommand(record.key())) {
      return Optional.empty();
    }
    ModelCommand command = SingleObject.decode(record.value(), ModelCommand.class);
    boolean drift =
        command.getAction() == ModelAction.TRAIN
            && command.getStatus() == CommandStatus.ASKED
            && command.getVersion() != null;
    return drift ? Optional.of(command) : Optional.empty();
  }

  /** Whether bytes are a command or an answer, and not a model. */
  static boolean isAnswer(byte[] value) {
    return SingleObject.is(value, ModelCommand.class);
  }

  /**
   * A new command.
   *
   * @param action what to do
   * @param snapshot the model to do it with, as a message; null for UNPIN, and for PIN of the model
   *     in use
   * @param nowMillis when it is asked, milliseconds since 1970
   * @return the command, under a new id
   */
  public static ModelCommand ask(ModelAction action, byte[] snapshot, long nowMillis) {
    return new ModelCommand(
        UUID.randomUUID().toString(),
        action,
        CommandStatus.ASKED,
        Instant.ofEpochMilli(nowMillis),
        snapshot == null ? null : ByteBuffer.wrap(snapshot),
        null,
        "",
        null,
        null);
  }

  /**
   * Asks for a training on what came since a drift.
   *
   * @param since time of the event that it was called with, milliseconds since 1970
   * @param version version of the model that the stream has drifted from
   * @param keys sign it, if they sign models
   * @param nowMillis when it is asked, milliseconds since 1970
   */
  static byte[] train(long since, long version, ModelKeys keys, long nowMillis) {
    ModelCommand command =
        new ModelCommand(
            UUID.randomUUID().toString(),
            ModelAction.TRAIN,
            CommandStatus.ASKED,
            Instant.ofEpochMilli(nowMillis),
            null,
            version,
            "",
            Instant.ofEpochMilli(since),
            null);
    return keys.signing().isPresent()
        ? RecordSignature.COMMAND.sign(command, keys.signing().get())
        : SingleObject.encode(command);
  }

  static byte[] applied(ModelCommand command, Long version, String message, long nowMillis) {
    return answer(command, CommandStatus.APPLIED, version, message, nowMillis);
  }

  static byte[] refused(ModelCommand command, String message, long nowMillis) {
    return answer(command, CommandStatus.REFUSED, null, message, nowMillis);
  }

  private static byte[] answer(
      ModelCommand command, CommandStatus status, Long version, String message, long nowMillis) {
    return SingleObject.encode(
        new ModelCommand(
            command.getId(),
            command.getAction(),
            status,
            Instant.ofEpochMilli(nowMillis),
            null,
            version,
            message,
            null,
            null));
  }

  /**
   * Checks that a command may be followed.
   *
   * @param message its bytes
   * @throws DecodeException if it is too old, or not signed where models are
   */
  static void require(ModelCommand command, byte[] message, ModelKeys keys, long nowMillis)
      throws DecodeException {
    long age = Math.abs(nowMillis - command.getIssuedAt().toEpochMilli());
    if (age > EXPIRY.toMillis()) {
      throw new DecodeException(
          "it was asked at " + command.getIssuedAt() + ", more than ten minutes from now");
    }
    if (keys.verifying().isPresent()) {
      RecordSignature.COMMAND.verify(message, keys.verifying().get());
    } else if (keys.signing().isPresent()) {
      throw new DecodeException(
          "models are signed, and the trainer has no public key to check commands with");
    }
  }

  /**
   * The model that a command brings.
   *
   * @param serving the model in use, or null
   * @throws DecodeException if it brings none, or one that may not serve
   */
  static ModelSnapshot snapshot(ModelCommand command, ModelKeys keys, ModelSnapshot serving)
      throws DecodeException {
    if (command.getSnapshot() == null) {
      throw new DecodeException("the command brings no model");
    }
    byte[] message = new byte[command.getSnapshot().remaining()];
    command.getSnapshot().duplicate().get(message);
    if (keys.verifying().isPresent()) {
      RecordSignature.MODEL.verify(message, keys.verifying().get());
    }
    ModelSnapshot asked = SnapshotCodec.fromBytes(message);
    if (serving != null && asked.d() != serving.d()) {
      throw new DecodeException(
          "model "
              + asked.version()
              + " has "
              + asked.d()
              + " features, the one in use has "
              + serving.d());
    }
    return asked;
  }
}
