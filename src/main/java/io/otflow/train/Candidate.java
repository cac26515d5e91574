package io.otflow.train;

import io.otflow.model.ModelSnapshot;
import java.util.Optional;

/**
 * A trained model, and whether it may serve.
 *
 * @param model the model
 * @param decision what was decided about it; empty where there is no model that it would replace
 */
public record Candidate(ModelSnapshot model, Optional<CandidateGate.Decision> decision) {

  /**
   * A model that replaces none.
   *
   * @param model the model
   * @return it, without a decision
   */
  public static Candidate first(ModelSnapshot model) {
    return new Candidate(model, Optional.empty());
  }

  /**
   * Counts candidates in a row that were refused because their window lacks what the model knows.
   *
   * @param before how many there were before this one
   * @return how many there are with it
   */
  public int refusalsAfter(int before) {
    return !accepted() && decision.get().forgetful() ? before + 1 : 0;
  }

  /**
   * Whether the model may serve.
   *
   * @return false if it was refused
   */
  public boolean accepted() {
    return decision.isEmpty() || decision.get().accepted();
  }
}
