package io.otflow.codec;

import java.util.ArrayList;
import java.util.List;

/** Rows of a file that were left out, as they lack a value. Not thread-safe. */
public final class MissingRows {

  /** Places that are kept. */
  private static final int PLACES = 3;

  private final List<String> places = new ArrayList<>();
  private long count;

  MissingRows() {}

  void add(String place) {
    if (places.size() < PLACES) {
      places.add(place);
    }
    count++;
  }

  /**
   * How many there are.
   *
   * @return rows
   */
  public long count() {
    return count;
  }

  /**
   * The first of them.
   *
   * @return at most three places, such as {@code F.csv:7: column 'x' is empty}
   */
  public List<String> places() {
    return List.copyOf(places);
  }
}
