package io.otflow.engine.simd;

/** The share of the layers above the first in the trace of one event; lanes are features. */
interface EventTrace {

  /**
   * The way that suits the machine's vector registers.
   *
   * @param network whose last evaluation it reads
   * @return without weights
   */
  static EventTrace of(EventNetwork network) {
    return Lanes.FEW_REGISTERS ? new FeatureTiles(network) : new FeatureRows(network);
  }

  /**
   * Takes weights; the network's trapezoidal factor is there already.
   *
   * @param theta θ
   */
  void load(float[] theta);

  /**
   * Adds Σₖ Σᵢ Σⱼ curvatureᵢⱼ (Kᵢ Jᵢ₋₁)ⱼₖ², feature by feature and in each from the first layer on.
   *
   * @param trace one number, added to
   */
  void addTo(float[] trace);
}
