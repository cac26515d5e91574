package io.otflow.demo;

import io.otflow.avro.AnomalyScore;
import io.otflow.avro.ScoreStatus;
import io.otflow.model.ModelSnapshot;
import java.util.Map;
import java.util.TreeMap;

/** What came out of the job, by the number of the event. Not thread-safe. */
final class ScoreLog {

  private final int[] seen;
  private final boolean[] flagged;

  /** Version that scored an event; 0: none. */
  private final long[] version;

  private final Map<Long, Long> windowStarts = new TreeMap<>();
  private int newest = -1;
  private int distinct;
  private int duplicates;
  private int deadLetters;

  ScoreLog(int events) {
    seen = new int[events];
    flagged = new boolean[events];
    version = new long[events];
  }

  void add(AnomalyScore score) {
    int event = StreamProducer.number(score.getId());
    if (seen[event]++ > 0) {
      duplicates++;
      return;
    }
    distinct++;
    newest = Math.max(newest, event);
    flagged[event] = score.getAnomaly();
    version[event] = score.getStatus() == ScoreStatus.SCORED ? score.getModelVersion() : 0;
  }

  void add(ModelSnapshot model) {
    windowStarts.put(model.version(), model.provenance().windowStartMillis().orElse(0));
  }

  void addDeadLetter() {
    deadLetters++;
  }

  /** Events that came out at least once. */
  int distinct() {
    return distinct;
  }

  /** Share of the newest of what is scored that is flagged; NaN without any. */
  double flaggedShare(int recent) {
    int scored = 0;
    int anomalies = 0;
    for (int event = newest; event >= 0 && scored < recent && version[event] != 0; event--) {
      scored++;
      anomalies += flagged[event] ? 1 : 0;
    }
    return (double) anomalies / scored;
  }

  int duplicates() {
    return duplicates;
  }

  int deadLetters() {
    return deadLetters;
  }

  int modelVersions() {
    return windowStarts.size();
  }

  boolean flagged(int event) {
    return flagged[event];
  }

  /** Version that scored an event; 0 where none did. */
  long version(int event) {
    return version[event];
  }

  /** First event time of the window that a version was trained on, milliseconds since 1970. */
  long windowStart(long modelVersion) {
    return windowStarts.getOrDefault(modelVersion, Long.MIN_VALUE);
  }
}
