package io.otflow.codec.mapped;

import io.otflow.codec.DecodeException;

/** What holds for a value of any form. */
final class Values {

  private Values() {}

  static void requirePresent(byte[] value) throws DecodeException {
    if (value == null) {
      throw new DecodeException("the value is null (a tombstone)");
    }
    if (value.length == 0) {
      throw new DecodeException("the value is empty");
    }
  }
}
