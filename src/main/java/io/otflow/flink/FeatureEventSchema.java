package io.otflow.flink;

import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Decodes records of the features topic. Never throws: what cannot be decoded says why. */
final class FeatureEventSchema implements KafkaRecordDeserializationSchema<FeatureEvent> {

  private static final long serialVersionUID = 1L;

  @Override
  public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<FeatureEvent> out) {
    out.collect(
        FeatureEvent.of(
            record.topic(),
            record.partition(),
            record.offset(),
            record.timestamp(),
            record.key(),
            record.value()));
  }

  @Override
  public TypeInformation<FeatureEvent> getProducedType() {
    return FeatureEvent.TYPE;
  }
}
