package io.otflow.watch;

import io.otflow.codec.DecodeException;
import io.otflow.codec.mapped.RecordDecoder;
import io.otflow.detect.FeatureGains;
import io.otflow.engine.LikelihoodEngine;
import io.otflow.flink.ModelCommands;
import io.otflow.kafka.Clients;
import io.otflow.kafka.RecordPlaces;
import io.otflow.model.ModelSnapshot;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Follows the job's topics on a thread of its own: models from the beginning, the others from now
 * on. A broker that is away is tried again until it is back.
 */
final class TopicsReader implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(200);
  private static final long PAUSE_MILLIS = 2000;

  /** Longest that a score waits for what is still to be read of it, and most scores that do. */
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private static final int MOST_WAITING = 20_000;

  /** A score, and since when it waits: topics are not read in the order of their records. */
  private record Waiting(Score score, long sinceNanos) {}

  private final WatchSettings settings;
  private final Properties client;
  private final WatchState state;
  private final RecordDecoder decoder;
  private final LikelihoodEngine engine;
  private final RecentFeatures recent = new RecentFeatures();
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private final Thread thread;
  private FeatureGains gains;
  private long gainsVersion;
  private long newestUnreadableModel = -1;
  private volatile boolean closed;

  TopicsReader(
      WatchSettings settings,
      Properties client,
      WatchState state,
      RecordDecoder decoder,
      Supplier<LikelihoodEngine> engines) {
    this.settings = settings;
    this.client = client;
    this.state = state;
    this.decoder = decoder;
    engine = engines.get();
    thread = new Thread(this::run, "otflow-watch-topics");
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    while (!closed) {
      try (KafkaConsumer<byte[], byte[]> consumer = Clients.consumer(client)) {
        follow(consumer);
      } catch (RuntimeException e) {
        // Of Kafka's clients, or of an engine: the page says so, and is read again.
        state.failure("the topics cannot be read: " + e);
        pause();
      }
    }
  }

  private void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      closed = true;
    }
  }

  private void follow(KafkaConsumer<byte[], byte[]> consumer) {
    List<TopicPartition> all = Clients.partitions(consumer, settings.topics());
    Map<Boolean, List<TopicPartition>> models =
        all.stream().collect(Collectors.partitioningBy(p -> p.topic().equals(settings.models())));
    consumer.assign(all);
    consumer.seekToEnd(models.get(false));
    consumer.seekToBeginning(models.get(true));
    for (TopicPartition partition : all) {
      if (partition.topic().equals(settings.features())) {
        recent.reached(partition.partition(), consumer.position(partition) - 1);
      }
    }
    while (!closed) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        add(record);
      }
      addWaiting();
      state.failure("");
    }
  }

  private void add(ConsumerRecord<byte[], byte[]> record) {
    try {
      if (record.value() == null) {
        // A tombstone.
        return;
      }
      if (record.topic().equals(settings.features())) {
        recent.reached(record.partition(), record.offset());
        recent.put(
            record.partition(),
            record.offset(),
            decoder.decode(record.value(), RecordPlaces.of(record)).features());
      } else if (record.topic().equals(settings.scores())) {
        waiting.add(new Waiting(Score.of(record.value()), System.nanoTime()));
      } else if (record.topic().equals(settings.deadLetters())) {
        state.addDeadLetter();
      } else {
        ModelCommands.model(record).ifPresent(state::add);
        ModelCommands.drift(record)
            .ifPresent(
                drift -> state.addDrift(drift.getVersion(), drift.getIssuedAt().toEpochMilli()));
      }
    } catch (DecodeException | IOException e) {
      // What the job cannot decode of its features becomes a dead letter, and is counted as such.
      if (!record.topic().equals(settings.features()) && !readBefore(record)) {
        state.addUnreadable(
            "offset %d of %s-%d: %s"
                .formatted(record.offset(), record.topic(), record.partition(), e.getMessage()));
      }
    }
  }

  /** Models are read from the beginning again, when the broker was away. */
  private boolean readBefore(ConsumerRecord<byte[], byte[]> record) {
    if (!record.topic().equals(settings.models())) {
      return false;
    }
    boolean before = record.offset() <= newestUnreadableModel;
    newestUnreadableModel = Math.max(newestUnreadableModel, record.offset());
    return before;
  }

  /**
   * Takes scores in order, flagged ones when all that is shown of them is there, or will not come.
   */
  private void addWaiting() {
    while (!waiting.isEmpty()) {
      Waiting next = waiting.peek();
      if (!explicable(next.score())
          && waiting.size() <= MOST_WAITING
          && System.nanoTime() - next.sinceNanos() < PATIENCE_NANOS) {
        return;
      }
      add(waiting.remove().score());
    }
  }

  /** Whether nothing of a flagged event is still to be read: its model, its features. */
  private boolean explicable(Score score) {
    ModelSnapshot newest = state.newestModel();
    return !score.anomaly()
        || (newest != null
            && newest.version() >= score.modelVersion()
            && recent.isPast(score.partition(), score.offset()));
  }

  private void add(Score score) {
    double[] features = recent.take(score.partition(), score.offset());
    boolean wanted = state.wants(score);
    state.add(score, features, wanted && score.anomaly() ? gains(features) : null);
  }

  /** What an event would gain by each feature, under the newest model. */
  private double[] gains(double[] features) {
    ModelSnapshot model = state.newestModel();
    if (model == null || features == null || features.length != model.d()) {
      return null;
    }
    if (gains == null || gainsVersion != model.version()) {
      engine.load(model);
      gains = new FeatureGains(engine, model);
      gainsVersion = model.version();
    }
    return gains.of(features);
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    engine.close();
  }
}
