package io.otflow.flink;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Moves an event as the Kafka record that it was: what had been decoded is decoded again, which
 * costs no more than reading the fields would, and the record need not travel beside them for the
 * dead letters' sake. Not thread-safe, as Flink expects.
 *
 * <pre>
 *  topic      4 bytes length, UTF-8
 *  partition  4
 *  offset     8
 *  recordTime 8
 *  rawKey     4 bytes length (-1: null), bytes
 *  rawValue   4 bytes length (-1: null), bytes
 * </pre>
 */
public final class FeatureEventSerializer extends ValueSerializer<FeatureEvent> {

  private static final long serialVersionUID = 1L;

  private transient TopicName topics;

  /** For Flink. */
  public FeatureEventSerializer() {}

  @Override
  public FeatureEventSerializer duplicate() {
    return new FeatureEventSerializer();
  }

  @Override
  public void serialize(FeatureEvent event, DataOutputView target) throws IOException {
    writeBytes(topics().toBytes(event.topic), target);
    target.writeInt(event.partition);
    target.writeLong(event.offset);
    target.writeLong(event.recordTime);
    writeBytes(event.rawKey, target);
    writeBytes(event.rawValue, target);
  }

  @Override
  public FeatureEvent deserialize(DataInputView source) throws IOException {
    return FeatureEvent.of(
        topics().toText(readBytes(source)),
        source.readInt(),
        source.readLong(),
        source.readLong(),
        readBytes(source),
        readBytes(source));
  }

  private TopicName topics() {
    if (topics == null) {
      topics = new TopicName();
    }
    return topics;
  }

  @Override
  public TypeSerializerSnapshot<FeatureEvent> snapshotConfiguration() {
    return new Snapshot();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FeatureEventSerializer;
  }

  @Override
  public int hashCode() {
    return FeatureEventSerializer.class.hashCode();
  }

  /** What a savepoint keeps of the serializer: its class. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<FeatureEvent> {

    /** For Flink. */
    public Snapshot() {
      super(FeatureEventSerializer::new);
    }
  }
}
