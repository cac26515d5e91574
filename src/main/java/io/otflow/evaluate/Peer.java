package io.otflow.evaluate;

/** A detector that a model is compared with, fitted to rows. */
interface Peer {

  /**
   * What it is called.
   *
   * @return such as {@code random cut forest}
   */
  String name();

  /**
   * The anomaly score of a row.
   *
   * @param x d features, scaled by those of the rows that it was fitted to; not changed
   * @return higher for more anomalous; never NaN
   */
  double score(double[] x);
}
