package io.otflow.flink;

import io.otflow.codec.DecodeException;
import io.otflow.codec.SnapshotCodec;
import io.otflow.model.ModelSnapshot;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.apache.flink.metrics.Counter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes each model as a file {@code model-v000042.avro} into a directory of any of Flink's file
 * systems: under a hidden name first, then renamed. Writing a version again changes nothing. A file
 * that cannot be written is logged and counted; the job goes on.
 */
final class SnapshotDirectorySink implements Sink<byte[]> {

  private static final long serialVersionUID = 1L;
  private static final Logger LOGGER = LoggerFactory.getLogger(SnapshotDirectorySink.class);

  private final String directory;

  SnapshotDirectorySink(String directory) {
    this.directory = directory;
  }

  @Override
  public SinkWriter<byte[]> createWriter(WriterInitContext context) {
    return new Writer(
        new Path(URI.create(directory)), context.metricGroup().counter("snapshotWriteFailures"));
  }

  private record Writer(Path directory, Counter failures) implements SinkWriter<byte[]> {

    @Override
    public void write(byte[] snapshot, Context context) {
      try {
        writeFile(SnapshotCodec.fromBytes(snapshot));
      } catch (IOException | DecodeException e) {
        failures.inc();
        LOGGER.error("a model could not be written to {}: {}", directory, e.toString());
      }
    }

    private void writeFile(ModelSnapshot model) throws IOException {
      FileSystem files = directory.getFileSystem();
      files.mkdirs(directory);
      String name = String.format("model-v%06d.avro", model.version());
      Path hidden = new Path(directory, "." + name + ".tmp");
      Path visible = new Path(directory, name);
      try (OutputStream out = files.create(hidden, FileSystem.WriteMode.OVERWRITE)) {
        SnapshotCodec.writeFile(model, out);
      }
      if (files.exists(visible)) {
        files.delete(visible, false);
      }
      if (!files.rename(hidden, visible)) {
        throw new IOException("cannot rename " + hidden + " to " + visible);
      }
      LOGGER.info("model {} written to {}", model.version(), visible);
    }

    @Override
    public void flush(boolean endOfInput) {
      // Each file is complete when write returns.
    }

    @Override
    public void close() {
      // Holds nothing.
    }
  }
}
