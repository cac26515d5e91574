package io.otflow.flink;

import io.otflow.engine.LikelihoodEngine;
import java.io.Serializable;

/** Makes the engine of a subtask, on the machine that will use it. */
@FunctionalInterface
public interface EngineFactory extends Serializable {

  /**
   * Makes an engine without a model.
   *
   * @return the engine; the caller closes it
   * @throws IllegalArgumentException if it cannot run here; the message says what to do
   */
  LikelihoodEngine create();
}
