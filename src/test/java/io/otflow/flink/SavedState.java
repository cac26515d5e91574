package io.otflow.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The bytes of savepoints and checkpoints: what they were written by. */
final class SavedState {

  /** The start of what Java's serialization has written, and the class if it is an object. */
  private static final Pattern JAVA =
      Pattern.compile("\u00ac\u00ed\u0000\u0005(?:sr..([\\w.$]+))?", Pattern.DOTALL);

  private static final String KRYO = "Kryo";

  /** What Flink itself puts behind the state of the operators. */
  private static final String FLINKS_OWN =
      "org.apache.flink.runtime.checkpoint.CheckpointProperties";

  private SavedState() {}

  /** Whether Kryo, or Java's serialization of anything but Flink's own, has written of it. */
  static boolean isForeign(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    return text.contains(KRYO)
        || JAVA.matcher(text).results().anyMatch(start -> !FLINKS_OWN.equals(start.group(1)));
  }

  /** Asserts that a folder has state, all of it in formats of serializers made for it. */
  static void assertOwnFormats(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> all = files.filter(Files::isRegularFile).toList();
      assertThat(all).isNotEmpty();
      for (Path file : all) {
        assertThat(isForeign(Files.readAllBytes(file))).as(file.toString()).isFalse();
      }
    }
  }
}
