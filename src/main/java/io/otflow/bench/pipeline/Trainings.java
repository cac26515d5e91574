package io.otflow.bench.pipeline;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The trainings of a run by their start and end. Not thread-safe. */
final class Trainings {

  private record Span(long startMillis, long endMillis) {}

  private final List<Span> spans = new ArrayList<>();

  /** Adds a training by its start and end, milliseconds since 1970. */
  void add(long startMillis, long endMillis) {
    spans.add(new Span(startMillis, endMillis));
  }

  int count() {
    return spans.size();
  }

  /** Share of a span of time in which a training ran; NaN where the span is empty. */
  double busyShare(long fromMillis, long toMillis) {
    spans.sort(Comparator.comparingLong(Span::startMillis));
    long busy = 0;
    long until = fromMillis;
    for (Span span : spans) {
      long start = Math.max(span.startMillis, until);
      long end = Math.min(span.endMillis, toMillis);
      busy += Math.max(0, end - start);
      until = Math.max(until, end);
    }
    return toMillis == fromMillis ? Double.NaN : (double) busy / (toMillis - fromMillis);
  }
}
