package io.otflow.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The trainer's state as bytes; the frozen ones must always load. */
class TrainerStateCodecTest {

  private static final String FLOATS = "3f800000" + "c0000000";
  private static final String DOUBLES = "3ff0000000000000" + "c000000000000000";
  private static final String CUT =
      "0000000000000100" + "0000000000000200" + "0000000000000006" + "01";

  /** Format 2: as format 1, that the model is pinned, and 3 refusals. */
  private static final String FORMAT_2 =
      "00000002" + format1(FLOATS).substring(8) + "01" + "00000003";

  /** Format 3: as format 2, and that a drift of model 6 at 256 cut the window, up to 512. */
  private static final String FORMAT_3 = "00000003" + FORMAT_2.substring(8) + CUT;

  /** Format 4: as format 3, with values of 64 bits. */
  private static final String FORMAT_4 =
      "00000004" + format1(DOUBLES).substring(8) + "01" + "00000003" + CUT;

  /** Format 1: model 0102, one open window, one queued, and a training of version 7. */
  private static String format1(String values) {
    return "00000001"
        + "00000000000003e8"
        + "01"
        + "00000002"
        + "0102"
        + "00000001"
        + sampleHex("0000000000000064", values)
        + "01"
        + sampleHex("00000000000000c8", values)
        + "01"
        + "0000000000000007"
        + "000000000000002a"
        + "00000000000004d2"
        + sampleHex("0000000000000000", values);
  }

  private static String sampleHex(String start, String values) {
    return start
        + "000000000000012c"
        + "0000000000000005"
        + "00000002"
        + "00000001"
        + "fffffffffffffffd"
        + values;
  }

  private static WindowSample sample(long start) {
    WindowSample sample = new WindowSample();
    sample.windowStart = start;
    sample.windowEnd = 300;
    sample.seen = 5;
    sample.d = 2;
    sample.priorities = new long[] {-3};
    sample.exact = new double[] {1, -2};
    return sample;
  }

  private static TrainerState state() {
    return new TrainerState(
        Optional.of(new byte[] {1, 2}),
        1000,
        List.of(sample(100)),
        Optional.of(sample(200)),
        Optional.of(new TrainingTask(sample(0), 7, 42, 1234)),
        true,
        3,
        new DriftCut(256, 512, 6, true));
  }

  @Test
  void theBytesAreFrozen() throws Exception {
    assertThat(HexFormat.of().formatHex(TrainerStateCodec.toBytes(state()))).isEqualTo(FORMAT_4);
  }

  @Test
  void theFrozenBytesLoad() throws Exception {
    for (String format : List.of(FORMAT_3, FORMAT_4)) {
      TrainerState read = TrainerStateCodec.fromBytes(HexFormat.of().parseHex(format));
      assertThat(read).usingRecursiveComparison().isEqualTo(state());
    }
    TrainerState second = TrainerStateCodec.fromBytes(HexFormat.of().parseHex(FORMAT_2));
    assertThat(second.cut()).isEqualTo(DriftCut.NONE);
    assertThat(second).usingRecursiveComparison().ignoringFields("cut").isEqualTo(state());
    TrainerState first = TrainerStateCodec.fromBytes(HexFormat.of().parseHex(format1(FLOATS)));
    assertThat(first.pinned()).isFalse();
    assertThat(first.refusals()).isZero();
    assertThat(first.cut()).isEqualTo(DriftCut.NONE);
    assertThat(first)
        .usingRecursiveComparison()
        .ignoringFields("pinned", "refusals", "cut")
        .isEqualTo(state());
  }

  @Test
  void anEmptyStateSurvives() throws Exception {
    byte[] bytes = TrainerStateCodec.toBytes(TrainerState.EMPTY);
    assertThat(TrainerStateCodec.fromBytes(bytes)).isEqualTo(TrainerState.EMPTY);
  }

  @Test
  void anUnknownFormatIsNamed() {
    assertThatThrownBy(() -> TrainerStateCodec.fromBytes(new byte[] {0, 0, 0, 9}))
        .isInstanceOf(IOException.class)
        .hasMessage("state of the trainer has format 9, this version reads 1 to 4");
  }
}
