package io.otflow.codec.mapped;

import io.otflow.codec.DecodeException;
import java.io.IOException;
import org.apache.avro.Schema;

/** Finds the schema that a record of Avro was written by. */
interface WriterSchemas {

  /**
   * A value with the schema that it was written by.
   *
   * @param schema the writer's schema; the same object for the same schema
   * @param start where the body begins, bytes
   */
  record Written(Schema schema, int start) {}

  /**
   * Reads what stands before the body.
   *
   * @param value at least one byte
   * @param place where it was read, and what its headers say
   * @throws DecodeException if there is no such schema
   * @throws IOException if that cannot be known now
   */
  Written of(byte[] value, RecordPlace place) throws DecodeException, IOException;
}
