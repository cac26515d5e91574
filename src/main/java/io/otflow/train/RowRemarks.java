package io.otflow.train;

import io.otflow.model.ModelSnapshot;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What whoever fits a first model should know of its rows.
 *
 * @param constants names of the features that are constant in them: nothing is learned of their
 *     range
 * @param sentinels values that may stand for none
 */
public record RowRemarks(List<String> constants, List<Sentinel> sentinels) {

  /**
   * Looks at rows.
   *
   * @param model the model that was fitted to them
   * @param data the rows
   * @return the remarks; O(d · n log n)
   */
  public static RowRemarks of(ModelSnapshot model, TrainingData data) {
    return new RowRemarks(
        IntStream.range(0, model.d())
            .filter(model.front().scaling()::constant)
            .mapToObj(model.featureNames()::get)
            .toList(),
        Sentinel.of(model.featureNames(), data.x(), data.rows()));
  }
}
