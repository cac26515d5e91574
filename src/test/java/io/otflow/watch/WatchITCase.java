package io.otflow.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.otflow.avro.AnomalyScore;
import io.otflow.codec.SingleObject;
import io.otflow.codec.mapped.InputFormat;
import io.otflow.engine.Integration;
import io.otflow.engine.reference.ReferenceEngine;
import io.otflow.flink.JobConfig.TopicNames;
import io.otflow.kafka.Clients;
import io.otflow.kafka.TopicWriter;
import io.otflow.kafka.Topics;
import io.otflow.local.SyntheticStream;
import io.otflow.testing.Await;
import io.otflow.testing.Browser;
import io.otflow.testing.FlinkProcesses;
import io.otflow.testing.KafkaProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/**
 * The page in a real browser, on what a real job writes while 2,000 events a second come: it shows
 * what the topics have, draws all of it, and complains about nothing.
 *
 * <p>{@code -Dotflow.watch.seconds=N} lets it run for so long. The page keeps ten minutes, so what
 * its tab holds must be steady after eleven.
 */
@Tag("cluster")
class WatchITCase {

  private static final TopicNames TOPICS = TopicNames.DEFAULTS;
  private static final int RATE = 2000;

  /** The page has all of the past that it keeps. */
  private static final int FULL_SECONDS = 660;

  private static final int SECONDS = Integer.getInteger("otflow.watch.seconds", 12);

  @TempDir private static Path folder;

  @Test
  void whatThePageShowsIsWhatTheTopicsHave() throws Exception {
    Browser.assumePossible();
    try (KafkaProcess broker = new KafkaProcess(folder.resolve("kafka"));
        FlinkProcesses flink =
            new FlinkProcesses(
                folder.resolve("flink"),
                Map.of("execution.checkpointing.interval", "1s"),
                List.of(),
                Map.of())) {
      Properties client = new Properties();
      client.setProperty("bootstrap.servers", broker.bootstrapServers());
      Topics.ensure(client, TOPICS.features(), 2, Map.of());
      String job =
          flink.submit(
              Optional.empty(),
              List.of(
                  "--bootstrap-servers",
                  broker.bootstrapServers(),
                  "--train-window",
                  "4s",
                  "--max-out-of-orderness",
                  "100ms",
                  "--width",
                  "16",
                  "--train-steps",
                  "4",
                  "--iterations",
                  "150",
                  // The stream's anomalies are flagged, one event in a hundred, and few others.
                  "--alert-rate",
                  "0.001"));
      flink.awaitRunning(job);
      WatchSettings settings = WatchSettings.of(TOPICS, "127.0.0.1", 0);
      try (WatchServer server =
              new WatchServer(
                  settings,
                  client,
                  InputFormat.FEATURE_VECTORS.decoder(),
                  () -> new ReferenceEngine(Integration.rk4(4)));
          Browser browser = new Browser(1200, false)) {
        browser.open(server.address());
        TimeUnit.SECONDS.sleep(2); // the reader is at the topics' ends
        long sent = send(client, browser);
        Await.until("every event", () -> shown(browser, "scored") + warmUp(browser) >= sent);
        TimeUnit.SECONDS.sleep(3);
        assertShown(browser, client, sent);
        assertThat(browser.complaints()).isEmpty();
        draw(browser, server);
        try (TopicWriter writer = new TopicWriter(client, TOPICS.scores())) {
          writer.write(0, null, null);
          writer.write(0, null, new byte[] {1, 2, 3});
          writer.flush();
        }
        Await.until(
            "word of a record that is no score",
            () -> browser.text("status").contains("1 record could not be read, the last: offset"));
      }
    }
  }

  private static long send(Properties client, Browser browser) throws InterruptedException {
    SyntheticStream stream = new SyntheticStream(1_000_000, 1);
    long sent = 0;
    long full = 0;
    long start = System.currentTimeMillis();
    try (TopicWriter writer = new TopicWriter(client, TOPICS.features())) {
      // Two models must have come, however slow the machine.
      for (int second = 0;
          second < SECONDS || (second < 9 * SECONDS && shown(browser, "version") < 2);
          second++) {
        for (int i = 0; i < RATE; i++, sent++) {
          long time = start + sent * 1000 / RATE;
          long wait = time - System.currentTimeMillis();
          if (wait > 0) {
            TimeUnit.MILLISECONDS.sleep(wait);
          }
          writer.write((int) (sent % 2), null, stream.record(sent, "e" + sent, time));
        }
        if (second % 60 == 59) {
          long heap = browser.heap();
          System.out.printf("watch: minute %d, the tab holds %d bytes%n", second / 60 + 1, heap);
          full = second < FULL_SECONDS ? Math.max(full, heap) : full;
          assertThat(second < FULL_SECONDS || heap < full + full / 4).as("steady").isTrue();
        }
      }
      writer.flush();
    }
    return sent;
  }

  private static long shown(Browser browser, String id) {
    String text = browser.text(id).replace(",", "");
    return text.matches("\\d+") ? Long.parseLong(text) : 0;
  }

  private static long warmUp(Browser browser) {
    return ((Number) browser.run("return warmUp")).longValue();
  }

