package io.otflow.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.otflow.model.Architecture;
import io.otflow.model.ModelSnapshot;
import io.otflow.testing.Fuzz;
import io.otflow.testing.Mutations;
import io.otflow.testing.RandomModels;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class WeightFilesFuzzTest {

  /**
   * The constant is a calibration's, see {@link SnapshotCodecFuzzTest}. A header's byte costs most
   * where it opens a JSON object, whose tree has a hash table.
   */
  private static final Fuzz FUZZ = new Fuzz("WeightFiles", InputException.class, 8 << 20, 128);

  private static final List<byte[]> FILES =
      List.of(
          WeightFiles.encode(Samples.model(new Architecture(2, 3, 2, 2), true, 7)),
          WeightFiles.encode(RandomModels.snapshot(new Architecture(1, 1, 3, 1), 8)),
          WeightFiles.encode(
              RandomModels.withFront(Samples.model(new Architecture(2, 1, 2, 1), true, 9), 10)));

  /** What a header may say. */
  private static final String[] WORDS = {
    "\"F64\"",
    "\"BF16\"",
    "\"I8\"",
    "[0,0]",
    "[2147483647,2147483647]",
    "[-1]",
    "1e400",
    "1e-400",
    "9223372036854775807",
    "18446744073709551616",
    "0.5",
    "null",
    "true",
    "{}",
    "[]",
    "[[",
    "{\"a\":",
    "\"",
    "[",
    "{",
    "}",
    "]",
    ",",
    ":",
    "\\",
    "\\u00",
    "\\uD800",
    "\0",
    "\"__metadata__\":",
    "\"N.layers.1.weight\":",
    "\"front.w\":",
    "\"front.1.at\":",
    "\\\"\\\"",
    "NaN",
    "Infinity"
  };

  @Test
  void filesAreReadOrRefused() {
    FUZZ.run(
        0.3,
        20260609,
        new Mutations(FILES, WORDS),
        WeightFilesFuzzTest::read,
        WeightFilesFuzzTest::comesBack);
  }

  @Test
  void filesOfDamagedHeadersAreReadOrRefused() {
    for (byte[] file : FILES) {
      int start = start(file);
      byte[] tensors = Arrays.copyOfRange(file, start, file.length);
      FUZZ.run(
          0.35,
          20260610,
          new Mutations(List.of(Arrays.copyOfRange(file, Long.BYTES, start)), WORDS),
          header -> read(framed(header, tensors)),
          WeightFilesFuzzTest::comesBack);
    }
  }

  @AfterAll
  static void report() {
    FUZZ.report();
  }

  private static int start(byte[] file) {
    return Long.BYTES + (int) ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
  }

  private static byte[] framed(byte[] header, byte[] tensors) {
    return ByteBuffer.allocate(Long.BYTES + header.length + tensors.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length)
        .put(header)
        .put(tensors)
        .array();
  }

  private static ModelSnapshot read(byte[] bytes) {
    return WeightFiles.decode(bytes, Path.of("w.safetensors"), 8, 0);
  }

  private static void comesBack(ModelSnapshot model) {
    ModelSnapshot back = read(WeightFiles.encode(model));
    assertThat(back.parameters()).isEqualTo(model.parameters());
    assertThat(back.front()).isEqualTo(model.front());
    assertThat(back.featureNames()).isEqualTo(model.featureNames());
    assertThat(back.calibration()).isEqualTo(model.calibration());
    assertThat(back.steps()).isEqualTo(model.steps());
  }
}
