package io.otflow.codec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.otflow.codec.Safetensors.Tensor;
import io.otflow.model.Architecture;
import io.otflow.model.Calibration;
import io.otflow.model.FeatureScaling;
import io.otflow.model.Front;
import io.otflow.model.ModelSnapshot;
import io.otflow.model.Parameters;
import io.otflow.model.Provenance;
import io.otflow.model.Quantiles;
import io.otflow.model.Tail;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What a weights file says about its tensors in {@code __metadata__}, all strings:
 *
 * <pre>
 *  d, m, nTh       features, width, layers, as the published program names them
 *  steps           Runge-Kutta steps
 *  featureNames    JSON array of strings
 *  mean, scale     JSON arrays of numbers, the feature scaling
 *  threshold, alertRate, calibrationRows, ordinaryRows   numbers of the calibration
 *  quantileValues, quantileRanks, tail                   JSON arrays and object of the calibration
 *  calibrated      SHA-256 of what the calibration belongs to: the weights, as little-endian F32;
 *                  where there are tensors of a front, then mean and scale, and the name and values
 *                  of each of them in the order of {@link FrontTensors}, as little-endian F64
 * </pre>
 *
 * <p>Files of earlier versions have {@code quantileSketch} (base64) in place of the second line of
 * the calibration. All but the first line are absent from files of other programs: such weights
 * have features x0, x1, …, no scaling and no calibration.
 */
final class WeightMetadata {

  private static final ObjectMapper JSON = new ObjectMapper();

  private WeightMetadata() {}

  static Map<String, String> of(ModelSnapshot model) {
    Architecture a = model.architecture();
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("d", String.valueOf(a.d()));
    metadata.put("m", String.valueOf(a.m()));
    metadata.put("nTh", String.valueOf(a.layers()));
    metadata.put("steps", String.valueOf(model.steps()));
    metadata.put("featureNames", json(model.featureNames()));
    metadata.put("mean", json(model.front().scaling().mean()));
    metadata.put("scale", json(model.front().scaling().scale()));
    model
        .calibration()
        .ifPresent(
            c -> {
              metadata.put("threshold", String.valueOf(c.threshold()));
              metadata.put("alertRate", String.valueOf(c.alertRate()));
              metadata.put("calibrationRows", String.valueOf(c.rows()));
              metadata.put("ordinaryRows", String.valueOf(c.ordinaryRows()));
              metadata.put("quantileValues", json(c.quantiles().values()));
              metadata.put("quantileRanks", json(c.quantiles().ranks()));
              c.tail().ifPresent(tail -> metadata.put("tail", json(tail)));
              metadata.put("calibrated", digest(model.parameters(), model.front()));
            });
    return metadata;
  }

  /** The model of weights and what is said about them. */
  static ModelSnapshot model(
      Parameters parameters,
      Map<String, Tensor> frontTensors,
      Map<String, String> metadata,
      int defaultSteps,
      Provenance provenance)
      throws DecodeException {
    int d = parameters.architecture().d();
    List<String> names =
        metadata.containsKey("featureNames")
            ? parse(metadata, "featureNames", new TypeReference<List<String>>() {})
            : IntStream.range(0, d).mapToObj(k -> "x" + k).toList();
    CharsetEncoder encoder = StandardCharsets.UTF_8.newEncoder();
    if (!names.stream().allMatch(encoder::canEncode)) {
      throw new DecodeException(
          "its metadata 'featureNames' has a name with half of a surrogate pair, which no file can"
              + " hold");
    }
    FeatureScaling scaling =
        metadata.containsKey("mean")
            ? new FeatureScaling(
                parse(metadata, "mean", new TypeReference<double[]>() {}),
                parse(metadata, "scale", new TypeReference<double[]>() {}))
            : FeatureScaling.identity(d);
    Front front = FrontTensors.front(scaling, frontTensors);
    int steps =
        metadata.containsKey("steps")
            ? parse(metadata, "steps", new TypeReference<Integer>() {})
            : defaultSteps;
    return new ModelSnapshot(
        1, names, parameters, front, steps, calibration(parameters, front, metadata), provenance);
  }

  private static Optional<Calibration> calibration(
      Parameters parameters, Front front, Map<String, String> metadata) throws DecodeException {
    // A threshold belongs to its weights and its front: changed ones come in without.
    if (!digest(parameters, front).equals(metadata.get("calibrated"))) {
      return Optional.empty();
    }
    long rows = parse(metadata, "calibrationRows", new TypeReference<Long>() {});
    boolean earlier = metadata.containsKey("quantileSketch");
    return Optional.of(
        new Calibration(
            parse(metadata, "threshold", new TypeReference<Double>() {}),
            parse(metadata, "alertRate", new TypeReference<Double>() {}),
            rows,
            earlier ? rows : parse(metadata, "ordinaryRows", new TypeReference<Double>() {}),
            earlier
                ? QuantileSketch.read(Base64.getDecoder().decode(metadata.get("quantileSketch")))
                : new Quantiles(
                    parse(metadata, "quantileValues", new TypeReference<double[]>() {}),
                    parse(metadata, "quantileRanks", new TypeReference<double[]>() {})),
            metadata.containsKey("tail")
                ? Optional.of(parse(metadata, "tail", new TypeReference<Tail>() {}))
                : Optional.empty()));
  }

  private static String json(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("lists of strings and numbers are always JSON", e);
    }
  }

  private static <T> T parse(Map<String, String> metadata, String key, TypeReference<T> type)
      throws DecodeException {
    T value;
    try {
      value = JSON.readValue(metadata.getOrDefault(key, ""), type);
    } catch (JsonProcessingException e) {
      throw new DecodeException("its metadata '" + key + "' is missing or damaged", e);
    }
    if (value == null || (value instanceof List<?> list && list.contains(null))) {
      throw new DecodeException("its metadata '" + key + "' is null");
    }
    return value;
  }

  private static String digest(Parameters parameters, Front front) {
    float[] theta = parameters.toFloats();
    ByteBuffer bytes =
        ByteBuffer.allocate(theta.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(theta);
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(bytes);
      if (!front.scalesOnly()) {
        update(digest, front.scaling().mean());
        update(digest, front.scaling().scale());
        FrontTensors.of(front)
            .forEach(
                (name, tensor) -> {
                  digest.update(name.getBytes(StandardCharsets.UTF_8));
                  update(digest, tensor.doubles());
                });
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static void update(MessageDigest digest, double[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asDoubleBuffer().put(values);
    digest.update(bytes);
  }
}
