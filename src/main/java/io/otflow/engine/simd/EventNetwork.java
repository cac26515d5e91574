package io.otflow.engine.simd;

import io.otflow.model.Architecture;

/**
 * A network for one event: lanes are units, and in the trace features, so that none is idle where
 * there is no tile of events to fill. Gives the same bits as {@link TileNetwork}.
 */
final class EventNetwork extends Network {

  private final EventTrace layerTraces;

  EventNetwork(Architecture architecture) {
    super(architecture, Purpose.SCORING);
    layerTraces = EventTrace.of(this);
  }

  @Override
  int width() {
    return 1;
  }

  /** As many as the registers hold sums of: each weight is loaded once for all of them. */
  @Override
  int points() {
    return Lanes.FEW_REGISTERS ? 1 : VectorKernels.POINTS;
  }

  @Override
  int floats(int n) {
    return Lanes.padColumns(n);
  }

  @Override
  float[] rows(int n) {
    return new float[Lanes.padColumns(n)];
  }

  @Override
  ColumnMatrix matrix(int rows, int columns) {
    return new ColumnMatrix(rows, columns);
  }

  @Override
  void spread(float[] value, int n, float[] out) {
    System.arraycopy(value, 0, out, 0, n);
  }

  @Override
  void load(float[] theta) {
    super.load(theta);
    layerTraces.load(theta);
  }

  @Override
  void weightedSum(float[] a, float[] b, float[] factor, float[] sum) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    for (int j = 0; j < Lanes.padRows(m); j += PARTIAL_SUMS) {
      s0 = Math.fma(a[j] * b[j], factor[j], s0);
      s1 = Math.fma(a[j + 1] * b[j + 1], factor[j + 1], s1);
      s2 = Math.fma(a[j + 2] * b[j + 2], factor[j + 2], s2);
      s3 = Math.fma(a[j + 3] * b[j + 3], factor[j + 3], s3);
    }
    sum[0] = (s0 + s1) + (s2 + s3);
  }

  @Override
  void addLayerTraces(float[] trace) {
    layerTraces.addTo(trace);
  }
}
