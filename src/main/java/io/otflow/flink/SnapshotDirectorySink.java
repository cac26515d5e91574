package io.otflow.flink;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SupportsCommitter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * Writes each model into a directory once the checkpoint that holds it is complete, as the models
 * topic shows it then: a model that a failure takes back appears in neither. The bytes wait in
 * state until then.
 */
final class SnapshotDirectorySink implements Sink<byte[]>, SupportsCommitter<byte[]> {

  private static final long serialVersionUID = 1L;

  private final String directory;

  SnapshotDirectorySink(String directory) {
    this.directory = directory;
  }

  @Override
  public CommittingSinkWriter<byte[], byte[]> createWriter(WriterInitContext context) {
    return new Writer(new ArrayList<>());
  }

  @Override
  public Committer<byte[]> createCommitter(CommitterInitContext context) {
    return new SnapshotDirectory(directory, context.metricGroup().counter("snapshotWriteFailures"));
  }

  @Override
  public SimpleVersionedSerializer<byte[]> getCommittableSerializer() {
    return new BytesSerializer();
  }

  /** Keeps the models of one checkpoint. */
  private record Writer(List<byte[]> models) implements CommittingSinkWriter<byte[], byte[]> {

    @Override
    public void write(byte[] snapshot, Context context) {
      models.add(snapshot);
    }

    @Override
    public Collection<byte[]> prepareCommit() {
      List<byte[]> all = List.copyOf(models);
      models.clear();
      return all;
    }

    @Override
    public void flush(boolean endOfInput) {
      // They wait for the commit.
    }

    @Override
    public void close() {
      // Holds nothing open.
    }
  }

  /** Models are bytes already. */
  private static final class BytesSerializer implements SimpleVersionedSerializer<byte[]> {

    @Override
    public int getVersion() {
      return 1;
    }

    @Override
    public byte[] serialize(byte[] snapshot) {
      return snapshot;
    }

    @Override
    public byte[] deserialize(int version, byte[] serialized) {
      return serialized;
    }
  }
}
