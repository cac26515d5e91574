package io.otflow.train;

import io.otflow.model.Front;
import io.otflow.model.ModelSnapshot;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What whoever fits a first model should know of its rows.
 *
 * @param constants names of the features that are constant in them: nothing is learned of their
 *     range
 * @param followers features that the others nearly determine
 * @param sentinels values that may stand for none
 */
public record RowRemarks(
    List<String> constants, List<Follower> followers, List<Sentinel> sentinels) {

  /**
   * Looks at rows.
   *
   * @param model the model that was fitted to them
   * @param data the rows
   * @return the remarks; O(d · n log n)
   */
  public static RowRemarks of(ModelSnapshot model, TrainingData data) {
    Front front = model.front();
    return new RowRemarks(
        IntStream.range(0, model.d())
            .filter(front.scaling()::constant)
            .mapToObj(model.featureNames()::get)
            .toList(),
        front.whitening().map(w -> Follower.of(model.featureNames(), w)).orElse(List.of()),
        Sentinel.of(model.featureNames(), data.x(), data.rows()));
  }
}
