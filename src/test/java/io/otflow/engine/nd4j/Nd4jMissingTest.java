package io.otflow.engine.nd4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.otflow.codec.ModelFiles;
import io.otflow.model.Architecture;
import io.otflow.testing.Command;
import io.otflow.testing.RandomModels;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line in a JVM of its own, without some of ND4J's jars. */
class Nd4jMissingTest {

  @TempDir private Path folder;

  /** Without the backend, then without the interface too. */
  @ParameterizedTest
  @ValueSource(strings = {"nd4j-native", "nd4j-"})
  void oneSentenceSaysWhichJarsAreMissing(String absent) throws IOException, InterruptedException {
    ModelFiles.write(
        RandomModels.snapshot(Architecture.of(1, 2, 2), 1), folder.resolve("model.avro"));
    Files.writeString(folder.resolve("rows.csv"), "x0\n0.5\n");
    Command ended =
        Command.run(
            Command.java(
                List.of(),
                classPathWithout(absent),
                "io.otflow.cli.Main",
                List.of(
                    "score",
                    "--engine=nd4j",
                    "--integrator=rk4",
                    "--model=" + folder.resolve("model.avro"),
                    "--data=" + folder.resolve("rows.csv"),
                    "--scores=" + folder.resolve("scores.csv"))));
    assertThat(ended.code()).isEqualTo(1);
    String[] lines = ended.text().strip().split("\n");
    assertThat(lines[lines.length - 1])
        .startsWith("otflow: engine 'nd4j' needs the jars of ND4J and of a backend")
        .contains("mvn -Pnd4j-cpu package", "lib/ of Flink");
    assertThat(lines).noneMatch(line -> line.startsWith("\tat ") || line.contains("Exception"));
  }

  private static String classPathWithout(String absent) {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> !Path.of(entry).getFileName().toString().startsWith(absent))
        .collect(Collectors.joining(File.pathSeparator));
  }
}
