package io.otflow.cli;

import io.otflow.codec.InputException;
import io.otflow.demo.StreamProducer;
import java.util.Properties;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Writes the demo's stream to a topic, without an end. */
@Command(
    name = "simulate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Writes the demo's stream to a topic: 8 features, one event in a hundred an anomaly, a"
            + " distribution that drifts. Goes on until it is interrupted, or for --events.")
final class SimulateCommand implements Callable<Integer> {

  private static final int MOST_PER_SECOND = 1_000_000;

  @Spec private CommandSpec spec;

  @Option(
      names = "--topic",
      paramLabel = "T",
      description = "The topic; it is created if it is missing (default: ${DEFAULT-VALUE}).")
  private String topic = "features";

  @Mixin private KafkaOptions kafka = new KafkaOptions();

  @Mixin private PartitionsOption partitions = new PartitionsOption();

  @Option(
      names = "--rate",
      paramLabel = "EVENTS/S",
      description = "Events a second (default: ${DEFAULT-VALUE}).")
  private double rate = 500;

  @Option(
      names = "--events",
      paramLabel = "N",
      description = "End after so many events (default: no end).")
  private long events = Long.MAX_VALUE;

  @Option(
      names = "--drift-every",
      paramLabel = "N",
      description =
          "Events between two drifts: the distribution moves and turns, and then back (default:"
              + " ${DEFAULT-VALUE}).")
  private long driftEvery = 300_000;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of the stream (default: ${DEFAULT-VALUE}).")
  private long seed = 1;

  @Override
  public Integer call() throws Exception {
    if (!(rate > 0 && rate <= MOST_PER_SECOND)) {
      throw new InputException(
          "--rate is " + rate + ", expected more than 0 and at most " + MOST_PER_SECOND);
    }
    Checks.range("--events", events, 1, Long.MAX_VALUE);
    Checks.range("--drift-every", driftEvery, 1, Long.MAX_VALUE);
    Properties client = kafka.properties();
    int present = partitions.ensure(client, topic);
    long start = System.currentTimeMillis();
    // A run's ids are its own.
    String prefix = "event-" + Long.toString(start, Character.MAX_RADIX);
    System.err.printf("otflow: writing %s-0 and so on to '%s'%n", prefix, topic);
    StreamProducer.steady(driftEvery, seed, prefix, rate).run(client, topic, start, events);
    spec.commandLine()
        .getOut()
        .println(new Json().put("topic", topic).put("partitions", present).put("events", events));
    return 0;
  }
}
