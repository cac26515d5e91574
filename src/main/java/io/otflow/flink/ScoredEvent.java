package io.otflow.flink;

import io.otflow.detect.Detector;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.TypeInformation;

/**
 * One event with its score, or without one while there is no model. Its fields are public, but
 * nothing changes them once it was emitted, so that Flink need not copy it for each sink.
 */
public final class ScoredEvent {

  /** How it crosses the wire. */
  public static final TypeInformation<ScoredEvent> TYPE =
      new ValueType<>(ScoredEvent.class, new ScoredEventSerializer());

  /** The event's id. */
  public String id;

  /** The event's key; may be null. */
  public String key;

  /** The event's time, milliseconds since 1970. */
  public long eventTime;

  /** False: there was no model, and the fields of the score mean nothing. */
  public boolean scored;

  /** Log-likelihood in nats. */
  public double logLikelihood;

  /** Estimated error of logLikelihood in nats; NaN where the integrator has none. */
  public double errorEstimate;

  /** p-value; NaN where the model has no calibration. */
  public double pValue;

  /** By what pValue is known; null where there is none. */
  public Detector.Evidence evidence;

  /** Threshold in nats; NaN where the model has no calibration. */
  public double threshold;

  /** Whether it was flagged. */
  public boolean anomaly;

  /** What flagged it; null where nothing did. */
  public FlagRule flaggedBy;

  /** Version of the one model that scored it. */
  public long modelVersion;

  /** When, milliseconds since 1970. */
  public long scoredAt;

  /** Where the event was read from. */
  public String topic;

  /** Its partition. */
  public int partition;

  /** Its offset. */
  public long offset;

  /** Fields of the event that come out with the score, by name. */
  public Map<String, String> carried = Map.of();

  /** An event with nothing in it. */
  ScoredEvent() {}

  /**
   * An event without a score yet.
   *
   * @param event the event
   * @param nowMillis present time, milliseconds since 1970
   * @return it, not scored
   */
  static ScoredEvent unscored(FeatureEvent event, long nowMillis) {
    ScoredEvent result = new ScoredEvent();
    result.id = event.id;
    result.key = event.key;
    result.carried = event.carried;
    result.eventTime = event.eventTime;
    result.logLikelihood = Double.NaN;
    result.errorEstimate = Double.NaN;
    result.pValue = Double.NaN;
    result.threshold = Double.NaN;
    result.scoredAt = nowMillis;
    result.topic = event.topic;
    result.partition = event.partition;
    result.offset = event.offset;
    return result;
  }
}
