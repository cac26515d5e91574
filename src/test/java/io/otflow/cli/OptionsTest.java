package io.otflow.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.otflow.avro.AnomalyScore;
import io.otflow.avro.DeadLetter;
import io.otflow.avro.FlagRule;
import io.otflow.avro.PValueEvidence;
import io.otflow.avro.ScoreStatus;
import io.otflow.codec.EventTimes;
import io.otflow.codec.InputException;
import io.otflow.codec.RecordJson;
import io.otflow.engine.Integration;
import io.otflow.engine.Integrator;
import io.otflow.train.TrainingConfig;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class OptionsTest {

  @Command
  static final class Empty {}

  @Test
  void trainingDefaultsAreThoseOfTheConfiguration() {
    TrainingConfig d = TrainingConfig.DEFAULTS;
    TrainingConfig parsed = training().toConfig(d.steps(), d.batchSize());
    assertThat(parsed)
        .usingRecursiveComparison()
        .ignoringFields("threads")
        .isEqualTo(TrainingConfig.DEFAULTS);
    assertThat(training("--alpha", "2,3,4", "--seed", "-9").toConfig(3, 7))
        .returns(2.0, TrainingConfig::alphaL)
        .returns(3.0, TrainingConfig::alphaC)
        .returns(4.0, TrainingConfig::alphaR)
        .returns(-9L, TrainingConfig::seed)
        .returns(3, TrainingConfig::steps)
        .returns(7, TrainingConfig::batchSize);
    assertThatThrownBy(() -> training("--trim", "0.9").toConfig(3, 7))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("trim is 0.9");
  }

  @Test
  void integratorsGoByLowerCaseNames() {
    ScoringOptions options = new ScoringOptions();
    parse(options, "--integrator", "rk4", "--steps", "12", "--nodes", "9", "--tolerance", "0.5");
    assertThat(options.integration()).isEqualTo(new Integration(Integrator.RK4, 12, 9, 0.5));
    assertThat(new ScoringOptions().integration().integrator()).isEqualTo(Integrator.ADAPTIVE);
  }

  @Test
  void kafkaPropertiesMayHoldAnything() throws Exception {
    KafkaOptions options = new KafkaOptions();
    parse(
        options,
        KafkaOptions.rewrite(
            "--kafka.sasl.jaas.config=a required x=\"y=z\";",
            "--bootstrap-servers",
            "h1:9092,[::1]:9093",
            "--kafka.client.id=me"));
    Properties expected = new Properties();
    expected.put("bootstrap.servers", "h1:9092,[::1]:9093");
    expected.put("sasl.jaas.config", "a required x=\"y=z\";");
    expected.put("client.id", "me");
    assertThat(options.properties()).isEqualTo(expected);
  }

  @Test
  void kafkaPropertiesComeFromAFileToo(@TempDir Path folder) throws Exception {
    Path file =
        Files.writeString(folder.resolve("client.properties"), "client.id = file\nacks = 1\n");
    KafkaOptions options = new KafkaOptions();
    parse(
        options, KafkaOptions.rewrite("--kafka-config", file.toString(), "--kafka.client.id=line"));
    assertThat(options.properties())
        .containsEntry("client.id", "line")
        .containsEntry("acks", "1")
        .containsEntry("bootstrap.servers", "localhost:9092")
        .hasSize(3);
    Files.writeString(file, "bootstrap.servers = h:1\n");
    assertThatThrownBy(options::properties)
        .isInstanceOf(InputException.class)
        .hasMessageContaining("--bootstrap-servers HOST:PORT");
    Files.writeString(file, "client.id = \\u00zz\n");
    assertThatThrownBy(options::properties)
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith(file + ": Malformed");
  }

  @Test
  void timesAsPeopleWriteThem() {
    assertThat(EventTimes.parse("1700000000123", TimeUnit.MILLISECONDS, "p"))
        .isEqualTo("2023-11-14T22:13:20.123Z");
    assertThat(EventTimes.parse(" 2020-03-09 10:14:33", TimeUnit.MILLISECONDS, "p"))
        .isEqualTo("2020-03-09T10:14:33Z");
    assertThat(EventTimes.parse("2020-03-09T10:14:33.5+01:00", TimeUnit.MILLISECONDS, "p"))
        .isEqualTo("2020-03-09T09:14:33.5Z");
    assertThat(EventTimes.parse("2020-03-09T10:14:33Z", TimeUnit.MILLISECONDS, "p"))
        .isEqualTo("2020-03-09T10:14:33Z");
    for (String text : new String[] {"", "yesterday", "2020-13-01 00:00:00", "1.5.2020"}) {
      assertThatThrownBy(() -> EventTimes.parse(text, TimeUnit.MILLISECONDS, "F.csv:2"))
          .isInstanceOf(InputException.class)
          .hasMessageStartingWith("F.csv:2, expected a time");
    }
  }

  @Test
  void recordsAsJsonHaveTheSchemasNames() {
    AnomalyScore score =
        new AnomalyScore(
            "a",
            null,
            Instant.ofEpochMilli(5),
            ScoreStatus.SCORED,
            Double.NEGATIVE_INFINITY,
            null,
            0.5,
            -3.0,
            true,
            2L,
            Instant.ofEpochMilli(6),
            "t",
            1,
            9L,
            Map.of("site", "north"),
            PValueEvidence.ROWS,
            FlagRule.ALERT_RATE);
    assertThat(new String(RecordJson.bytes(score), UTF_8))
        .isEqualTo(
            "{\"id\":\"a\",\"key\":null,\"eventTime\":5,\"status\":\"SCORED\","
                + "\"logLikelihood\":\"-Infinity\",\"errorEstimate\":null,\"pValue\":0.5,\"threshold\":-3.0,"
                + "\"anomaly\":true,\"modelVersion\":2,\"scoredAt\":6,\"topic\":\"t\","
                + "\"partition\":1,\"offset\":9,\"carried\":{\"site\":\"north\"},"
                + "\"pValueBy\":\"ROWS\",\"flaggedBy\":\"ALERT_RATE\"}");
    DeadLetter letter =
        new DeadLetter("t", 0, 1L, Instant.EPOCH, "why", null, ByteBuffer.wrap(new byte[] {1, 2}));
    assertThat(new String(RecordJson.bytes(letter), UTF_8))
        .endsWith("\"reason\":\"why\",\"key\":null,\"value\":\"AQI=\"}");
  }

  private static TrainingOptions training(String... args) {
    TrainingOptions options = new TrainingOptions();
    parse(options, args);
    return options;
  }

  private static void parse(Object mixin, String... args) {
    new CommandLine(new Empty()).addMixin("options", mixin).parseArgs(args);
  }
}
