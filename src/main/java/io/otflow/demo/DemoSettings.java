package io.otflow.demo;

/**
 * What the demo does.
 *
 * @param events events in all
 * @param seconds time over which they are sent, at a steady rate
 * @param alertRate share of events to flag
 * @param seed seed of the stream and of the training
 */
public record DemoSettings(int events, int seconds, double alertRate, long seed) {

  /** Windows in a run: four before the drift and four after it. */
  static final int WINDOWS = 8;

  /**
   * Events of a window.
   *
   * @return their number
   */
  public long windowEvents() {
    return events / WINDOWS;
  }

  /** Length of a window, milliseconds. */
  long windowMillis() {
    return seconds * 1000L / WINDOWS;
  }

  /** Event time of an event, milliseconds after the first. */
  long timeOf(long event) {
    return event * WINDOWS * windowMillis() / events;
  }
}
