package io.otflow.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.otflow.codec.InputException;
import io.otflow.codec.ModelFiles;
import io.otflow.codec.RecordSignature;
import io.otflow.codec.SnapshotCodec;
import io.otflow.codec.VerifyingKey;
import io.otflow.flink.JobConfig;
import io.otflow.model.Architecture;
import io.otflow.testing.KeyFiles;
import io.otflow.testing.RandomModels;
import io.otflow.train.Pace;
import io.otflow.train.TrainingConfig;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** The job's options: defaults, checks, and the file. */
class JobCommandTest {

  private static JobConfig parse(String... args) throws Exception {
    JobCommand command = new JobCommand();
    new CommandLine(command)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .parseArgs(KafkaOptions.rewrite(args));
    return command.resolved().toConfig();
  }

  /** The line on stderr, after the exit code. */
  private static String failure(String... args) {
    StringWriter err = new StringWriter();
    CommandLine line = Failures.reportedBy(new CommandLine(new JobCommand()));
    line.setErr(new PrintWriter(err));
    int code = line.execute(KafkaOptions.rewrite(args));
    return code + " " + err.toString().strip();
  }

  @Test
  void keysMustFitTheModeAndEachOther(@TempDir Path folder) throws Exception {
    KeyFiles keys = KeyFiles.make(folder, "own");
    String secret = "--models-signing-key=" + keys.privateKey();
    String open = "--models-public-key=" + keys.publicKey();
    assertThat(parse(secret, open).keys().signing()).isPresent();
    assertThat(parse("--mode=train", secret).keys().verifying()).isEmpty();
    assertThat(parse("--mode=score", open).keys().verifying()).isPresent();
    assertThat(failure("--mode=score", secret)).startsWith("2 ").contains("has no use");
    assertThat(failure(open))
        .startsWith("2 ")
        .contains("models that the job trains would be refused");
    String other = "--models-public-key=" + KeyFiles.make(folder, "other").publicKey();
    assertThat(failure(secret, other)).startsWith("2 ").contains("is not the public key of");
    assertThat(failure("--mode=score", "--models-public-key=" + keys.privateKey()))
        .startsWith("2 ")
        .contains("no '-----BEGIN PUBLIC KEY-----' block");
  }

  @Test
  void aModelToStartWithIsSignedOrMustBe(@TempDir Path folder) throws Exception {
    KeyFiles keys = KeyFiles.make(folder, "own");
    Path file = folder.resolve("model.avro");
    ModelFiles.write(RandomModels.snapshot(Architecture.of(2, 4, 2), 1), file);
    String model = "--model=" + file;
    String open = "--models-public-key=" + keys.publicKey();
    byte[] signed =
        parse(model, "--models-signing-key=" + keys.privateKey(), open).firstModel().orElseThrow();
    RecordSignature.MODEL.verify(signed, VerifyingKey.read(keys.publicKey()));
    assertThat(failure("--mode=score", model, open)).startsWith("2 ").contains("is not signed");
    try (OutputStream out = Files.newOutputStream(file)) {
      SnapshotCodec.writeFile(signed, out);
    }
    assertThat(parse("--mode=score", model, open).firstModel().orElseThrow()).isEqualTo(signed);
  }

