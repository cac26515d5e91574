package io.otflow.bench.pipeline;

/** What the job does to the events of a run; source, sinks and records are the same in all. */
public enum Variant {

  /**
   * Nothing: the job has no model, its scoring operator emits each event as it comes, and its score
   * record is written with the status {@code WARMING_UP}.
   */
  PASS_THROUGH("pass-through", false, false),

  /** Each event is scored by one model. */
  SCORING("scoring", true, false),

  /** Each event is scored, while the job trains on windows of the same stream and swaps models. */
  SCORING_AND_TRAINING("scoring+training", true, true);

  private final String text;
  private final boolean scores;
  private final boolean trains;

  Variant(String text, boolean scores, boolean trains) {
    this.text = text;
    this.scores = scores;
    this.trains = trains;
  }

  boolean scores() {
    return scores;
  }

  boolean trains() {
    return trains;
  }

  /** Its name as users read it. */
  @Override
  public String toString() {
    return text;
  }
}
