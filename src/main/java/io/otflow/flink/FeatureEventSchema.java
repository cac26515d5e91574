package io.otflow.flink;

import io.otflow.codec.mapped.InputFormat;
import io.otflow.codec.mapped.RecordDecoder;
import java.io.IOException;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Decodes records of the features topic. What cannot be decoded says why. */
final class FeatureEventSchema implements KafkaRecordDeserializationSchema<FeatureEvent> {

  private static final long serialVersionUID = 2L;

  private final InputFormat format;

  /** Of records of another schema; null for feature vectors, which need none. */
  private transient RecordDecoder decoder;

  FeatureEventSchema(InputFormat format) {
    this.format = format;
  }

  @Override
  public void open(DeserializationSchema.InitializationContext context) {
    decoder = format.mapping() == null ? null : format.decoder();
  }

  @Override
  public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<FeatureEvent> out)
      throws IOException {
    out.collect(FeatureEvent.read(record, decoder));
  }

  @Override
  public TypeInformation<FeatureEvent> getProducedType() {
    return FeatureEvent.TYPE;
  }
}
