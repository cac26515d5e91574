package io.otflow.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.otflow.kafka.TopicWriter;
import io.otflow.kafka.Topics;
import io.otflow.local.SyntheticStream;
import io.otflow.testing.Await;
import io.otflow.testing.FlinkProcesses;
import io.otflow.testing.KafkaProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The job of the shared file on a cluster whose metrics go where {@code flink-conf} sends them: all
 * that the alert rules and the dashboard name is there, with the labels that they choose by.
 */
@Tag("cluster")
class MetricsITCase {

  private static final Pattern METRIC =
      Pattern.compile("(flink_[a-zA-Z_]+)(\\{([a-z_]+)=\"([^\"]*)\"\\})?");

  @TempDir private static Path folder;

  @Test
  void everyMetricOfTheRulesAndTheDashboardIsThere() throws Exception {
    Map<String, String> shipped = DeploymentFiles.flat(DeploymentFiles.yaml(DeploymentFiles.FLINK));
    int port = freePort();
    Map<String, String> settings =
        Map.of(
            "metrics.reporters",
            shipped.get("metrics.reporters"),
            "metrics.reporter.prom.factory.class",
            shipped.get("metrics.reporter.prom.factory.class"),
            "metrics.reporter.prom.port",
            port + "-" + (port + 50),
            "execution.checkpointing.interval",
            "1s");
    try (KafkaProcess broker = new KafkaProcess(folder.resolve("kafka"));
        FlinkProcesses flink =
            new FlinkProcesses(folder.resolve("flink"), settings, List.of(), Map.of())) {
      Properties client = new Properties();
      client.setProperty("bootstrap.servers", broker.bootstrapServers());
      Topics.ensure(client, "features", 2, Map.of());
      String job =
          flink.submit(
              Optional.empty(),
              List.of(
                  "--bootstrap-servers",
                  broker.bootstrapServers(),
                  "--config",
                  DeploymentFiles.JOB.toAbsolutePath().toString(),
                  "--snapshot-dir",
                  folder.resolve("models").toString(),
                  "--train-window",
                  "1s",
                  "--idle-timeout",
                  "1s",
                  "--max-out-of-orderness",
                  "0s",
                  "--iterations",
                  "20"));
      flink.awaitRunning(job);
      send(client);
      Set<String> wanted = wanted();
      Set<String> there = new TreeSet<>();
      Await.until(
          "every metric",
          () -> {
            send(client);
            there.clear();
            for (int p = port; p <= port + 50; p++) {
              there.addAll(scraped(p));
            }
            return there.containsAll(wanted);
          });
      System.out.println("metrics: " + wanted.size() + " named by rules and dashboard, all there");
      assertThat(wanted).hasSizeGreaterThan(30);
      Await.until(
          "a model in the directory",
          () -> {
            send(client);
            return Files.exists(folder.resolve("models").resolve("model-v000001.avro"));
          });
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return Math.min(socket.getLocalPort(), 65_000);
    }
  }

  private static void send(Properties client) {
    SyntheticStream stream = new SyntheticStream(100_000, 1);
    long now = System.currentTimeMillis();
    try (TopicWriter writer = new TopicWriter(client, "features")) {
      for (int i = 0; i < 1000; i++) {
        writer.write(i % 2, null, stream.record(i, now + "-" + i, now - 1000 + i));
      }
      writer.flush();
    }
  }

  /** Names of metrics, with the label that they are chosen by. */
  private static Set<String> wanted() throws IOException {
    Set<String> wanted = new TreeSet<>();
    StringBuilder text = new StringBuilder(Files.readString(DeploymentFiles.RULES));
    for (JsonNode expression :
        new ObjectMapper().readTree(DeploymentFiles.DASHBOARD.toFile()).findValues("expr")) {
      text.append('\n').append(expression.asText());
    }
    Matcher matcher = METRIC.matcher(text);
    while (matcher.find()) {
      wanted.add(matcher.group());
    }
    return wanted;
  }

  private static Set<String> scraped(int port) throws InterruptedException {
    String text;
    try {
      text =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                      .build(),
                  HttpResponse.BodyHandlers.ofString())
              .body();
    } catch (IOException e) {
      return Set.of();
    }
    Set<String> found = new TreeSet<>();
    for (String line : text.lines().filter(l -> !l.startsWith("#")).toList()) {
      int brace = line.indexOf('{');
      String name = line.substring(0, brace < 0 ? line.indexOf(' ') : brace);
      found.add(name);
      Matcher label = Pattern.compile("([a-z_]+)=\"([^\"]*)\"").matcher(line);
      while (label.find()) {
        found.add(name + "{" + label.group(1) + "=\"" + label.group(2) + "\"}");
      }
    }
    return found;
  }
}
