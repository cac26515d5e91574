package io.otflow.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.otflow.codec.RecordSignature;
import io.otflow.codec.Samples;
import io.otflow.codec.SigningKey;
import io.otflow.codec.SnapshotCodec;
import io.otflow.codec.VerifyingKey;
import io.otflow.model.Architecture;
import io.otflow.model.ModelSnapshot;
import io.otflow.testing.KeyFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.SimpleCounter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Model files in directories that take them, and in some that do not. */
class SnapshotDirectoryTest {

  private static final ModelSnapshot MODEL = Samples.model(Architecture.of(3, 5, 3), true, 1);

  @TempDir private Path folder;

  private final Counter failures = new SimpleCounter();

  private SnapshotDirectory at(Path directory) {
    return new SnapshotDirectory(directory.toUri().toString(), failures);
  }

  private static byte[] message(long version) {
    return SnapshotCodec.toBytes(MODEL.as(version, MODEL.provenance()));
  }

  private static byte[] read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return SnapshotCodec.readMessage(in, file.toString());
    }
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void aFileIsTheMessageByteForByteAndItsSignatureStaysGood() throws Exception {
    KeyFiles keys = KeyFiles.make(folder, "keys");
    byte[] signed = RecordSignature.MODEL.sign(message(7), SigningKey.read(keys.privateKey()));
    Path directory = folder.resolve("models");
    at(directory).write(signed);
    byte[] read = read(directory.resolve("model-v000007.avro"));
    assertThat(read).isEqualTo(signed);
    RecordSignature.MODEL.verify(read, VerifyingKey.read(keys.publicKey()));
    assertThat(names(directory)).containsExactly("model-v000007.avro");
    assertThat(failures.getCount()).isZero();
  }

  @Test
  void aVersionWrittenAgainIsTheSameFile() throws Exception {
    SnapshotDirectory directory = at(folder);
    directory.write(message(1));
    byte[] first = Files.readAllBytes(folder.resolve("model-v000001.avro"));
    directory.write(message(1));
    assertThat(Files.readAllBytes(folder.resolve("model-v000001.avro"))).isEqualTo(first);
    assertThat(names(folder)).containsExactly("model-v000001.avro");
    assertThat(failures.getCount()).isZero();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aFullDirectoryIsCountedAndLeftEmpty() throws Exception {
    SnapshotDirectory directory = at(folder);
    fill(1);
    directory.write(message(1));
    assertThat(failures.getCount()).isEqualTo(1);
    assertThat(names(folder)).isEmpty();
    directory.write(message(2));
    assertThat(read(folder.resolve("model-v000002.avro"))).isEqualTo(message(2));
    directory.write(message(1));
    assertThat(read(folder.resolve("model-v000001.avro"))).isEqualTo(message(1));
    assertThat(failures.getCount()).isEqualTo(1);
  }

  /** Lets the next writing of a version meet a full device. */
  private void fill(long version) throws IOException {
    Files.createSymbolicLink(
        folder.resolve(".model-v00000" + version + ".avro.tmp"), Path.of("/dev/full"));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aFullDirectoryKeepsTheFileThatIsThere() throws Exception {
    SnapshotDirectory directory = at(folder);
    directory.write(message(1));
    fill(1);
    directory.write(message(1));
    assertThat(failures.getCount()).isEqualTo(1);
    assertThat(names(folder)).containsExactly("model-v000001.avro");
    assertThat(read(folder.resolve("model-v000001.avro"))).isEqualTo(message(1));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aDirectoryThatCannotBeMadeOrWrittenIsCounted() {
    at(Path.of("/proc/otflow-models")).write(message(1));
    assertThat(failures.getCount()).isEqualTo(1);
    at(Path.of("/proc")).write(message(1));
    assertThat(failures.getCount()).isEqualTo(2);
  }

  @Test
  void aFileInPlaceOfTheDirectoryIsCountedUntilItIsGone() throws Exception {
    Path place = folder.resolve("models");
    Files.writeString(place, "a file");
    SnapshotDirectory directory = at(place);
    directory.write(message(1));
    assertThat(failures.getCount()).isEqualTo(1);
    assertThat(place).hasContent("a file");
    Files.delete(place);
    directory.write(message(2));
    assertThat(names(place)).containsExactly("model-v000002.avro");
    assertThat(failures.getCount()).isEqualTo(1);
  }

  @Test
  void aDirectoryThatIsGoneIsMadeAgain() throws Exception {
    Path place = folder.resolve("models");
    SnapshotDirectory directory = at(place);
    directory.write(message(1));
    Files.delete(place.resolve("model-v000001.avro"));
    Files.delete(place);
    directory.write(message(2));
    assertThat(read(place.resolve("model-v000002.avro"))).isEqualTo(message(2));
    assertThat(failures.getCount()).isZero();
  }

  @Test
  void bytesThatAreNoModelAreCountedAndLeaveNoFile() throws Exception {
    at(folder).write(new byte[] {1, 2, 3});
    assertThat(failures.getCount()).isEqualTo(1);
    assertThat(names(folder)).isEmpty();
  }

  @Test
  void aReaderNeverSeesHalfAFile() throws Exception {
    SnapshotDirectory directory = at(folder);
    byte[] large =
        SnapshotCodec.toBytes(
            Samples.model(Architecture.of(20, 128, 2), true, 2).as(1, MODEL.provenance()));
    Path file = folder.resolve("model-v000001.avro");
    Thread writer =
        new Thread(
            () -> {
              for (int i = 0; i < 300; i++) {
                directory.write(large);
              }
            });
    writer.start();
    int seen = 0;
    while (writer.isAlive()) {
      try {
        assertThat(read(file)).isEqualTo(large);
        seen++;
      } catch (NoSuchFileException e) {
        // Not there, which is not half.
      }
    }
    writer.join();
    assertThat(seen).isPositive();
    assertThat(failures.getCount()).isZero();
  }
}
