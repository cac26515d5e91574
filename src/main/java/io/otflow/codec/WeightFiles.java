package io.otflow.codec;

import io.otflow.codec.Safetensors.Tensor;
import io.otflow.model.Architecture;
import io.otflow.model.ModelSnapshot;
import io.otflow.model.ParameterLayout;
import io.otflow.model.Parameters;
import io.otflow.model.Provenance;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Weights as safetensors files, by the tensor names of the published PyTorch program's state_dict
 * (see {@link ParameterLayout}). A model whose front does more than scale has tensors {@code
 * front.*} beside them, which that program does not know: its densities are those of the features
 * behind the front.
 */
public final class WeightFiles {

  private static final int MAX_FILE_LENGTH = SnapshotCodec.MAX_FILE_LENGTH;

  private WeightFiles() {}

  /**
   * Reads a model; the architecture follows from the tensors' shapes. Files that {@link #write}
   * made bring their feature names, front, steps and calibration; others have features x0, x1, …,
   * no scaling and no calibration.
   *
   * @param file a safetensors file with F32, F64 or BF16 tensors
   * @param defaultSteps Runge-Kutta steps where the file names none
   * @param createdAtMillis time that the model will carry, milliseconds since 1970
   * @return the model, version 1, its weights rounded to single precision, its front as it is
   * @throws InputException if the file is missing or damaged, or a tensor is missing, unknown, of
   *     another shape than the others call for, or not finite; the message names it
   * @throws IOException if it cannot be read
   */
  public static ModelSnapshot read(Path file, int defaultSteps, long createdAtMillis)
      throws IOException {
    byte[] bytes;
    try (InputStream in = ModelFiles.open(file)) {
      bytes = in.readNBytes(MAX_FILE_LENGTH + 1);
    }
    if (bytes.length > MAX_FILE_LENGTH) {
      throw new InputException(file + " is larger than " + MAX_FILE_LENGTH + " bytes");
    }
    return decode(bytes, file, defaultSteps, createdAtMillis);
  }

  static ModelSnapshot decode(byte[] bytes, Path file, int defaultSteps, long createdAtMillis) {
    try {
      Safetensors.Content content = Safetensors.decode(bytes);
      Map<String, Tensor> weights = new LinkedHashMap<>(content.tensors());
      Map<String, Tensor> front = FrontTensors.takenFrom(weights);
      return WeightMetadata.model(
          parameters(weights),
          front,
          content.metadata(),
          defaultSteps,
          Provenance.imported(createdAtMillis, String.valueOf(file.getFileName())));
    } catch (DecodeException | IllegalArgumentException e) {
      throw new InputException(file + " is not a usable weights file: " + e.getMessage(), e);
    }
  }

  /**
   * Writes a model's weights, or replaces the file. What is neither weights nor part of the front
   * goes into the file's metadata, for {@link #read}; other programs pass over it.
   *
   * @param model the model
   * @param file the file
   * @throws InputException if its directory does not exist
   * @throws IOException if it cannot be written
   */
  public static void write(ModelSnapshot model, Path file) throws IOException {
    byte[] bytes = encode(model);
    ModelFiles.replace(file, out -> out.write(bytes));
  }

  static byte[] encode(ModelSnapshot model) {
    float[] theta = model.parameters().toFloats();
    // The front's come first, where tensors of F64 are aligned.
    Map<String, Tensor> tensors = FrontTensors.of(model.front());
    for (ParameterLayout.Tensor t : model.architecture().layout().tensors()) {
      tensors.put(
          t.name(),
          new Tensor(shape(t), Arrays.copyOfRange(theta, t.offset(), t.offset() + t.size())));
    }
    return Safetensors.encode(tensors, WeightMetadata.of(model));
  }

  static Parameters parameters(Map<String, Tensor> tensors) throws DecodeException {
    Architecture architecture = architecture(tensors);
    // Before the layout is made: it must not be longer than the tensors that are there.
    long count = tensors.values().stream().mapToLong(t -> t.values().length).sum();
    if (architecture.parameterCount() > count) {
      throw new DecodeException(
          "its tensors hold "
              + count
              + " values, expected "
              + architecture.parameterCount()
              + " for "
              + architecture);
    }
    ParameterLayout layout = architecture.layout();
    float[] theta = new float[layout.size()];
    for (ParameterLayout.Tensor t : layout.tensors()) {
      Tensor tensor = require(tensors, t.name());
      if (!Arrays.equals(tensor.shape(), shape(t))) {
        throw new DecodeException(
            "tensor '"
                + t.name()
                + "' has shape "
                + Arrays.toString(tensor.shape())
                + ", expected "
                + Arrays.toString(shape(t))
                + " by the shapes of A and the layers");
      }
      System.arraycopy(tensor.values(), 0, theta, t.offset(), t.size());
    }
    if (tensors.size() != layout.tensors().size()) {
      Map<String, Tensor> rest = new LinkedHashMap<>(tensors);
      layout.tensors().forEach(t -> rest.remove(t.name()));
      throw new DecodeException(
          "tensor '" + rest.keySet().iterator().next() + "' is no part of an OT-Flow potential");
    }
    return new Parameters(architecture, theta);
  }

  private static Architecture architecture(Map<String, Tensor> tensors) throws DecodeException {
    int[] quadratic = matrix(tensors, "A");
    int[] first = matrix(tensors, "N.layers.0.weight");
    int layers = 1;
    while (tensors.containsKey("N.layers." + layers + ".weight")) {
      layers++;
    }
    if (layers < 2) {
      require(tensors, "N.layers.1.weight");
    }
    return new Architecture(quadratic[1] - 1, first[0], layers, quadratic[0]);
  }

  private static int[] matrix(Map<String, Tensor> tensors, String name) throws DecodeException {
    int[] shape = require(tensors, name).shape();
    if (shape.length != 2) {
      throw new DecodeException(
          "tensor '" + name + "' has shape " + Arrays.toString(shape) + ", expected a matrix");
    }
    return shape;
  }

  private static Tensor require(Map<String, Tensor> tensors, String name) throws DecodeException {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new DecodeException(
          "tensor '" + name + "' is missing, it has only " + String.join(", ", tensors.keySet()));
    }
    return tensor;
  }

  private static int[] shape(ParameterLayout.Tensor t) {
    return t.rows() == 0 ? new int[] {t.columns()} : new int[] {t.rows(), t.columns()};
  }
}
