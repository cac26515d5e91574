package io.otflow.flink;

import io.otflow.avro.FeatureVector;
import io.otflow.codec.DecodeException;
import io.otflow.codec.FeatureVectorDecoder;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Decodes records of the features topic. Never throws: what cannot be decoded says why. */
final class FeatureEventSchema implements KafkaRecordDeserializationSchema<FeatureEvent> {

  private static final long serialVersionUID = 1L;

  @Override
  public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<FeatureEvent> out) {
    FeatureEvent event = new FeatureEvent();
    event.topic = record.topic();
    event.partition = record.partition();
    event.offset = record.offset();
    event.recordTime = record.timestamp();
    event.eventTime = record.timestamp();
    event.rawKey = record.key();
    event.rawValue = record.value();
    try {
      FeatureVector vector = FeatureVectorDecoder.decode(record.value());
      event.id = vector.getId();
      event.key = vector.getKey();
      event.eventTime = vector.getEventTime().toEpochMilli();
      event.features = floats(vector.getFeatures());
    } catch (DecodeException e) {
      event.failure = e.getMessage();
    } catch (RuntimeException e) {
      event.failure = "the value cannot be decoded: " + e;
    }
    out.collect(event);
  }

  private static float[] floats(List<Float> values) {
    float[] result = new float[values.size()];
    for (int k = 0; k < result.length; k++) {
      result[k] = values.get(k);
    }
    return result;
  }

  @Override
  public TypeInformation<FeatureEvent> getProducedType() {
    return FeatureEvent.TYPE;
  }
}