  @Test
  void theGateThePaceAndTheDeadline() throws Exception {
    assertThat(parse().training().gate().margin()).isEqualTo(0.1);
    assertThat(parse().training().deadlineMillis()).isEqualTo(1_800_000);
    assertThat(parse().training().pace().share()).isEqualTo(0.5);
    assertThat(parse("--mode=train").training().pace()).isEqualTo(Pace.FULL);
    JobConfig.Training own =
        parse("--gate-margin=0.5", "--train-deadline=90s", "--train-share=1").training();
    assertThat(own.gate().margin()).isEqualTo(0.5);
    assertThat(own.deadlineMillis()).isEqualTo(90_000);
    assertThat(own.pace()).isEqualTo(Pace.FULL);
    assertThat(failure("--gate-margin=-1")).startsWith("2 ").contains("--gate-margin is -1");
    assertThat(failure("--gate-margin=NaN")).startsWith("2 ").contains("--gate-margin is NaN");
    assertThat(failure("--train-sample=100", "--calibration-sample=0"))
        .startsWith("2 ")
        .contains("--train-sample is 100", "leaves 20 rows", "expected at least 30");
    JobConfig.Training open =
        parse("--train-sample=100", "--calibration-sample=0", "--gate-margin=Infinity").training();
    assertThat(open.sampling().size()).isEqualTo(100);
    JobConfig.Training usual = parse("--train-sample=100").training();
    assertThat(usual.sampling().size()).isEqualTo(50_100);
    assertThat(usual.config().sampleRows()).isEqualTo(100);
    assertThat(failure("--train-share=0")).startsWith("2 ").contains("--train-share is 0.0");
    assertThat(failure("--train-deadline=0ms")).startsWith("2 ").contains("--train-deadline is 0");
  }

