package io.otflow.flink;

import io.otflow.codec.mapped.InputFormat;
import io.otflow.codec.mapped.RecordDecoder;
import io.otflow.kafka.TopicHistory;
import io.otflow.model.Provenance.Origin;
import io.otflow.train.TrainingData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The events that a topic holds, read from outside of a job and decoded as the job decodes them.
 *
 * @param events the events, each partition in order; what cannot be decoded among them
 */
public record EventHistory(List<FeatureEvent> events) {

  /**
   * Reads the newest events of each partition. Of what can be decoded the bytes are dropped: an
   * event takes some hundred bytes and its features.
   *
   * @param client properties of Kafka's clients
   * @param topic the topic, which exists
   * @param format how its records are written
   * @param newest most events of a partition
   * @return the events
   * @throws io.otflow.kafka.BrokerException if the broker cannot be reached or refuses
   * @throws IOException if the registry of schemas cannot be asked
   */
  public static EventHistory read(Properties client, String topic, InputFormat format, long newest)
      throws IOException {
    RecordDecoder decoder = format.mapping() == null ? null : format.decoder();
    List<FeatureEvent> events = new ArrayList<>();
    try {
      TopicHistory.read(
          client,
          topic,
          newest,
          record -> {
            try {
              FeatureEvent event = FeatureEvent.read(record, decoder);
              if (event.decoded()) {
                event.rawKey = null;
                event.rawValue = null;
              }
              events.add(event);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return new EventHistory(events);
  }

  /**
   * The valid events as rows to fit a model to: of several numbers of features those of the most
   * frequent one, in the order of their sampling priority.
   *
   * @param seed seed of the sampling
   * @param names names of the features; empty where the input has none
   * @param nowMillis time that the model will carry, milliseconds since 1970
   * @return the rows; none where no event is valid
   */
  public TrainingData rows(long seed, List<String> names, long nowMillis) {
    Map<Integer, List<FeatureEvent>> shapes =
        events.stream()
            .filter(
                event ->
                    Validation.refusal(event) == null
                        && EventTime.plausible(event.eventTime, nowMillis))
            .collect(Collectors.groupingBy(event -> event.features.length));
    List<FeatureEvent> rows =
        shapes.values().stream().max(Comparator.comparingInt(List::size)).orElse(List.of());
    int d = rows.isEmpty() ? 0 : rows.get(0).features.length;
    List<FeatureEvent> ordered =
        rows.stream().sorted(Comparator.comparingLong(event -> priority(seed, event))).toList();
    double[] x = new double[rows.size() * d];
    for (int i = 0, p = 0; i < ordered.size(); i++) {
      for (int k = 0; k < d; k++, p++) {
        x[p] = ordered.get(i).features[k];
      }
    }
    return new TrainingData(
        x,
        rows.size(),
        names.size() == d ? names : IntStream.range(0, d).mapToObj(k -> "f" + k).toList(),
        Origin.WINDOW,
        rows.stream().mapToLong(event -> event.eventTime).min(),
        rows.stream().mapToLong(event -> event.eventTime + 1).max(),
        rows.size(),
        nowMillis,
        "");
  }

  /**
   * Why the first event that no job would score is refused.
   *
   * @return one sentence with its place; empty where there is none
   */
  public Optional<String> firstRefusal() {
    return events.stream()
        .filter(event -> Validation.refusal(event) != null)
        .findFirst()
        .map(
            event ->
                Validation.refusal(event)
                    + " (partition "
                    + event.partition
                    + ", offset "
                    + event.offset
                    + ")");
  }

  private static long priority(long seed, FeatureEvent event) {
    return Hashing.priority(seed, event.topic, event.partition, event.offset);
  }
}
