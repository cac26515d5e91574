package io.otflow.flink;

import io.otflow.model.ModelSnapshot;
import io.otflow.model.Provenance.Origin;
import io.otflow.train.TrainingData;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/**
 * One training, fully determined: what a restart needs to make the same snapshot again.
 *
 * @param sample the rows, in ascending order of priority
 * @param version version of the model to be
 * @param seed seed of everything random
 * @param createdAtMillis the time that the snapshot carries, milliseconds since 1970
 */
record TrainingTask(WindowSample sample, long version, long seed, long createdAtMillis) {

  /**
   * The training that follows a model.
   *
   * @param sample the rows
   * @param model the newest model; null for none
   * @param seed seed of the job's trainings
   * @param nowMillis present time, milliseconds since 1970
   */
  static TrainingTask after(ModelSnapshot model, WindowSample sample, long seed, long nowMillis) {
    long version = model == null ? 1 : model.version() + 1;
    return new TrainingTask(sample, version, Hashing.mix(seed, version), nowMillis);
  }

  /**
   * The rows as what a model is fitted to, named as the model that they fine-tune, or f0, f1, ….
   */
  TrainingData data(Optional<ModelSnapshot> parent) {
    double[] x = sample.values().clone();
    List<String> names =
        parent
            .map(ModelSnapshot::featureNames)
            .orElseGet(() -> IntStream.range(0, sample.d).mapToObj(k -> "f" + k).toList());
    return new TrainingData(
        x,
        sample.priorities.length,
        names,
        Origin.WINDOW,
        OptionalLong.of(sample.windowStart),
        OptionalLong.of(sample.windowEnd),
        sample.seen,
        createdAtMillis,
        "");
  }
}