  @Test
  void defaults() throws Exception {
    JobConfig config = parse();
    assertThat(config.mode()).isEqualTo(JobConfig.Mode.SCORE_AND_TRAIN);
    assertThat(config.bounded()).isFalse();
    assertThat(config.kafka().bootstrapServers()).isEqualTo("localhost:9092");
    assertThat(config.kafka().topics().all())
        .containsExactly("features", "scores", "anomalies", "models", "dead-letters");
    assertThat(config.kafka().groupId()).isEqualTo("otflow");
    assertThat(config.kafka().delivery()).isEqualTo(DeliveryGuarantee.EXACTLY_ONCE);
    assertThat(config.source().startingOffsets()).isEqualTo(JobConfig.StartingOffsets.COMMITTED);
    assertThat(config.source().maxOutOfOrderness()).isEqualTo(Duration.ofSeconds(5));
    assertThat(config.source().idleTimeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(config.scoring().batchSize()).isEqualTo(256);
    assertThat(config.scoring().lingerMillis()).isEqualTo(5);
    assertThat(config.scoring().hold()).isFalse();
    assertThat(config.scoring().holdLimit()).isEqualTo(200_000);
    assertThat(config.training().sampling().windowMillis()).isEqualTo(600_000);
    assertThat(config.training().sampling().counted()).isFalse();
    assertThat(config.training().sampling().size()).isEqualTo(54_096);
    assertThat(config.training().config()).isEqualTo(TrainingConfig.DEFAULTS.withSampleRows(4096));
    assertThat(config.snapshotDirectory()).isEmpty();
    assertThat(config.firstModel()).isEmpty();
  }

  @Test
  void aBoundedRunHoldsUnlessToldOtherwise() throws Exception {
    assertThat(parse("--bounded").scoring().hold()).isTrue();
    assertThat(parse("--bounded", "--warm-up", "pass").scoring().hold()).isFalse();
    assertThat(parse("--warm-up=hold").scoring().hold()).isTrue();
  }

  @Test
  void valuesArrive() throws Exception {
    JobConfig config =
        parse(
            "--mode=score",
            "--kafka.security.protocol=SSL",
            "--train-every=5000",
            "--delivery=at-least-once",
            "--starting-offsets=latest",
            "--linger=20ms",
            "--train-batch-size=99",
            "--batch-size=17",
            "--alert-rate=0.05",
            "--snapshot-dir=hdfs://host/models");
    assertThat(config.mode()).isEqualTo(JobConfig.Mode.SCORE);
    assertThat(config.kafka().groupId()).isEqualTo("otflow-score");
    assertThat(config.kafka().properties()).containsEntry("security.protocol", "SSL").hasSize(1);
    assertThat(config.kafka().delivery()).isEqualTo(DeliveryGuarantee.AT_LEAST_ONCE);
    assertThat(config.source().startingOffsets()).isEqualTo(JobConfig.StartingOffsets.LATEST);
    assertThat(config.training().sampling().everyEvents()).isEqualTo(5000);
    assertThat(config.training().config().batchSize()).isEqualTo(99);
    assertThat(config.training().config().alertRate()).isEqualTo(0.05);
    assertThat(config.scoring().batchSize()).isEqualTo(17);
    assertThat(config.scoring().lingerMillis()).isEqualTo(20);
    assertThat(config.snapshotDirectory()).contains("hdfs://host/models");
  }

  @ParameterizedTest
  @CsvSource({
    "--batch-size=0, '--batch-size is 0, expected 1 to 65536'",
    "--linger=2h, '--linger in milliseconds is 7200000, expected 0 to 60000'",
    "--hold-limit=0, '--hold-limit is 0, expected 1 to 10000000'",
    "--train-sample=1, '--train-sample is 1, expected 10 to 10000000'",
    "--train-every=0, '--train-every is 0, expected at least 10'",
    "--train-window=0s, '--train-window is 0 ms, expected at least 1 ms'",
    "--scores-topic=features, 'the topics features, features, anomalies, models, dead-letters must"
        + " all be different'",
    "--scores-topic=a/b, 'topic ''a/b'' is not a name that Kafka takes: letters, digits, . _ -'",
    "--engine=warp, '--engine is ''warp'''",
    "--alert-rate=2, 'training option alert rate is 2.0, expected over 0, under 1'",
    "--model=/no/such.avro, '/no/such.avro: there is no such file'",
    "--group-id=, '--group-id is empty, expected a name'"
  })
  void aWrongValueIsOneLineAndExitCode2(String argument, String message) {
    assertThat(failure(argument)).startsWith("2 otflow: " + message).doesNotContain("\n");
  }

  @Test
  void windowAndEveryExcludeEachOther() {
    assertThatThrownBy(() -> parse("--train-window=1min", "--train-every=100"))
        .isInstanceOf(InputException.class);
  }

  @Test
  void anUnknownOptionAndAnUnreadableValueAreNamed() {
    assertThat(failure("--nope")).startsWith("2 otflow: unknown option or argument '--nope'");
    assertThat(failure("--linger=soon")).contains("'soon' is not a duration");
    assertThat(failure("--mode=sing")).contains("'sing' is none of score+train, score, train");
  }

  @Test
  void anUnreachableBrokerIsOneLine() {
    assertThat(
            failure(
                "--bootstrap-servers=127.0.0.1:1",
                "--kafka.request.timeout.ms=500",
                "--kafka.default.api.timeout.ms=1000"))
        .startsWith("1 otflow: ")
        .contains("127.0.0.1:1", "'features'")
        .doesNotContain("\n");
  }

  @Test
  void theCommandLineWinsOverTheFile(@TempDir Path directory) throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("job.properties"),
            """
            # comment
            batch-size = 17
            linger: 20 ms
            bounded = true
            kafka.client.dns.lookup = use_all_dns_ips
            scores-topic = \\
                long-name
            """);
    JobConfig config = parse("--config", file.toString(), "--batch-size=33");
    assertThat(config.scoring().batchSize()).isEqualTo(33);
    assertThat(config.scoring().lingerMillis()).isEqualTo(20);
    assertThat(config.bounded()).isTrue();
    assertThat(config.kafka().topics().scores()).isEqualTo("long-name");
    assertThat(config.kafka().properties()).containsEntry("client.dns.lookup", "use_all_dns_ips");
  }

  @Test
  void aWrongLineOfTheFileIsNamed(@TempDir Path directory) throws Exception {
    Path unknown = Files.writeString(directory.resolve("a.properties"), "\nbatch-sise=3\n");
    assertThat(failure("--config=" + unknown))
        .startsWith("2 otflow: " + unknown + ":2: unknown key 'batch-sise'");
    Path wrong = Files.writeString(directory.resolve("b.properties"), "batch-size=many\n");
    assertThat(failure("--config=" + wrong))
        .startsWith("2 otflow: " + wrong + ":1: Invalid value for option '--batch-size'");
    assertThat(failure("--config=/no/such.properties")).contains("/no/such.properties");
  }
}
