package io.otflow.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.otflow.codec.SingleObject;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Dead letters of records that are larger than what their topic takes. */
class DeadLetterSizeTest {

  private static final int MAX_BYTES = 100_000;
  private static final RecordSchemas.DeadLetters SCHEMA =
      new RecordSchemas.DeadLetters("dead-letters", MAX_BYTES, OutputFormat.AVRO);

  private static DeadLetter letter(int key, int value) {
    DeadLetter letter = new DeadLetter();
    letter.topic = "features";
    letter.reason = "a reason";
    letter.key = new byte[key];
    letter.value = new byte[value];
    new Random(1).nextBytes(letter.key);
    new Random(2).nextBytes(letter.value);
    return letter;
  }

  private static int size(ProducerRecord<byte[], byte[]> record) {
    return record.key().length + record.value().length;
  }

  @Test
  void whatFitsIsKeptByteForByte() throws Exception {
    DeadLetter letter = letter(20_000, 50_000);
    ProducerRecord<byte[], byte[]> record = SCHEMA.serialize(letter, null, null);
    var read = SingleObject.decode(record.value(), io.otflow.avro.DeadLetter.class);
    assertThat(read.getReason()).isEqualTo("a reason");
    assertThat(read.getKey()).isEqualTo(ByteBuffer.wrap(letter.key));
    assertThat(read.getValue()).isEqualTo(ByteBuffer.wrap(letter.value));
  }

  @ParameterizedTest
  @CsvSource({"0,100000", "99000,99000", "1000000,0", "10,5000000"})
  void whatDoesNotFitIsCutAndSaysSo(int key, int value) throws Exception {
    DeadLetter letter = letter(key, value);
    ProducerRecord<byte[], byte[]> record = SCHEMA.serialize(letter, null, null);
    assertThat(size(record)).isLessThan(MAX_BYTES - 1000);
    var read = SingleObject.decode(record.value(), io.otflow.avro.DeadLetter.class);
    assertThat(read.getReason())
        .startsWith("a reason; cut here to ")
        .contains("the key's " + key + " bytes")
        .contains("of the value's " + value);
    byte[] kept = new byte[read.getValue().remaining()];
    read.getValue().get(kept);
    assertThat(kept).isEqualTo(Arrays.copyOf(letter.value, kept.length));
    assertThat(letter.value).as("the letter itself").hasSize(value);
  }
}
