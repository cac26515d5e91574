package io.otflow.flink;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Events that wait for the first model, in order, up to a limit. Not thread-safe. */
final class HeldEvents {

  private static final Logger LOGGER = LoggerFactory.getLogger(HeldEvents.class);

  private final int limit;
  private final Deque<FeatureEvent> events = new ArrayDeque<>();
  private boolean limitReported;

  HeldEvents(int limit) {
    this.limit = limit;
  }

  /** Takes in what was in state, beyond the limit if need be. */
  void restore(Iterable<FeatureEvent> restored) {
    restored.forEach(events::add);
  }

  /** Adds an event; where there is no room, hands back the oldest, else null. */
  FeatureEvent add(FeatureEvent event) {
    FeatureEvent oldest = null;
    if (events.size() >= limit) {
      if (!limitReported) {
        limitReported = true;
        LOGGER.warn(
            "{} events wait for the first model, the limit: from now on the oldest passes unscored",
            events.size());
      }
      oldest = events.remove();
    }
    events.add(event);
    return oldest;
  }

  FeatureEvent remove() {
    return events.remove();
  }

  boolean isEmpty() {
    return events.isEmpty();
  }

  /** All that wait, for state. */
  List<FeatureEvent> contents() {
    return List.copyOf(events);
  }
}
