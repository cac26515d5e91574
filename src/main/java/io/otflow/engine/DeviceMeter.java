package io.otflow.engine;

/** What benchmarks want to know of an engine that runs on a device of its own. */
public interface DeviceMeter {

  /**
   * Time that the device has spent scoring since this was last asked for, without copies.
   *
   * @return seconds
   */
  double kernelSeconds();

  /**
   * Measures what the device's multiply-add units do at most; takes some tenths of a second. No
   * batch may be under way.
   *
   * @return 10⁹ operations a second, a multiply-add being two
   */
  double peakGflops();
}
