package io.otflow.cli;

import io.otflow.kafka.Topics;
import io.otflow.watch.WatchServer;
import io.otflow.watch.WatchSettings;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Serves a page on what a running job does. */
@Command(
    name = "watch",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Serves a page on what a job does, from its topics: scores and threshold, flagged events"
            + " and why, models, and the density that was learnt. Goes on until it is interrupted.")
final class WatchCommand implements Callable<Integer> {

  @Mixin private KafkaOptions kafka = new KafkaOptions();
  @Mixin private JobTopicOptions topics;
  @Mixin private JobInputOptions input;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      description =
          "Address to serve at; 0.0.0.0 lets every machine see the page (default:"
              + " ${DEFAULT-VALUE}).")
  private String host = "127.0.0.1";

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Port to serve at; 0 takes any that is free (default: ${DEFAULT-VALUE}).")
  private int port = 8080;

  @Mixin private ScoringOptions scoring = new ScoringOptions();

  /** For picocli. */
  WatchCommand() {}

  @Override
  public Integer call() throws Exception {
    Checks.range("--port", port, 0, 65_535);
    var names = topics.names();
    var format = input.toFormat(names.features());
    Properties client = kafka.properties();
    WatchSettings settings = WatchSettings.of(names, host, port);
    for (String topic : settings.topics()) {
      int unused = Topics.requireExisting(client, topic);
    }
    try (WatchServer server =
        new WatchServer(settings, client, format.decoder(), scoring::createEngine)) {
      System.err.println("otflow: the page is at " + server.address());
      new CountDownLatch(1).await();
    }
    return 0;
  }
}
