package io.otflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the benchmark refuses, before it starts anything. */
class BenchCommandTest {

  @Test
  void withoutPipelineThereIsNothingToMeasure() {
    CliRun run = CliRun.of("bench");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err().lines()).singleElement().asString().contains("expected --pipeline");
  }

  @ParameterizedTest
  @CsvSource({
    "--events, 999, --events is 999",
    "--events, many, '--events': 'many'",
    "--parallelism, 0, --parallelism is 0",
    "--rounds, 0, --rounds is 0",
    "--batch-size, 0, --batch-size is 0",
    "--delivery, perhaps, 'perhaps' is none of",
    "--engine, warp, --engine is 'warp'",
    "--tolerance, -1, --tolerance",
    "--kafka.bootstrap.servers=x:1, '', its own broker",
  })
  void aBadValueEndsInOneLine(String option, String value, String expected) {
    CliRun run =
        value.isEmpty()
            ? CliRun.of("bench", "--pipeline", option)
            : CliRun.of("bench", "--pipeline", option, value);
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines()).singleElement().asString().contains(expected);
  }
}
