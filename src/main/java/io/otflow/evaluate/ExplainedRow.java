package io.otflow.evaluate;

/**
 * A row, and what makes it improbable.
 *
 * @param number its number in the file, from 1
 * @param logLikelihood nats
 * @param pValue probability that an ordinary row is at most as likely; NaN without a calibration
 * @param anomaly whether it is labelled an anomaly
 * @param features its d features, in the user's units
 * @param gains what it would gain by each if that feature alone could be another value, nats
 */
@SuppressWarnings("ArrayRecordComponent")
public record ExplainedRow(
    long number,
    double logLikelihood,
    double pValue,
    boolean anomaly,
    double[] features,
    double[] gains) {}
