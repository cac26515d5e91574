package io.otflow.model;

import java.util.Arrays;

/**
 * All weights of a potential: one flat float array θ in the order of {@link ParameterLayout}.
 * Immutable.
 */
public final class Parameters {

  private final Architecture architecture;
  private final float[] values;

  /**
   * Weights of a potential.
   *
   * @param architecture the shape
   * @param values θ, copied; all finite
   * @throws IllegalArgumentException if the length is wrong or a value is not finite
   */
  public Parameters(Architecture architecture, float[] values) {
    ParameterLayout layout = architecture.layout();
    if (values.length != layout.size()) {
      throw new IllegalArgumentException(
          "parameters have length "
              + values.length
              + ", expected "
              + layout.size()
              + " for "
              + architecture);
    }
    for (ParameterLayout.Tensor tensor : layout.tensors()) {
      for (int i = 0; i < tensor.size(); i++) {
        float value = values[tensor.offset() + i];
        if (!Float.isFinite(value)) {
          throw new IllegalArgumentException(
              "tensor "
                  + tensor.name()
                  + " holds "
                  + value
                  + " at element "
                  + i
                  + ", expected finite values");
        }
      }
    }
    this.architecture = architecture;
    this.values = values.clone();
  }

  /**
   * The shape.
   *
   * @return the shape
   */
  public Architecture architecture() {
    return architecture;
  }

  /**
   * A copy of θ.
   *
   * @return θ
   */
  public float[] toFloats() {
    return values.clone();
  }

  /**
   * A copy of θ in double.
   *
   * @return θ
   */
  public double[] toDoubles() {
    double[] copy = new double[values.length];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = values[i];
    }
    return copy;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Parameters that
        && architecture.equals(that.architecture)
        && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return 31 * architecture.hashCode() + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "Parameters[" + architecture + ", " + values.length + " values]";
  }
}
