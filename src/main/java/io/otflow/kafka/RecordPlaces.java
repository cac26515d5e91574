package io.otflow.kafka;

import io.otflow.codec.mapped.RecordPlace;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** Where records were read. */
public final class RecordPlaces {

  private RecordPlaces() {}

  /**
   * Where a record was read.
   *
   * @param record the record
   * @return its place
   */
  public static RecordPlace of(ConsumerRecord<byte[], byte[]> record) {
    Header header = record.headers().lastHeader(RecordPlace.SCHEMA_HEADER);
    return new RecordPlace(
        record.topic(),
        record.partition(),
        record.offset(),
        record.timestamp(),
        record.key(),
        header == null ? null : header.value());
  }
}
