package io.otflow.flink;

import io.otflow.codec.DecodeException;
import io.otflow.codec.ModelFiles;
import io.otflow.codec.SnapshotCodec;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.Collection;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.apache.flink.metrics.Counter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory, on any of Flink's file systems, with a file {@code model-v000042.avro} for each
 * model: under a hidden name first, then renamed. Writing a version again changes nothing. A file
 * that cannot be written is logged and counted; the job goes on, and the topic has the model.
 */
final class SnapshotDirectory implements Committer<byte[]> {

  private static final Logger LOGGER = LoggerFactory.getLogger(SnapshotDirectory.class);

  private final Path directory;
  private final Counter failures;

  SnapshotDirectory(String directory, Counter failures) {
    this.directory = new Path(URI.create(directory));
    this.failures = failures;
  }

  @Override
  public void commit(Collection<CommitRequest<byte[]>> models) {
    for (CommitRequest<byte[]> model : models) {
      write(model.getCommittable());
    }
  }

  /** Writes a model, or logs and counts that it cannot be written. */
  void write(byte[] snapshot) {
    try {
      writeFile(snapshot);
    } catch (IOException | DecodeException | RuntimeException e) {
      failures.inc();
      LOGGER.error("a model could not be written to {}: {}", directory, e.toString());
    }
  }

  private void writeFile(byte[] snapshot) throws IOException, DecodeException {
    FileSystem files = directory.getFileSystem();
    files.mkdirs(directory);
    String name = ModelFiles.name(SnapshotCodec.fromBytes(snapshot).version());
    Path hidden = new Path(directory, "." + name + ".tmp");
    Path visible = new Path(directory, name);
    try (OutputStream out = files.create(hidden, FileSystem.WriteMode.OVERWRITE)) {
      SnapshotCodec.writeFile(snapshot, out);
    } catch (IOException e) {
      deleteHalf(files, hidden, e);
      throw e;
    }
    if (files.exists(visible)) {
      files.delete(visible, false);
    }
    if (!files.rename(hidden, visible)) {
      throw new IOException("cannot rename " + hidden + " to " + visible);
    }
    LOGGER.info("{} written", visible);
  }

  /** Where space has run out, what was written of the file must not keep the rest of it. */
  private static void deleteHalf(FileSystem files, Path hidden, IOException failure) {
    try {
      files.delete(hidden, false);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  @Override
  public void close() {
    // Holds nothing open.
  }
}