  private static Map<String, AnomalyScore> scores(Properties client, long count) throws Exception {
    Map<String, AnomalyScore> all = new HashMap<>();
    try (KafkaConsumer<byte[], byte[]> consumer = Clients.consumer(client)) {
      var unused = Clients.readFromBeginning(consumer, List.of(TOPICS.scores()));
      while (all.size() < count) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
          AnomalyScore score = SingleObject.decode(record.value(), AnomalyScore.class);
          all.put(score.getId(), score);
        }
      }
    }
    return all;
  }

  @SuppressWarnings("unchecked")
  private static void assertShown(Browser browser, Properties client, long sent) throws Exception {
    Map<String, AnomalyScore> scores = scores(client, sent);
    long scored = scores.values().stream().filter(s -> s.getLogLikelihood() != null).count();
    assertThat(shown(browser, "scored")).isEqualTo(scored);
    assertThat(warmUp(browser)).isEqualTo(sent - scored);
    assertThat(shown(browser, "dead")).isZero();
    long newest =
        scores.values().stream()
            .filter(s -> s.getModelVersion() != null)
            .mapToLong(AnomalyScore::getModelVersion)
            .max()
            .orElseThrow();
    assertThat(newest).as("swaps").isGreaterThan(1);
    assertThat(browser.text("version")).isEqualTo(String.valueOf(newest));
    List<Map<String, Object>> flagged =
        (List<Map<String, Object>>) browser.run("return state.flagged");
    assertThat(flagged).isNotEmpty();
    for (Map<String, Object> event : flagged) {
      AnomalyScore score = scores.get((String) event.get("id"));
      assertThat(score.getAnomaly()).isTrue();
      assertThat(((Number) event.get("ll")).doubleValue()).isEqualTo(score.getLogLikelihood());
      assertThat((List<Object>) event.get("gains")).hasSize(SyntheticStream.FEATURES);
    }
    List<Map<String, Object>> points =
        (List<Map<String, Object>>) browser.run("return state.points");
    assertThat(points.size()).isLessThan((int) scored).isGreaterThan(100);
    Set<Double> thresholds =
        scores.values().stream().map(AnomalyScore::getThreshold).collect(Collectors.toSet());
    for (Map<String, Object> point : points) {
      double threshold = ((Number) point.get("threshold")).doubleValue();
      double logLikelihood = ((Number) point.get("ll")).doubleValue();
      assertThat(thresholds).contains(threshold);
      assertThat(point.get("flagged")).isEqualTo(logLikelihood < threshold);
    }
    String rows = "return document.querySelectorAll('#flagged tbody tr').length";
    assertThat(browser.run("grouping = false; drawFlagged(); " + rows))
        .isEqualTo((long) Math.min(25, flagged.size()));
    assertThat(browser.run("grouping = true; drawFlagged(); " + rows))
        .as("a row for each feature at most, and one for what is not known")
        .asInstanceOf(InstanceOfAssertFactories.LONG)
        .isBetween(1L, SyntheticStream.FEATURES + 1L);
    // A model that takes over from the last event of all has nothing flagged to tell of.
    Await.until(
        "the sentence tells what is flagged, or that events have stopped",
        () -> browser.text("sentence").matches("(?s).*flagged.*0\\.1.*% expected.*|No event .*"));
    assertThat(browser.text("about")).contains(TOPICS.features(), TOPICS.scores(), "127.0.0.1:");
    assertThat(browser.run("return document.getElementById('scores').hidden")).isEqualTo(false);
    browser.run("document.getElementById('pause').click()");
    assertThat(browser.text("pause")).isEqualTo("Go on");
    browser.run("document.getElementById('pause').click()");
  }

  private static void draw(Browser browser, WatchServer server) throws Exception {
    System.out.println(
        "watch: first paint after "
            + browser.run(
                "return performance.getEntriesByName('first-contentful-paint')[0].startTime")
            + " ms");
    Path pictures = Files.createDirectories(Path.of("target", "pictures"));
    browser.screenshot(pictures.resolve("watch.png"));
    assertThat(browser.everyCanvasIsDrawn()).isTrue();
    // Nothing is wider than a phone, and all that there is to choose is chosen by the keyboard
    // alone.
    try (Browser phone = new Browser(420, true)) {
      phone.open(server.address());
      Await.until("the models", () -> !phone.text("version").equals("–"));
      Await.until("the density", () -> (boolean) phone.run("return state.density !== null"));
      assertThat(phone.overflow()).isZero();
      for (int i = 0; i < 5 && !phone.focused().equals("y"); i++) {
        phone.press(Keys.TAB);
      }
      assertThat(phone.focused()).isEqualTo("y");
      phone.press(Keys.ARROW_DOWN, Keys.ARROW_DOWN);
      Await.until("another density", () -> (boolean) phone.run("return state.density.b === 3"));
      phone.press(Keys.TAB, Keys.TAB, Keys.TAB);
      assertThat(phone.run("return document.activeElement.getAttribute('aria-label')"))
          .isEqualTo("Flagged events");
      assertThat(phone.run("return getComputedStyle(document.activeElement).outlineStyle"))
          .isEqualTo("solid");
      phone.screenshot(pictures.resolve("watch-phone.png"));
      assertThat(phone.complaints()).isEmpty();
    }
  }
}
