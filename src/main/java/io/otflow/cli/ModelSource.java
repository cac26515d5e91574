package io.otflow.cli;

import io.otflow.codec.DecodeException;
import io.otflow.codec.InputException;
import io.otflow.codec.SigningKey;
import io.otflow.codec.SnapshotCodec;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.apache.flink.core.fs.Path;

/** Model files on any file system of Flink, as messages. */
final class ModelSource {

  private ModelSource() {}

  /** Reads a model with the signature that it has. */
  static byte[] read(Path file) throws IOException {
    try (InputStream in = file.getFileSystem().open(file)) {
      return SnapshotCodec.readMessage(in, file.toString());
    } catch (FileNotFoundException e) {
      throw new InputException(file + ": there is no such file", e);
    }
  }

  /** Reads a model that who has the key vouches for: signed with it, whatever it was before. */
  static byte[] read(Path file, Optional<SigningKey> key) throws IOException {
    byte[] message = read(file);
    if (key.isEmpty()) {
      return message;
    }
    try {
      return SnapshotCodec.toBytes(SnapshotCodec.fromBytes(message), key);
    } catch (DecodeException e) {
      throw new IllegalStateException("a model that was read cannot be read again", e);
    }
  }
}
