package io.otflow.flink;

import java.util.List;

/** Why an event cannot be scored. */
final class Validation {

  /** Most characters of an id and of a key: both come back in each score, up to three times. */
  static final int MAX_NAME_LENGTH = 4096;

  private Validation() {}

  /**
   * Checks what can be checked without a model.
   *
   * @return why the event is refused, or null if it is not
   */
  static String refusal(FeatureEvent event) {
    return refusal(event, List.of());
  }

  /**
   * Checks an event.
   *
   * @param names names of the features of the model; empty: no model, any number will do
   * @return why the event is refused, or null if it is not
   */
  static String refusal(FeatureEvent event, List<String> names) {
    if (!event.decoded()) {
      return event.failure;
    }
    if (event.id.length() > MAX_NAME_LENGTH) {
      return tooLong("id", event.id);
    }
    if (event.key != null && event.key.length() > MAX_NAME_LENGTH) {
      return tooLong("key", event.key);
    }
    double[] features = event.features;
    if (features == null || features.length == 0) {
      return "record id=" + event.id + " has no features, expected at least 1";
    }
    if (!names.isEmpty() && features.length != names.size()) {
      return String.format(
          "record id=%s has %d features, expected the model's %d",
          event.id, features.length, names.size());
    }
    for (int k = 0; k < features.length; k++) {
      if (!Double.isFinite(features[k])) {
        String name = names.isEmpty() ? "" : "'" + names.get(k) + "' ";
        return String.format(
            "feature %s(index %d) is %s in record id=%s, expected a finite value",
            name, k, features[k], event.id);
      }
    }
    return null;
  }

  private static String tooLong(String what, String value) {
    return String.format(
        "the %s that starts with '%s' has %d characters, expected at most %d",
        what, value.substring(0, 32), value.length(), MAX_NAME_LENGTH);
  }
}
