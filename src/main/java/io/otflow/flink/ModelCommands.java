package io.otflow.flink;

import io.otflow.avro.CommandStatus;
import io.otflow.avro.ModelAction;
import io.otflow.avro.ModelCommand;
import io.otflow.codec.DecodeException;
import io.otflow.codec.SingleObject;
import io.otflow.codec.SnapshotCodec;
import io.otflow.codec.SnapshotSignature;
import io.otflow.model.ModelSnapshot;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;

/**
 * Commands to the trainer and its answers: records of the models topic under a key of their own.
 */
public final class ModelCommands {

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

  /** Whether a record of the models topic is a command or an answer. */
  static boolean isCommand(byte[] key) {
    return Arrays.equals(key, KEY);
  }

  /** Whether bytes are a command or an answer, and not a model. */
  static boolean isAnswer(byte[] value) {
    return SingleObject.is(value, ModelCommand.class);
  }

  /**
   * A new command.
   *
   * @param action what to do
   * @param snapshot the model to do it with, as a message; null for UNPIN
   * @return the command, under a new id
   */
  public static ModelCommand ask(ModelAction action, byte[] snapshot) {
    return new ModelCommand(
        UUID.randomUUID().toString(),
        action,
        CommandStatus.ASKED,
        Instant.now(),
        snapshot == null ? null : ByteBuffer.wrap(snapshot),
        null,
        "");
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
            message));
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
      SnapshotSignature.verify(message, keys.verifying().get());
    } else if (keys.signing().isPresent()) {
      throw new DecodeException(
          "models are signed, and the trainer has no public key to check this one with");
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
