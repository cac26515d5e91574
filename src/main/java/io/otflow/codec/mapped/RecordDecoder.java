package io.otflow.codec.mapped;

import io.otflow.codec.DecodeException;
import io.otflow.codec.FeatureValues;
import java.io.IOException;

/** Makes a feature vector of a record's value. Not thread-safe. */
@FunctionalInterface
public interface RecordDecoder {

  /**
   * Decodes a value.
   *
   * @param value the bytes as Kafka has them; null for a tombstone
   * @param place where they were read
   * @return the feature vector; its features may be NaN or infinite, which is for the caller to
   *     judge
   * @throws DecodeException if the value is not what it should be; the message names the field
   * @throws IOException if that cannot be known now, as when a schema registry does not answer
   */
  FeatureValues decode(byte[] value, RecordPlace place) throws DecodeException, IOException;
}
