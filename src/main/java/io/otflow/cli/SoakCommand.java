package io.otflow.cli;

import io.otflow.bench.soak.Latency;
import io.otflow.bench.soak.Soak;
import io.otflow.bench.soak.SoakReport;
import io.otflow.bench.soak.SoakSettings;
import io.otflow.codec.InputException;
import io.otflow.flink.SampleSettings;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the whole job for minutes and reports how it did. */
@Command(
    name = "soak",
    description =
        "Runs the whole job on a broker started for it: measures its capacity, waits for a first"
            + " training, keeps it at a share of the capacity for minutes while models are trained and swapped, then overloads it if"
            + " asked to. Prints one JSON object; the exit code is 1 if an event was lost, doubled,"
            + " or scored by a mix of models, the job restarted, there was no swap, or the heap grew.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
public final class SoakCommand implements Callable<Integer> {

  private static final int CAPACITY_SECONDS = 30;

  /** For what comes down from a higher load, and what Java compiles. */
  private static final int SETTLING_SECONDS = 20;

  @Option(
      names = "--minutes",
      paramLabel = "N",
      description = "Minutes at steady load (default: ${DEFAULT-VALUE}).")
  private int minutes = 20;

  @Option(
      names = "--load",
      paramLabel = "SHARE",
      description = "Steady load, as a share of the capacity (default: ${DEFAULT-VALUE}).")
  private double load = 0.7;

  @Option(
      names = "--swaps",
      paramLabel = "N",
      description = "Windows that are trained on in that time (default: ${DEFAULT-VALUE}).")
  private int swaps = 30;

  @Option(
      names = "--overload-seconds",
      paramLabel = "S",
      description = "Seconds of overload after that (default: ${DEFAULT-VALUE}).")
  private int overloadSeconds;

  @Option(
      names = "--overload-factor",
      paramLabel = "F",
      description = "The overload, in capacities (default: ${DEFAULT-VALUE}).")
  private double overloadFactor = 10;

  @Option(
      names = "--parallelism",
      paramLabel = "N",
      description = "Subtasks of each operator (default: ${DEFAULT-VALUE}).")
  private int parallelism = 1;

  @Option(
      names = "--width",
      paramLabel = "M",
      description = "Width of the model's network (default: ${DEFAULT-VALUE}).")
  private int width = 128;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of the stream and of the model (default: ${DEFAULT-VALUE}).")
  private long seed = 1;

  /** For picocli. */
  public SoakCommand() {}

  @Override
  public Integer call() throws Exception {
    Checks.range("--minutes", minutes, 1, 100_000);
    Checks.range("--swaps", swaps, 1, minutes * 60L);
    Checks.share("--load", load);
    Checks.range("--overload-seconds", overloadSeconds, 0, 86_400);
    if (!(overloadFactor > 0 && overloadFactor <= 1e6)) {
      throw new InputException("--overload-factor is " + overloadFactor + ", expected over 0");
    }
    Checks.range("--parallelism", parallelism, 1, 256);
    Checks.range("--width", width, 1, 4096);
    SoakSettings settings =
        new SoakSettings(
            CAPACITY_SECONDS,
            SETTLING_SECONDS,
            60 * minutes,
            load,
            overloadSeconds,
            overloadFactor,
            parallelism,
            width,
            swaps,
            SampleSettings.DEFAULT_CALIBRATION_ROWS,
            seed);
    System.err.println(
        "otflow: starting a Kafka broker in a process of its own, and Flink in this");
    SoakReport report =
        UntilInterrupted.run(
            "the soak run",
            () -> new Soak(settings, line -> System.err.println("otflow: " + line)),
            soak -> {
              SoakReport done = soak.run();
              System.err.println(words(done));
              System.out.println(json(done));
              return done;
            });
    return report.sound() ? CommandLine.ExitCode.OK : Failures.FAILED;
  }

  private static String words(SoakReport r) {
    return String.format(
        Locale.ROOT,
        "otflow: %,d events, %d missing, %d twice, %d by a mix of models, %d restarts.%n"
            + "otflow: p99 %d ms around %d swaps, %d ms elsewhere; heap %d MB at first, %d MB at the"
            + " end.",
        r.events(),
        r.missing(),
        r.doubled(),
        r.mixed(),
        r.restarts(),
        r.aroundSwaps().p99(),
        r.swaps(),
        r.elsewhere().p99(),
        r.heapBefore() >> 20,
        r.heapAfter() >> 20);
  }

  private static Json json(SoakReport r) {
    Json json =
        new Json()
            .put("seconds", r.settings().steadySeconds())
            .put("load", r.settings().load())
            .put("width", r.settings().width())
            .put("parallelism", r.settings().parallelism())
            .put("capacityEventsPerSecond", r.capacity())
            .put("eventsPerSecond", r.eventsPerSecond())
            .put("events", r.events())
            .put("missing", r.missing())
            .put("doubled", r.doubled())
            .put("mixed", r.mixed())
            .put("restarts", r.restarts())
            .put("swaps", r.swaps())
            .put("latencyMillis", json(r.steady()))
            .put("latencyMillisAroundSwaps", json(r.aroundSwaps()))
            .put("latencyMillisElsewhere", json(r.elsewhere()))
            .put("heapBytesBefore", r.heapBefore())
            .put("heapBytesAfter", r.heapAfter());
    r.overload()
        .ifPresent(
            o ->
                json.put(
                    "overload",
                    new Json()
                        .put("eventsPerSecond", o.eventsPerSecond())
                        .put("backlog", o.backlog())
                        .put("heapBytes", o.heapPeak())
                        .put("drainSeconds", o.drainSeconds())
                        .put("latencyMillisAfter", json(o.after()))));
    return json;
  }

  private static Json json(Latency latency) {
    return new Json()
        .put("events", latency.events())
        .put("p50", latency.p50())
        .put("p99", latency.p99())
        .put("p999", latency.p999())
        .put("max", latency.max());
  }
}
