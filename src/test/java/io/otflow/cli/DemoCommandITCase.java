package io.otflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.otflow.testing.Await;
import io.otflow.testing.LeftOvers;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A short run of the demo, with the real engine and the real training, and its page. */
@Timeout(180)
class DemoCommandITCase {

  private static final Pattern FLINK = Pattern.compile("Flink's page is at (\\S+)");

  @Test
  void losesAndDoublesNothingSwapsModelsShowsItAndCleansUp() throws Exception {
    List<Path> before = LeftOvers.now();
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    CompletableFuture<CliRun> demo =
        CompletableFuture.supplyAsync(
            () ->
                CliRun.of("demo", "--events=8000", "--seconds=30", "--headless", "--port=" + port));
    URI page = URI.create("http://127.0.0.1:" + port + "/");
    Await.until("the page", () -> demo.isDone() || status(page) == 200);
    String news = newsWithAModel(page.resolve("news"));
    JsonNode shown = new ObjectMapper().readTree(news);
    assertThat(shown.path("models").get(0).path("features")).hasSize(8);
    CliRun run = demo.get();
    assertThat(run.code()).as(run.err()).isZero();
    Matcher flink = FLINK.matcher(run.err());
    assertThat(flink.find()).as(run.err()).isTrue();
    assertThat(URI.create(flink.group(1)).getHost()).isEqualTo("127.0.0.1");
    JsonNode report = new ObjectMapper().readTree(run.out());
    assertThat(report.path("missing").asInt(-1)).isZero();
    assertThat(report.path("duplicates").asInt(-1)).isZero();
    assertThat(report.path("deadLetters").asInt(-1)).isZero();
    assertThat(report.path("scored").asInt() + report.path("warmUp").asInt()).isEqualTo(8000);
    assertThat(report.path("swaps").asInt()).isGreaterThanOrEqualTo(1);
    assertThat(report.path("anomalies").asInt()).isPositive();
    assertThat(LeftOvers.now()).isEqualTo(before);
    assertThat(status(page)).as("the page afterwards").isEqualTo(-1);
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
