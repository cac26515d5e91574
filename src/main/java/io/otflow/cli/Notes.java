package io.otflow.cli;

import io.otflow.codec.MissingRows;
import io.otflow.flink.EventHistory;
import io.otflow.model.ModelSnapshot;
import io.otflow.model.Provenance;
import io.otflow.train.Follower;
import io.otflow.train.RowRemarks;
import io.otflow.train.Sentinel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Remarks on stderr that are no failures: said at once, and again after what scrolled them away.
 */
final class Notes {

  private final List<String> said = new ArrayList<>();

  private void say(String remark) {
    String line = "otflow: " + remark;
    if (!said.contains(line)) {
      System.err.println(line);
      said.add(line);
    }
  }

  /** Says what was said once more, if a progress has printed since. */
  void again(Progress progress) {
    if (progress.hasPrinted()) {
      said.forEach(System.err::println);
    }
  }

  void leftOut(Path data, List<String> columns) {
    if (!columns.isEmpty()) {
      say(data + ": not numbers, so no features: " + String.join(", ", columns));
    }
  }

  /** Says how many rows of a file were left out, and where the first ones are. */
  void missing(Path data, MissingRows rows, long all) {
    if (rows.count() > 0) {
      say(
          "%s: %d of %d rows lack a feature and are left out, the first: %s"
              .formatted(data, rows.count(), all, String.join("; ", rows.places())));
    }
  }

  /** Says what is to be known of the rows that a model was fitted to. */
  void remarks(RowRemarks remarks, boolean ofFile) {
    if (!remarks.constants().isEmpty()) {
      say(
          "constant in these rows, so that nothing is learned of their range: "
              + String.join(", ", remarks.constants()));
    }
    for (Follower one : remarks.followers()) {
      say(one + ": leave it out if it says nothing of its own");
    }
    for (Sentinel one : remarks.sentinels()) {
      say(one + (ofFile ? ": --missing-values " + one.text() + " leaves such rows out" : ""));
    }
  }

  /** Says what a training has gained on the rows that it held out. */
  void gain(ModelSnapshot fitted) {
    Provenance training = fitted.provenance();
    if (training.startingLoss().isEmpty()) {
      return;
    }
    double gain = training.startingLoss().getAsDouble() - training.heldOutLoss();
    String first = fitted.front().whitening().isPresent() ? "a robust Gaussian" : "random weights";
    String start = training.parentVersion().isPresent() ? "the parent's weights" : first;
    say(
        gain > 0
            ? String.format(
                Locale.ROOT,
                "held-out rows are %.2f nats likelier than under %s, where training started",
                gain,
                start)
            : "held-out rows prove nothing beyond " + start + ", where training started");
  }

  /** Points at features that look like labels. */
  void labels(Path data, List<String> features) {
    if (!features.isEmpty()) {
      say(
          data
              + ": taken as features though they hold only 0 and 1, as labels do: "
              + String.join(", ", features));
    }
  }

  /** Says how many events of a topic no model can be fitted to, and why the first one is none. */
  void unusable(String topic, EventHistory history, int usable) {
    int all = history.events().size();
    if (usable < all) {
      say(
          "topic '%s': %d of its %d newest events cannot be used%s"
              .formatted(
                  topic,
                  all - usable,
                  all,
                  history.firstRefusal().map(why -> ", the first: " + why).orElse("")));
    }
  }

  void passedOver(Path data, List<String> columns) {
    if (!columns.isEmpty()) {
      say(data + ": passed over, not in the model: " + String.join(", ", columns));
    }
  }
}
