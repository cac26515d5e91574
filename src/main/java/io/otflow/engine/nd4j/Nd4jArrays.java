package io.otflow.engine.nd4j;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Column-major matrices of one type that live and are freed together: native memory that waits for
 * no garbage collection. Views of them must not be used afterwards.
 */
final class Nd4jArrays implements AutoCloseable {

  private static final char COLUMN_MAJOR = 'f';

  private final DataType type;
  private final List<INDArray> arrays = new ArrayList<>();

  /**
   * None yet.
   *
   * @param type {@link DataType#FLOAT} or {@link DataType#DOUBLE}
   */
  Nd4jArrays(DataType type) {
    this.type = type;
  }

  /** A matrix whose elements are not set. */
  INDArray matrix(long rows, long columns) {
    return keep(Nd4j.createUninitialized(type, new long[] {rows, columns}, COLUMN_MAJOR));
  }

  /** A matrix that holds one number everywhere. */
  INDArray constant(long rows, long columns, double value) {
    return matrix(rows, columns).assign(value);
  }

  /** A matrix of the elements given, columns one after the other. */
  INDArray matrix(double[] columnMajor, long rows, long columns) {
    return keep(create(columnMajor, rows, columns));
  }

  /** Replaces all elements of a matrix, columns one after the other. */
  void set(INDArray matrix, double[] columnMajor) {
    try (INDArray source = create(columnMajor, matrix.rows(), matrix.columns())) {
      matrix.assign(source);
    }
  }

  /** A view of other dimensions, in column-major order. */
  static INDArray view(INDArray array, long... shape) {
    return array.reshape(COLUMN_MAJOR, shape);
  }

  private INDArray create(double[] columnMajor, long rows, long columns) {
    long[] shape = {rows, columns};
    long[] strides = {1, rows};
    if (type == DataType.DOUBLE) {
      return Nd4j.create(columnMajor, shape, strides, COLUMN_MAJOR, type);
    }
    float[] narrow = new float[columnMajor.length];
    for (int p = 0; p < narrow.length; p++) {
      narrow[p] = (float) columnMajor[p];
    }
    return Nd4j.create(narrow, shape, strides, COLUMN_MAJOR, type);
  }

  private INDArray keep(INDArray array) {
    arrays.add(array);
    return array;
  }

  @Override
  public void close() {
    arrays.forEach(INDArray::close);
    arrays.clear();
  }
}
