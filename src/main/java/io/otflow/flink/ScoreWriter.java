package io.otflow.flink;

/** Encodes scores. Not thread-safe. */
interface ScoreWriter {

  /**
   * Encodes a score.
   *
   * @param event the score
   * @param id its id in UTF-8
   * @param key its key in UTF-8; null for none
   * @return a record's value
   */
  byte[] encode(ScoredEvent event, byte[] id, byte[] key);
}
