package io.otflow.codec.mapped;

import io.otflow.codec.InputException;
import java.io.Serializable;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which fields of a record are what. Paths are as {@link FieldPath} reads them.
 *
 * @param features the features, in the order of the vector; at least one
 * @param id the event's unique name; null: topic, partition and offset
 * @param key what the event is about; null: the record's key, where that is text
 * @param time when it happened; null: Kafka's time of the record
 * @param carried fields that come out with the score as they came in
 * @param categories for features that are text: their values, each of which becomes its index
 */
public record FieldMapping(
    List<String> features,
    String id,
    String key,
    String time,
    List<String> carried,
    Map<String, List<String>> categories)
    implements Serializable {

  /**
   * Checks and copies.
   *
   * @throws InputException if there is no feature, one is named twice, a path is none, or
   *     categories are of no feature
   */
  public FieldMapping {
    features = List.copyOf(features);
    carried = List.copyOf(carried);
    Map<String, List<String>> copy = new LinkedHashMap<>();
    categories.forEach((field, values) -> copy.put(field, List.copyOf(values)));
    categories = copy;
    if (features.isEmpty()) {
      throw new InputException("no fields are named as features");
    }
    Stream.concat(features.stream(), carried.stream()).forEach(FieldPath::parse);
    Stream.of(id, key, time).filter(path -> path != null).forEach(FieldPath::parse);
    distinct("feature", features);
    distinct("carried field", carried);
    for (Map.Entry<String, List<String>> field : categories.entrySet()) {
      if (!features.contains(field.getKey())) {
        throw new InputException(
            "categories are given for '"
                + field.getKey()
                + "', which is no feature; features are "
                + String.join(", ", features));
      }
      distinct("category of '" + field.getKey() + "'", field.getValue());
    }
  }

  private static void distinct(String what, List<String> names) {
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (!seen.add(name)) {
        throw new InputException(what + " '" + name + "' is named twice");
      }
    }
  }

  /** All fields that are read. */
  List<FieldPath> paths() {
    return Stream.of(features.stream(), Stream.of(id, key, time), carried.stream())
        .flatMap(paths -> paths)
        .filter(path -> path != null)
        .map(FieldPath::parse)
        .toList();
  }
}
