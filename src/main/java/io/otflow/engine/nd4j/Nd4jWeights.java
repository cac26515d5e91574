package io.otflow.engine.nd4j;

import io.otflow.flow.TraceConstants;
import io.otflow.model.Architecture;
import io.otflow.model.ParameterLayout;
import io.otflow.model.Parameters;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The weights of a potential as arrays, split by s = (x, t): K₀s = K₀E x + t k₀ and As = AE x + t
 * a, where E drops the time column. All are column-major; vectors are matrices of one column.
 */
final class Nd4jWeights implements AutoCloseable {

  final DataType type;
  final int d;
  final int m;

  /** M, the index of the last layer. */
  final int last;

  final int rank;

  /** Residual step. */
  final double h;

  /** K₀E (m × d), then Kᵢ (m × m) for i = 1 … M. */
  final INDArray[] weight;

  /** k₀, the time column of K₀: m. */
  final INDArray timeWeight;

  /** bᵢ for i = 0 … M: m each. */
  final INDArray[] bias;

  /** w: m. */
  final INDArray output;

  /** AE: rank × d. */
  final INDArray quadratic;

  /** a, the time column of A: rank. */
  final INDArray timeQuadratic;

  /** b without its last element: d. */
  final INDArray linear;

  /** ‖(K₀E)ⱼ‖²: m. */
  final INDArray squaredNorms;

  /** Columns of the Jacobians: min(d, m). */
  final int columns;

  /**
   * What J₀ is a multiple of, m × 1 × columns: K₀E, or where d is larger than m its trapezoidal
   * factor, with which every product has the same norms of rows.
   */
  final INDArray first;

  /** tr(EᵀAᵀAE). */
  final double quadraticTrace;

  private final Nd4jArrays arrays;

  Nd4jWeights(Parameters parameters, DataType type) {
    Architecture architecture = parameters.architecture();
    ParameterLayout layout = architecture.layout();
    double[] theta = parameters.toDoubles();
    this.type = type;
    arrays = new Nd4jArrays(type);
    d = architecture.d();
    m = architecture.m();
    last = architecture.layers() - 1;
    rank = architecture.rank();
    h = architecture.residualStep();
    weight = new INDArray[last + 1];
    bias = new INDArray[last + 1];
    weight[0] = block(theta, layout.weight(0), m, d, d + 1);
    bias[0] = block(theta, layout.bias(0), m, 1, 1);
    for (int i = 1; i <= last; i++) {
      weight[i] = block(theta, layout.weight(i), m, m, m);
      bias[i] = block(theta, layout.bias(i), m, 1, 1);
    }
    timeWeight = block(theta, layout.weight(0) + d, m, 1, d + 1);
    output = block(theta, layout.output(), m, 1, 1);
    quadratic = block(theta, layout.quadratic(), rank, d, d + 1);
    timeQuadratic = block(theta, layout.quadratic() + d, rank, 1, d + 1);
    linear = block(theta, layout.linear(), d, 1, 1);
    TraceConstants trace = TraceConstants.of(parameters);
    squaredNorms = block(trace.squaredNorms(), 0, m, 1, 1);
    columns = Math.min(d, m);
    double[] rows = d > m ? trace.factor() : trace.columns();
    first = Nd4jArrays.view(block(rows, 0, m, columns, d), m, 1, columns);
    quadraticTrace = trace.quadratic();
  }

  /** Copies rows × columns of a row-major matrix, whose rows lie {@code stride} apart. */
  private INDArray block(double[] a, int offset, int rows, int columns, int stride) {
    double[] columnMajor = new double[rows * columns];
    for (int j = 0; j < rows; j++) {
      for (int k = 0; k < columns; k++) {
        columnMajor[k * rows + j] = a[offset + j * stride + k];
      }
    }
    return arrays.matrix(columnMajor, rows, columns);
  }

  @Override
  public void close() {
    arrays.close();
  }
}
