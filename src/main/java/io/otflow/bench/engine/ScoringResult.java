package io.otflow.bench.engine;

/**
 * One engine, model, integrator and batch size on one thread.
 *
 * @param shape the model
 * @param batch rows handed over at once
 * @param integrator name of the integrator
 * @param engine name of the engine
 * @param eventsPerSecond events/s of one core, or of the device with copies to it and back
 * @param gflops counted operations, 10⁹/s; see {@link Shape}
 * @param peakGflops what a plain multiply-add kernel reached right before and after, the better of
 *     the two; on the device where the engine has one
 * @param bytesPerEvent bytes allocated an event
 * @param traces traces of an event on average, by the oracle's count
 * @param gradients gradients of an event on average
 * @param meanErrorEstimate mean of the engine's own error estimates, nats; NaN where it has none
 * @param deviceEventsPerSecond events/s of the device alone, without copies, on average with the
 *     warm-up; NaN for an engine that has none
 */
public record ScoringResult(
    Shape shape,
    int batch,
    String integrator,
    String engine,
    double eventsPerSecond,
    double gflops,
    double peakGflops,
    double bytesPerEvent,
    double traces,
    double gradients,
    double meanErrorEstimate,
    double deviceEventsPerSecond) {

  /**
   * Time of an event.
   *
   * @return microseconds
   */
  public double microsecondsPerEvent() {
    return 1e6 / eventsPerSecond;
  }

  /**
   * Share of the peak.
   *
   * @return counted operations over what the multiply-add kernel reached
   */
  public double shareOfPeak() {
    return gflops / peakGflops;
  }
}
