package io.otflow.flink;

import io.otflow.detect.Detector;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.types.StringValue;

/** Moves a scored event, field by field, where it is not handed on in a chain. Thread-safe. */
public final class ScoredEventSerializer extends ValueSerializer<ScoredEvent> {

  private static final long serialVersionUID = 1L;

  private static final int NONE = -1;
  private static final int ROWS = 0;
  private static final int TAIL = 1;

  /** For Flink. */
  public ScoredEventSerializer() {}

  @Override
  public ScoredEventSerializer duplicate() {
    return this;
  }

  @Override
  public void serialize(ScoredEvent event, DataOutputView target) throws IOException {
    StringValue.writeString(event.id, target);
    StringValue.writeString(event.key, target);
    target.writeLong(event.eventTime);
    target.writeBoolean(event.scored);
    target.writeDouble(event.logLikelihood);
    target.writeDouble(event.errorEstimate);
    target.writeDouble(event.pValue);
    target.writeDouble(event.threshold);
    target.writeBoolean(event.anomaly);
    target.writeLong(event.modelVersion);
    target.writeLong(event.scoredAt);
    StringValue.writeString(event.topic, target);
    target.writeInt(event.partition);
    target.writeLong(event.offset);
    writeTexts(event.carried, target);
    target.writeByte(
        event.evidence == null ? NONE : event.evidence == Detector.Evidence.ROWS ? ROWS : TAIL);
    target.writeByte(event.flaggedBy == null ? NONE : event.flaggedBy.symbol());
  }

  @Override
  public ScoredEvent deserialize(DataInputView source) throws IOException {
    ScoredEvent event = new ScoredEvent();
    event.id = StringValue.readString(source);
    event.key = StringValue.readString(source);
    event.eventTime = source.readLong();
    event.scored = source.readBoolean();
    event.logLikelihood = source.readDouble();
    event.errorEstimate = source.readDouble();
    event.pValue = source.readDouble();
    event.threshold = source.readDouble();
    event.anomaly = source.readBoolean();
    event.modelVersion = source.readLong();
    event.scoredAt = source.readLong();
    event.topic = StringValue.readString(source);
    event.partition = source.readInt();
    event.offset = source.readLong();
    event.carried = readTexts(source);
    int evidence = source.readByte();
    if (evidence != NONE) {
      event.evidence = evidence == ROWS ? Detector.Evidence.ROWS : Detector.Evidence.TAIL;
    }
    int rule = source.readByte();
    event.flaggedBy = rule == NONE ? null : FlagRule.of(rule);
    return event;
  }

  @Override
  public TypeSerializerSnapshot<ScoredEvent> snapshotConfiguration() {
    return new Snapshot();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ScoredEventSerializer;
  }

  @Override
  public int hashCode() {
    return ScoredEventSerializer.class.hashCode();
  }

  /** What a savepoint keeps of the serializer: its class. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<ScoredEvent> {

    /** For Flink. */
    public Snapshot() {
      super(ScoredEventSerializer::new);
    }
  }
}
