package io.otflow.cli;

import io.otflow.codec.mapped.InputFormat;
import io.otflow.demo.Demo;
import io.otflow.demo.DemoReport;
import io.otflow.demo.DemoSettings;
import io.otflow.watch.WatchServer;
import io.otflow.watch.WatchSettings;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows the whole job on a stream that drifts, in one process, and judges it by the labels. */
@Command(
    name = "demo",
    description =
        "Runs a Kafka broker, Flink and the job in this process on a synthetic stream that drifts"
            + " half-way and holds labelled anomalies.",
    mixinStandardHelpOptions = true)
public final class DemoCommand implements Callable<Integer> {

  @Option(
      names = "--events",
      paramLabel = "N",
      description = "Events in all (default: ${DEFAULT-VALUE}).")
  private int events = 60_000;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "Time over which they are sent (default: ${DEFAULT-VALUE}).")
  private int seconds = 80;

  @Option(
      names = "--headless",
      arity = "0..1",
      fallbackValue = "true",
      description = "Draw nothing on the terminal (default: ${DEFAULT-VALUE}).")
  private boolean headless;

  @Option(
      names = "--alert-rate",
      paramLabel = "SHARE",
      description =
          "Share of events to flag; one in a hundred is an anomaly (default: ${DEFAULT-VALUE}).")
  private double alertRate = 0.02;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of the stream and of the training (default: ${DEFAULT-VALUE}).")
  private long seed = 1;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description =
          "Port of the page that shows it, on this machine; 0 takes any that is free (default:"
              + " ${DEFAULT-VALUE}).")
  private int port;

  /** For picocli. */
  public DemoCommand() {}

  @Override
  public Integer call() throws Exception {
    Checks.range("--events", events, 1000, 100_000_000);
    Checks.range("--seconds", seconds, 8, 86_400);
    Checks.share("--alert-rate", alertRate);
    Checks.range("--port", port, 0, 65_535);
    System.err.println("otflow: starting a Kafka broker and Flink in this process");
    DemoSettings settings = new DemoSettings(events, seconds, alertRate, seed);
    DemoReport report = UntilInterrupted.run("the demo", () -> new Demo(settings), this::run);
    System.err.println(words(report));
    System.out.println(json(report));
    return report.missing() == 0 && report.duplicates() == 0 ? 0 : Failures.FAILED;
  }

  private DemoReport run(Demo demo) throws Exception {
    System.err.println("otflow: Flink's page is at " + demo.webPage());
    try (WatchServer page =
            new WatchServer(
                WatchSettings.of(demo.topics(), "127.0.0.1", port),
                demo.client(),
                InputFormat.FEATURE_VECTORS.decoder(),
                new ScoringOptions()::createEngine);
        Progress progress =
            new Progress("demo", events, " events", !headless && Progress.terminal())) {
      System.err.println("otflow: what the job does is at " + page.address());
      return demo.run((done, versions) -> progress.at(done, versions + " models"));
    }
  }

  private static String words(DemoReport r) {
    return String.format(
        "otflow: %d events, %d scored by %d models, %d before there was one; %d missing, %d twice.%n"
            + "otflow: before the drift %s.%n"
            + "otflow: from the first model trained after it %s.",
        r.events(),
        r.scored(),
        r.modelVersions(),
        r.warmUp(),
        r.missing(),
        r.duplicates(),
        words(r.before()),
        words(r.after()));
  }

  private static String words(DemoReport.Detection d) {
    if (Double.isNaN(d.recall()) || Double.isNaN(d.falseAlarmRate())) {
      return "too few events were scored to tell how many are found";
    }
    return String.format(
        "%.1f %% of the anomalies were flagged, and %.2f %% of the other events",
        100 * d.recall(), 100 * d.falseAlarmRate());
  }

  private static Json json(DemoReport r) {
    return new Json()
        .put("events", r.events())
        .put("scored", r.scored())
        .put("warmUp", r.warmUp())
        .put("anomalies", r.anomalies())
        .put("recallBefore", r.before().recall())
        .put("precisionBefore", r.before().precision())
        .put("falseAlarmRateBefore", r.before().falseAlarmRate())
        .put("recallAfter", r.after().recall())
        .put("precisionAfter", r.after().precision())
        .put("falseAlarmRateAfter", r.after().falseAlarmRate())
        .put("modelVersions", r.modelVersions())
        .put("swaps", r.swaps())
        .put("deadLetters", r.deadLetters())
        .put("eventsPerSecond", r.eventsPerSecond())
        .put("duplicates", r.duplicates())
        .put("missing", r.missing());
  }
}
