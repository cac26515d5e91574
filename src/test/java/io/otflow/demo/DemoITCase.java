package io.otflow.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A short run of the demo, with the real engine and the real training. */
@Timeout(120)
class DemoITCase {

  private static List<Path> leftOvers() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files
          .filter(file -> file.getFileName().toString().matches("otflow-(broker|flink)-.*"))
          .toList();
    }
  }

  @Test
  void losesAndDoublesNothingSwapsModelsAndCleansUp() throws Exception {
    List<Path> before = leftOvers();
    DemoReport report;
    try (Demo demo = new Demo(new DemoSettings(8000, 40, 0.02, 1))) {
      HttpURLConnection page = (HttpURLConnection) demo.webPage().toURL().openConnection();
      assertThat(page.getResponseCode()).isEqualTo(200);
      assertThat(page.getURL().getHost()).isEqualTo("127.0.0.1");
      report = demo.run((done, versions) -> {});
    }
    assertThat(report.missing()).isZero();
    assertThat(report.duplicates()).isZero();
    assertThat(report.deadLetters()).isZero();
    assertThat(report.scored() + report.warmUp()).isEqualTo(8000);
    assertThat(report.swaps()).isGreaterThanOrEqualTo(1);
    assertThat(report.anomalies()).isPositive();
    assertThat(leftOvers()).isEqualTo(before);
  }
}
