package io.otflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.otflow.testing.Await;
import io.otflow.testing.Command;
import io.otflow.testing.LeftOvers;
import io.otflow.testing.Terminal;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A short run of the demo as it is typed, with the real engine and training, and its page. */
class DemoCommandITCase {

  private static final Pattern FLINK = Pattern.compile("Flink's page at (\\S+?),");
  private static final Pattern PAGE = Pattern.compile("what the job does is at (\\S+?),");
  private static final Path PROGRAM = Path.of("bin", "otflow").toAbsolutePath();

  @TempDir private Path folder;

  @Test
  void losesAndDoublesNothingShowsItsModelAndCleansUp() throws Exception {
    List<Path> before = LeftOvers.now();
    try (Terminal terminal =
        new Terminal(folder, Map.of("JAVA_HOME", System.getProperty("java.home")))) {
      Terminal.Service demo =
          terminal.start(PROGRAM + " demo --events 8000 --seconds 90 --headless --port 0");
      Await.until("the page", () -> !demo.alive() || PAGE.matcher(demo.text()).find());
      URI page = address(PAGE, demo.text());
      assertThat(status(page)).isEqualTo(200);
      JsonNode shown = new ObjectMapper().readTree(newsWithAModel(page.resolve("/news")));
      assertThat(shown.path("models").get(0).path("features")).hasSize(8);
      Command ended = demo.end();
      assertThat(ended.code()).as(ended.text()).isZero();
      assertThat(address(FLINK, ended.text()).getHost()).isEqualTo("127.0.0.1");
      String json = ended.text().lines().filter(l -> l.startsWith("{")).findFirst().orElseThrow();
      JsonNode report = new ObjectMapper().readTree(json);
      assertThat(report.path("missing").asInt(-1)).isZero();
      assertThat(report.path("duplicates").asInt(-1)).isZero();
      assertThat(report.path("deadLetters").asInt(-1)).isZero();
      assertThat(report.path("scored").asInt() + report.path("warmUp").asInt()).isEqualTo(8000);
      // How many more come in that time is the machine's.
      assertThat(report.path("modelVersions").asInt()).isPositive();
      assertThat(report.path("anomalies").asInt()).isPositive();
      assertThat(report.path("adaptSeconds").asDouble()).isPositive();
      assertThat(ended.text())
          .contains("Learning from the first window", "Model 1, the first, scores", "at the drift")
          .doesNotContain(": WARN ", ": INFO ");
      assertThat(status(page)).as("the page afterwards").isEqualTo(-1);
    }
    assertThat(LeftOvers.now()).isEqualTo(before);
  }

  private static URI address(Pattern what, String text) {
    Matcher matcher = what.matcher(text);
    assertThat(matcher.find()).as(text).isTrue();
    return URI.create(matcher.group(1));
  }

  private static int status(URI page) {
    try {
      return ((HttpURLConnection) page.toURL().openConnection()).getResponseCode();
    } catch (IOException e) {
      return -1;
    }
  }

  /** The first news that tells of a model. */
  private static String newsWithAModel(URI address) throws IOException {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(address.toURL().openStream(), StandardCharsets.UTF_8))) {
      return lines
          .lines()
          .filter(line -> line.startsWith("data: ") && !line.contains("\"models\":[]"))
          .findFirst()
          .orElseThrow()
          .substring("data: ".length());
    }
  }
}
