package io.otflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.otflow.flink.JobConfig;
import io.otflow.flink.JobConfig.TopicNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** No message repeats a secret, however the option that holds it is written. */
class SecretsTest {

  private static final String SECRET = "s3cret";

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--kafka sasl.jaas.config=s3cret | '--kafka'",
        "--kafkaa.ssl.key.password=s3cret | '--kafkaa.ssl.key.password'",
        "--kafkaa.ssl.key.password:s3cret | '--kafkaa.ssl.key.password'",
        "-kafka.ssl.key.password=s3cret | '-kafka.ssl.key.password'",
        "kafka.ssl.key.password=s3cret | argument 4",
        "ssl.key.password=s3cret | argument 'ssl.key.password'",
        "--kafka.ssl.key.password:s3cret | --kafka.KEY=VALUE, one has no '='",
        "--kafka.ssl.key.password s3cret | --kafka.KEY=VALUE, one has no '='",
        "--kafka.=s3cret | --kafka.KEY=VALUE, one has no key",
        "--kafka.ssl.key.password= s3cret | argument 5",
        "--kafka.sasl.jaas.config=M required password=s3cret | argument 5",
        "--timeout --kafka.ssl.key.password=s3cret | '--timeout' but found '--kafka.KEY=VALUE'",
      })
  void aSlipOnTheCommandLineIsOneLineWithoutTheSecret(String slip, String part) {
    List<String> args = new ArrayList<>(List.of("consume", "--topic", "t"));
    args.addAll(List.of(slip.split(" ")));
    assertThat(line(2, args)).contains(part);
    // Without the option that is required, which picocli would name first.
    args.subList(1, 3).clear();
    assertThat(line(2, args)).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kafkaa.ssl.key.password = s3cret",
        "s3cret",
        "ssl.key.password = s3cret",
        "kafka.ssl.key.password = s3cret\\u00zz",
      })
  void aSlipInTheFileIsOneLineWithItsNumber(String slip) throws IOException {
    Path file = Files.writeString(folder.resolve("job.properties"), "bounded = true\n" + slip);
    assertThat(line(2, List.of("job", "--config", file.toString()))).contains(file + ":2: ");
  }

  @ParameterizedTest
  @CsvSource({
    "M required username=\"u\" password=my s3cret;, sasl.jaas.config cannot be read",
    "M s3cret password=\"x\";, sasl.jaas.config cannot be read",
    "M required password=\"s3cret\", sasl.jaas.config cannot be read",
    "M required password=\"s3cret\";, No LoginModule found for M",
  })
  void aLoginThatCannotBeReadIsNotRepeated(String login, String part) {
    assertThat(
            line(
                1,
                List.of(
                    "consume",
                    "--topic=t",
                    "--kafka.security.protocol=SASL_PLAINTEXT",
                    "--kafka.sasl.mechanism=SCRAM-SHA-512",
                    "--kafka.sasl.jaas.config=" + login)))
        .contains(part);
  }

  @Test
  void aConfigurationAsTextHoldsOnlyWhatIsKnownToBeHarmless() {
    Map<String, String> properties =
        Map.of(
            "security.protocol", "SASL_SSL",
            "sasl.jaas.config", SECRET,
            "ssl.keystore.key", SECRET,
            "ssl.key.password", SECRET,
            "of.a.plugin", SECRET);
    JobConfig.Kafka kafka =
        new JobConfig.Kafka(
            "h:1", TopicNames.DEFAULTS, "g", DeliveryGuarantee.EXACTLY_ONCE, properties);
    assertThat(kafka.toString())
        .contains("security.protocol=SASL_SSL", "sasl.jaas.config=[hidden]")
        .doesNotContain(SECRET);
  }

  /** What a command says that must fail. */
  private static String line(int code, List<String> args) {
    CliRun run = CliRun.of(args.toArray(String[]::new));
    assertThat(run.code()).as(run.err()).isEqualTo(code);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err()).startsWith("otflow: ").doesNotContain(SECRET);
    return run.err();
  }
}
