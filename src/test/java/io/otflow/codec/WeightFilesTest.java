package io.otflow.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.otflow.codec.Safetensors.Tensor;
import io.otflow.model.Architecture;
import io.otflow.model.FeatureScaling;
import io.otflow.model.Front;
import io.otflow.model.ModelSnapshot;
import io.otflow.testing.Golden;
import io.otflow.testing.RandomModels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightFilesTest {

  private static final ModelSnapshot MODEL = Samples.model(Architecture.of(3, 5, 3), true, 7);
  private static final byte[] FILE = WeightFiles.encode(MODEL);
  private static final ModelSnapshot FRONTED = RandomModels.withFront(MODEL, 7);
  private static final byte[] FRONTED_FILE = WeightFiles.encode(FRONTED);

  @TempDir private Path folder;

  @Test
  void everythingThatScoresComesBack() throws IOException {
    Path file = folder.resolve("w.safetensors");
    WeightFiles.write(MODEL, file);
    ModelSnapshot back = WeightFiles.read(file, 8, 99);
    assertThat(back.parameters()).isEqualTo(MODEL.parameters());
    assertThat(back.front()).isEqualTo(MODEL.front());
    assertThat(back.featureNames()).isEqualTo(MODEL.featureNames());
    assertThat(back.calibration()).isEqualTo(MODEL.calibration());
    assertThat(back.steps()).isEqualTo(MODEL.steps());
    assertThat(back.version()).isEqualTo(1);
    assertThat(back.provenance().createdAtMillis()).isEqualTo(99);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void headerIsAlignedAndNamesTensorsAsPyTorchDoes() throws Exception {
    ByteBuffer bytes = ByteBuffer.wrap(FILE).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(bytes.getLong(0) % 8).isZero();
    assertThat(Safetensors.decode(FILE).tensors().keySet())
        .containsExactly(
            "A",
            "c.weight",
            "c.bias",
            "w.weight",
            "N.layers.0.weight",
            "N.layers.0.bias",
            "N.layers.1.weight",
            "N.layers.1.bias",
            "N.layers.2.weight",
            "N.layers.2.bias");
    assertThat(Safetensors.decode(FILE).metadata())
        .containsEntry("d", "3")
        .containsEntry("m", "5")
        .containsEntry("nTh", "3");
  }

  @Test
  void bareWeightsHavePlaceholdersAndNoScaling() throws Exception {
    ModelSnapshot bare = read(Safetensors.encode(tensors(), Map.of()));
    assertThat(bare.featureNames()).containsExactly("x0", "x1", "x2");
    assertThat(bare.front()).isEqualTo(Front.of(FeatureScaling.identity(3)));
    assertThat(bare.calibration()).isEmpty();
    assertThat(bare.steps()).isEqualTo(8);
    assertThat(bare.parameters()).isEqualTo(MODEL.parameters());
  }

  @Test
  void changedWeightsLoseTheirCalibrationOnly() throws Exception {
    Map<String, Tensor> changed = tensors();
    changed.get("A").values()[0] += 1;
    ModelSnapshot back = read(Safetensors.encode(changed, Safetensors.decode(FILE).metadata()));
    assertThat(back.calibration()).isEmpty();
    assertThat(back.front()).isEqualTo(MODEL.front());
  }

  @Test
  void aFrontComesBack() throws Exception {
    ModelSnapshot back = read(FRONTED_FILE);
    assertThat(back.front()).isEqualTo(FRONTED.front());
    assertThat(back.parameters()).isEqualTo(FRONTED.parameters());
    assertThat(back.calibration()).isEqualTo(FRONTED.calibration());
    assertThat(Safetensors.decode(FRONTED_FILE).tensors().keySet())
        .startsWith("front.center", "front.w", "front.1.at", "front.1.value", "front.1.slope")
        .contains("front.1.bends", "front.2.bends", "A", "N.layers.2.bias")
        .doesNotContain("front.0.at");
    int weights = (int) MODEL.architecture().parameterCount() * Float.BYTES;
    assertThat(tail(FRONTED_FILE, weights)).isEqualTo(tail(FILE, weights));
    for (Front part :
        List.of(
            new Front(FRONTED.front().scaling(), FRONTED.front().maps(), Optional.empty()),
            new Front(
                MODEL.front().scaling(), MODEL.front().maps(), FRONTED.front().whitening()))) {
      assertThat(read(WeightFiles.encode(RandomModels.behind(MODEL, part))).front())
          .isEqualTo(part);
    }
  }

  @Test
  void aChangedFrontLosesItsCalibrationOnly() throws Exception {
    Map<String, String> metadata = Safetensors.decode(FRONTED_FILE).metadata();
    assertThat(read(Safetensors.encode(fronted(), metadata)).calibration()).isPresent();
    for (String name : List.of("front.center", "front.w", "front.1.value", "front.2.bends")) {
      Map<String, Tensor> changed = fronted();
      changed.get(name).exact()[0] += 1e-9;
      ModelSnapshot back = read(Safetensors.encode(changed, metadata));
      assertThat(back.calibration()).as(name).isEmpty();
      assertThat(back.front()).as(name).isNotEqualTo(FRONTED.front());
      assertThat(back.parameters()).as(name).isEqualTo(FRONTED.parameters());
    }
    Map<String, Tensor> without = fronted();
    without.keySet().removeIf(name -> name.startsWith("front."));
    assertThat(read(Safetensors.encode(without, metadata)).calibration()).isEmpty();
    Map<String, String> moved = new LinkedHashMap<>(metadata);
    moved.put("mean", "[0,0,0]");
    assertThat(read(Safetensors.encode(fronted(), moved)).calibration()).isEmpty();
  }

  @Test
  void wrongTensorsOfAFrontAreNamed() throws Exception {
    refusedFront("front.1.slope", null, "tensor 'front.1.slope' is missing");
    refusedFront("front.w", null, "tensor 'front.w' is missing");
    refusedFront("front.w", Tensor.list(1), "tensor 'front.w' has shape [1], expected [6]");
    refusedFront(
        "front.2.value", Tensor.list(1, 2), "tensor 'front.2.value' has shape [2], expected [4]");
    refusedFront(
        "front.2.at",
        new Tensor(new int[] {2, 2}, new float[4]),
        "tensor 'front.2.at' has shape [2, 2], expected a list");
    refusedFront("front.extra", Tensor.list(1), "tensor 'front.extra' is no part of a front");
    refusedFront(
        "front.3.at", Tensor.list(1), "tensor 'front.3.at' is no part of a front of 3 features");
    refusedFront(
        "front.2.value",
        Tensor.list(0, 1, Double.NaN, 2),
        "tensors 'front.2.*': value 2 of a spline is NaN, expected finite and ascending");
    refusedFront("front.1.bends", Tensor.list(0, -1), "upper bend of a spline is -1.0");
    refusedFront(
        "front.center",
        Tensor.list(0, Double.NEGATIVE_INFINITY, 0),
        "tensors 'front.center' and 'front.w': center of feature 1 is -Infinity");
  }

  private void refusedFront(String name, Tensor tensor, String message) throws Exception {
    Map<String, Tensor> changed = fronted();
    if (tensor == null) {
      changed.remove(name);
    } else {
      changed.put(name, tensor);
    }
    refused(changed, message);
  }

  private static Map<String, Tensor> fronted() throws DecodeException {
    return new LinkedHashMap<>(Safetensors.decode(FRONTED_FILE).tensors());
  }

  @Test
  void wrongTensorsAreNamed() throws Exception {
    Map<String, Tensor> missing = tensors();
    missing.remove("c.bias");
    refused(missing, "hold");
    missing.put("other", new Tensor(new int[] {1}, new float[1]));
    refused(missing, "tensor 'c.bias' is missing");
    Map<String, Tensor> unknown = tensors();
    unknown.put("extra", new Tensor(new int[] {2}, new float[2]));
    refused(unknown, "tensor 'extra' is no part");
    Map<String, Tensor> misshaped = tensors();
    misshaped.put("w.weight", new Tensor(new int[] {5, 1}, new float[5]));
    refused(misshaped, "tensor 'w.weight' has shape [5, 1], expected [1, 5]");
    Map<String, Tensor> infinite = tensors();
    infinite.get("N.layers.1.bias").values()[2] = Float.NaN;
    refused(infinite, "tensor N.layers.1.bias holds NaN");
    Map<String, Tensor> shallow = tensors();
    shallow.keySet().removeIf(n -> n.startsWith("N.layers.1") || n.startsWith("N.layers.2"));
    refused(shallow, "tensor 'N.layers.1.weight' is missing");
  }

  @Test
  void otherNumberTypesAreReadOrNamed() throws Exception {
    byte[] bf16 =
        raw("{\"t\":{\"dtype\":\"BF16\",\"shape\":[1],\"data_offsets\":[0,2]}}", 0x80, 0x3F);
    assertThat(Safetensors.decode(bf16).tensors().get("t").values()).containsExactly(1f);
    byte[] f64 =
        raw(
            "{\"t\":{\"dtype\":\"F64\",\"shape\":[],\"data_offsets\":[0,8]}}",
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0xC0);
    assertThat(Safetensors.decode(f64).tensors().get("t").values()).containsExactly(-2f);
    assertThat(Safetensors.decode(f64).tensors().get("t").doubles()).containsExactly(-2);
    assertThat(Safetensors.decode(bf16).tensors().get("t").doubles()).containsExactly(1);
    byte[] i8 = raw("{\"t\":{\"dtype\":\"I8\",\"shape\":[1],\"data_offsets\":[0,1]}}", 1);
    assertThatThrownBy(() -> Safetensors.decode(i8)).hasMessageContaining("dtype 'I8'");
  }

  @Test
  void hostileHeadersAreRefused() {
    List<String> headers =
        List.of(
            "[]",
            "nonsense",
            "{\"t\":3}",
            "{\"t\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4000000000]}}",
            "{\"t\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[-4,0]}}",
            "{\"t\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[9223372036854775807,3]}}",
            "{\"t\":{\"dtype\":\"F32\",\"shape\":[65536,65536,65536,65536],\"data_offsets\":[0,0]}}",
            "{\"t\":{\"dtype\":\"F32\",\"shape\":[-1,-1],\"data_offsets\":[0,4]}}",
            "{\"t\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
                + "\"t\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
            "{\"t\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
                + "\"u\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}");
    for (String header : headers) {
      assertThatThrownBy(() -> Safetensors.decode(raw(header, 0, 0, 0, 0)))
          .as(header)
          .isInstanceOf(DecodeException.class);
    }
    byte[] length = FILE.clone();
    Arrays.fill(length, 0, 8, (byte) 0xFF);
    assertThatThrownBy(() -> Safetensors.decode(length)).hasMessageContaining("header claims");
  }

  @Test
  void everyTruncationIsRefused() {
    for (int length = 0; length < FILE.length; length++) {
      byte[] cut = Arrays.copyOf(FILE, length);
      assertThatThrownBy(() -> Safetensors.decode(cut)).isInstanceOf(DecodeException.class);
    }
  }

  @Property(tries = 2000, seed = "20260103")
  void mutationsAreReadOrRefused(@ForAll @IntRange(max = 1_000_000) int where, @ForAll byte value)
      throws IOException {
    byte[] bytes = FILE.clone();
    bytes[where % bytes.length] = value;
    Throwable thrown =
        catchThrowable(
            () -> {
              Path file = Files.createTempFile("mutated", ".safetensors");
              try {
                WeightFiles.read(Files.write(file, bytes), 8, 0);
              } finally {
                Files.delete(file);
              }
            });
    assertThat(thrown)
        .satisfiesAnyOf(
            t -> assertThat(t).isNull(), t -> assertThat(t).isInstanceOf(InputException.class));
  }

  @Test
  void publishedFilesComeBackByteForByteInTheirTensors() throws IOException {
    for (Golden golden : Golden.all()) {
      comesBack(golden.weightFile());
    }
  }

  private static void comesBack(Path file) {
    try {
      ModelSnapshot model = WeightFiles.read(file, 8, 0);
      byte[] theirs = Files.readAllBytes(file);
      byte[] ours = WeightFiles.encode(model);
      int bytes = (int) model.architecture().parameterCount() * Float.BYTES;
      assertThat(tail(ours, bytes)).isEqualTo(tail(theirs, bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] tail(byte[] bytes, int length) {
    return Arrays.copyOfRange(bytes, bytes.length - length, bytes.length);
  }

  private static Map<String, Tensor> tensors() throws DecodeException {
    return new LinkedHashMap<>(Safetensors.decode(FILE).tensors());
  }

  private ModelSnapshot read(byte[] bytes) throws IOException {
    return WeightFiles.read(Files.write(folder.resolve("t.safetensors"), bytes), 8, 0);
  }

  private void refused(Map<String, Tensor> tensors, String message) {
    assertThatThrownBy(() -> read(Safetensors.encode(tensors, Map.of())))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("t.safetensors")
        .hasMessageContaining(message);
  }

  private static byte[] raw(String header, int... data) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer file =
        ByteBuffer.allocate(8 + json.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(json.length).put(json);
    for (int b : data) {
      file.put((byte) b);
    }
    return file.array();
  }
}
