package io.otflow.flink;

import io.otflow.engine.LikelihoodEngine;
import java.io.Serializable;
import java.util.OptionalInt;

/** Makes the engine of a subtask, on the machine that will use it. */
@FunctionalInterface
public interface EngineFactory extends Serializable {

  /**
   * Makes an engine without a model.
   *
   * @param gpu index of the GPU that the cluster assigned to the subtask, if it did
   * @return the engine; the caller closes it
   * @throws IllegalArgumentException if it cannot run here; the message says what to do
   */
  LikelihoodEngine create(OptionalInt gpu);
}
