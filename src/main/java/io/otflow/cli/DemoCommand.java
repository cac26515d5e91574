package io.otflow.cli;

import io.otflow.codec.mapped.InputFormat;
import io.otflow.demo.Demo;
import io.otflow.demo.DemoReport;
import io.otflow.demo.DemoSettings;
import io.otflow.watch.Narration;
import io.otflow.watch.WatchServer;
import io.otflow.watch.WatchSettings;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.CommonClientConfigs;
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
    DemoReport report =
        UntilInterrupted.run(
            "the demo", () -> new Demo(settings), demo -> run(demo, settings.windowEvents()));
    return report.missing() == 0 && report.duplicates() == 0 ? 0 : Failures.FAILED;
  }

  private DemoReport run(Demo demo, long firstWindow) throws Exception {
    String broker = demo.client().getProperty(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG);
    WatchSettings watched =
        WatchSettings.of(demo.topics(), "127.0.0.1", port).withFirstWindow(firstWindow);
    boolean attended = !headless && Terminal.watchesStderr();
    try (WatchServer page =
        new WatchServer(
            watched,
            demo.client(),
            InputFormat.FEATURE_VECTORS.decoder(),
            new ScoringOptions()::createEngine)) {
      System.err.printf(
          "otflow: what the job does is at %s, Flink's page at %s, the broker at %s%n"
              + "otflow: in another terminal: bin/otflow consume --topic %s --bootstrap-servers %s%n",
          page.address(), demo.webPage(), broker, demo.topics().anomalies(), broker);
      DemoReport report = watched(demo, page, attended);
      System.err.println(words(report));
      if (headless || !Terminal.watchesStdout()) {
        System.out.println(json(report));
      }
      if (attended && Terminal.types()) {
        System.err.println("otflow: the page stays until Enter or Ctrl-C");
        int unused = System.in.read();
      }
      return report;
    }
  }

  private DemoReport watched(Demo demo, WatchServer page, boolean attended) throws Exception {
    AtomicReference<Narration.State> told = new AtomicReference<>(Narration.State.WAITING);
    Rate rate = new Rate();
    try (Progress progress = new Progress("demo", events, " events", attended)) {
      return demo.run(
          news -> {
            Narration now = page.narration();
            if (now.state() != told.getAndSet(now.state()) && now.state().isNews()) {
              progress.note(now.text());
            }
            progress.at(
                news.done(),
                String.format(
                    Locale.ROOT,
                    "%s, %s, %s flagged",
                    count(news.versions(), "model"),
                    rate.of(news.done()),
                    Narration.percent(news.flaggedShare())));
          });
    }
  }

  /** Events a second since the first ones came, which come with a transaction, many at once. */
  private static final class Rate {

    private static final double LEAST_SECONDS = 1;

    private long first;
    private long start;

    String of(long done) {
      if (first == 0) {
        first = done;
        start = System.nanoTime();
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      return seconds < LEAST_SECONDS
          ? "–/s"
          : String.format(Locale.ROOT, "%.0f/s", (done - first) / seconds);
    }
  }

  private static String words(DemoReport r) {
    return String.format(
        Locale.ROOT,
        "otflow: %d events, %d scored by %s, %d before there was one; %d missing, %d twice.%n"
            + "otflow: before the drift %s.%n"
            + "otflow: at the drift %s.%n"
            + "otflow: afterwards %s.",
        r.events(),
        r.scored(),
        count(r.modelVersions(), "model"),
        r.warmUp(),
        r.missing(),
        r.duplicates(),
        words(r.before()),
        drift(r),
        words(r.after()));
  }

  private static String drift(DemoReport r) {
    if (Double.isNaN(r.during().flaggedShare())) {
      return "no event was scored before a model of what came since took over, or the end";
    }
    String flagged =
        String.format(
            Locale.ROOT,
            "%s of the events were flagged for %.1f s",
            Narration.percent(r.during().flaggedShare()),
            r.adaptSeconds());
    return r.adapted() == 0
        ? flagged + ", and no model of what came since took over before the end"
        : flagged + ", then model " + r.adapted() + " took over";
  }

  private static String words(DemoReport.Detection d) {
    if (Double.isNaN(d.recall()) || Double.isNaN(d.falseAlarmRate())) {
      return "too few events were scored to tell how many are found";
    }
    return String.format(
        Locale.ROOT,
        "%.1f %% of the anomalies were flagged, and %.2f %% of the other events",
        100 * d.recall(),
        100 * d.falseAlarmRate());
  }

  private static String count(int number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }

  private static Json json(DemoReport r) {
    return new Json()
        .put("events", r.events())
        .put("scored", r.scored())
        .put("warmUp", r.warmUp())
        .put("anomalies", r.flagged())
        .put("flaggedShareBefore", r.before().flaggedShare())
        .put("recallBefore", r.before().recall())
        .put("precisionBefore", r.before().precision())
        .put("falseAlarmRateBefore", r.before().falseAlarmRate())
        .put("flaggedShareDuring", r.during().flaggedShare())
        .put("adaptedVersion", r.adapted() == 0 ? null : r.adapted())
        .put("adaptSeconds", r.adaptSeconds())
        .put("mostlyFlaggedSeconds", r.mostlyFlaggedSeconds())
        .put("flaggedShareAfter", r.after().flaggedShare())
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
