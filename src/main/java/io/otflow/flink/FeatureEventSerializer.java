package io.otflow.flink;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.types.StringValue;

/**
 * Moves an event as the Kafka record that it was: a feature vector is decoded again, which costs no
 * more than reading the fields would, and the record need not travel beside them for the dead
 * letters' sake. A record of another schema travels with its fields, for decoding it again would
 * cost more, and ask a registry. Not thread-safe, as Flink expects.
 *
 * <pre>
 *  mapped     4 bytes of -3, before a record of another schema only
 *  topic      4 bytes length, UTF-8
 *  partition  4
 *  offset     8
 *  recordTime 8
 *  rawKey     4 bytes length (-1: null), bytes
 *  rawValue   4 bytes length (-1: null), bytes
 *
 *             of another schema only:
 *  failure    string; null if it was decoded, and then
 *  id, key    strings; the key may be null
 *  eventTime  8
 *  features   4 bytes count, 8 bytes each
 *  carried    4 bytes count, two strings each
 * </pre>
 *
 * <p>State of before has -2 for mapped, and features of 4 bytes.
 */
public final class FeatureEventSerializer extends ValueSerializer<FeatureEvent> {

  private static final long serialVersionUID = 1L;

  /** No length of a topic's name, so that records and those of another schema are told apart. */
  private static final int MAPPED = -3;

  private static final int MAPPED_TO_FLOATS = -2;

  private transient TopicName topics;

  /** For Flink. */
  public FeatureEventSerializer() {}

  @Override
  public FeatureEventSerializer duplicate() {
    return new FeatureEventSerializer();
  }

  @Override
  public void serialize(FeatureEvent event, DataOutputView target) throws IOException {
    if (event.mapped) {
      target.writeInt(MAPPED);
    }
    writeBytes(topics().toBytes(event.topic), target);
    target.writeInt(event.partition);
    target.writeLong(event.offset);
    target.writeLong(event.recordTime);
    writeBytes(event.rawKey, target);
    writeBytes(event.rawValue, target);
    if (event.mapped) {
      writeFields(event, target);
    }
  }

  private static void writeFields(FeatureEvent event, DataOutputView target) throws IOException {
    StringValue.writeString(event.failure, target);
    if (event.failure != null) {
      return;
    }
    StringValue.writeString(event.id, target);
    StringValue.writeString(event.key, target);
    target.writeLong(event.eventTime);
    target.writeInt(event.features.length);
    for (double feature : event.features) {
      target.writeDouble(feature);
    }
    writeTexts(event.carried, target);
  }

  @Override
  public FeatureEvent deserialize(DataInputView source) throws IOException {
    int length = source.readInt();
    if (length != MAPPED && length != MAPPED_TO_FLOATS) {
      return FeatureEvent.of(
          topics().toText(readBytes(length, source)),
          source.readInt(),
          source.readLong(),
          source.readLong(),
          readBytes(source),
          readBytes(source));
    }
    FeatureEvent event =
        FeatureEvent.undecoded(
            topics().toText(readBytes(source)),
            source.readInt(),
            source.readLong(),
            source.readLong(),
            readBytes(source),
            readBytes(source));
    event.mapped = true;
    event.failure = StringValue.readString(source);
    if (event.failure == null) {
      readFields(event, source, length == MAPPED_TO_FLOATS);
    }
    return event;
  }

  private static void readFields(FeatureEvent event, DataInputView source, boolean floats)
      throws IOException {
    event.id = StringValue.readString(source);
    event.key = StringValue.readString(source);
    event.eventTime = source.readLong();
    event.features = new double[source.readInt()];
    for (int k = 0; k < event.features.length; k++) {
      event.features[k] = floats ? source.readFloat() : source.readDouble();
    }
    event.carried = readTexts(source);
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
