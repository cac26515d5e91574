package io.otflow.engine.simd;

import io.otflow.math.TrapezoidalFactor;
import io.otflow.model.Architecture;
import io.otflow.model.ParameterLayout;
import java.util.Arrays;

/**
 * The potential's gradient and trace for {@link #width} events at once: weights in the layout of
 * the kernels, taken once a model, and the work space of one evaluation. The equations and their
 * names are those of {@code flow.Potential}. Arrays of n rows hold row k of event e at k · width +
 * e, padded as {@link #rows} does. Allocates nothing after construction but in {@link #load}.
 *
 * <p>Every number is computed by the same operations in the same order whatever the width, so an
 * event's result does not depend on how many others there are.
 */
abstract class Network {

  /** Factor of the rows of a weighted sum that are added in turn. */
  static final int PARTIAL_SUMS = 4;

  final ParameterLayout layout;
  final int d;
  final int m;

  /** M, the index of the last layer. */
  final int last;

  final float h;

  /** What a network is for. */
  enum Purpose {
    /** The gradient's d rows, and a trace that may read the trapezoidal factor of K₀E. */
    SCORING,
    /** ∂ₜΦ too, and all that the reverse pass reads: K₀E itself, and every transpose. */
    TRAINING
  }

  /** Rows of the gradient: d, or d + 1 with ∂ₜΦ. */
  final int gradientRows;

  /** Columns of K₀E up to a rotation: d, or m where that is less. */
  final int columns;

  /** Whether column k of K₀E is zero above row k. */
  final boolean trapezoidal;

  /** K₀E, m × d. */
  private final Matrix first;

  /** (K₀)ᵀ, gradientRows × m. */
  final Matrix firstTransposed;

  /** Kᵢ for i ≥ 1. */
  final Matrix[] weight;

  /** Kᵢᵀ for i ≥ 1; the last one's only for training. */
  final Matrix[] transposed;

  /** h K_Mᵀ diag(w). */
  private final Matrix lastFolded;

  /** Rows of AᵀA, without the column of time. */
  private final Matrix quadratic;

  private final int rank;
  private final float[] quadraticTime;
  private final float[] linear;
  private final float[] firstTime;
  private final float[][] bias;
  private final float[] output;

  /** tr(EᵀAᵀAE). */
  float quadraticTrace;

  /** K₀E, or its lower trapezoidal factor: m × columns. */
  final float[] jacobian;

  /** ‖(K₀E)ⱼ‖² of each unit, in every event. */
  final float[] firstNorm;

  /** h wⱼ of each unit, in every event. */
  private final float[] scaledOutput;

  /** tanhᵢ for i = 0 … M, at [i][point]. */
  private final float[][][] tanh;

  /** 1 − tanhᵢ² for i = 0 … M, at [i][point]. */
  private final float[][][] derivative;

  /** uᵢ for i = 0 … M−1, at [i][point]. */
  private final float[][][] u;

  /** zᵢ for i = 1 … M+1, at [i][point]; the last is w in every event. */
  private final float[][][] z;

  /** Curvatures h (1 − tanhᵢ²) zᵢ₊₁ for i = 1 … M, of the point at hand. */
  private final float[][] curvature;

  /** What preactivations of layer i begin with, at [i][point]: its bias, for i = 0 with time. */
  private final float[][][] init;

  /** w, a point. */
  private final float[][] outputInit;

  private final float[][] scratch;
  private final float[] gradientInit;
  private final float[][] onePosition = new float[1][];
  private final float[] oneTime = new float[1];

  /** The point whose arrays {@link #tanh(int)} and the like give. */
  private int at;

  /** Zeros to begin sums with. */
  final float[] zeroInit;

  /**
   * A network without weights.
   *
   * @param architecture shape of the potential
   * @param purpose what it is for
   */
  Network(Architecture architecture, Purpose purpose) {
    layout = architecture.layout();
    d = architecture.d();
    m = architecture.m();
    last = architecture.layers() - 1;
    h = (float) architecture.residualStep();
    gradientRows = purpose == Purpose.TRAINING ? d + 1 : d;
    trapezoidal = purpose == Purpose.SCORING;
    columns = trapezoidal ? Math.min(d, m) : d;
    rank = architecture.rank();
    first = matrix(m, d);
    firstTransposed = matrix(gradientRows, m);
    quadratic = matrix(gradientRows, d);
    lastFolded = matrix(m, m);
    weight = new Matrix[last + 1];
    transposed = new Matrix[last + 1];
    bias = new float[last + 1][];
    tanh = new float[last + 1][][];
    derivative = new float[last + 1][][];
    curvature = new float[last + 1][];
    init = new float[last + 1][][];
    u = new float[last][][];
    z = new float[last + 2][][];
    for (int i = 0; i <= last; i++) {
      bias[i] = padded(m);
      tanh[i] = rowsOfPoints(m);
      derivative[i] = rowsOfPoints(m);
      z[i + 1] = rowsOfPoints(m);
      init[i] = new float[points()][];
      for (int p = 0; p < points(); p++) {
        init[i][p] = i == 0 ? padded(m) : bias[i];
      }
      if (i > 0) {
        weight[i] = matrix(m, m);
        if (i < last || purpose == Purpose.TRAINING) {
          transposed[i] = matrix(m, m);
        }
        curvature[i] = rows(m);
      }
      if (i < last) {
        u[i] = rowsOfPoints(m);
      }
    }
    quadraticTime = new float[gradientRows];
    linear = new float[gradientRows];
    firstTime = new float[m];
    output = padded(m);
    outputInit = new float[points()][];
    Arrays.fill(outputInit, output);
    jacobian = new float[m * d];
    firstNorm = rows(m);
    scaledOutput = rows(m);
    scratch = rowsOfPoints(m);
    gradientInit = padded(gradientRows);
    zeroInit = padded(m);
  }

  /** Events evaluated together. */
  abstract int width();

  /** Most points of its events that it evaluates together. */
  abstract int points();

  /** Floats of n rows that elementwise work covers: whole vectors. */
  abstract int floats(int n);

  /** A matrix in the layout of this network's kernels. */
  abstract Matrix matrix(int rows, int columns);

  /** out row j = value[j] in every event. */
  abstract void spread(float[] value, int n, float[] out);

  /**
   * Σⱼ factorⱼ aⱼ bⱼ over rows: four partial sums, of the rows j, j + 4, …, then (0 + 1) + (2 + 3).
   *
   * @param sum receives one number an event
   */
  abstract void weightedSum(float[] a, float[] b, float[] factor, float[] sum);

  /**
   * Adds Σᵢ Σₖ Σⱼ curvatureᵢⱼ (Kᵢ Jᵢ₋₁)ⱼₖ² for i = 1 … M.
   *
   * @param trace one number an event, added to
   */
  abstract void addLayerTraces(float[] trace);

  /** Space for n rows, padded as the kernels need it. */
  abstract float[] rows(int n);

  private float[][] rowsOfPoints(int n) {
    float[][] space = new float[points()][];
    for (int p = 0; p < space.length; p++) {
      space[p] = rows(n);
    }
    return space;
  }

  /** tanhᵢ where the last gradient or trace was taken, for i = 0 … M. */
  final float[] tanh(int i) {
    return tanh[i][at];
  }

  /** 1 − tanhᵢ² there, for i = 0 … M. */
  final float[] derivative(int i) {
    return derivative[i][at];
  }

  /** uᵢ there, for i = 0 … M−1. */
  final float[] u(int i) {
    return u[i][at];
  }

  /** zᵢ there, for i = 1 … M+1. */
  final float[] z(int i) {
    return z[i][at];
  }

  /** What {@link #curvatures} filled, for i = 1 … M. */
  final float[] curvature(int i) {
    return curvature[i];
  }

  /**
   * The squared norm of an event's d rows, in double.
   *
   * @param a holds the rows
   * @param offset where they begin in a
   * @param event from 0
   */
  final double squaredNorm(float[] a, int offset, int event) {
    double sum = 0;
    for (int k = 0; k < d; k++) {
      double value = a[offset + k * width() + event];
      sum += value * value;
    }
    return sum;
  }

  /** Space for n numbers, one a row, however kernels pad them. */
  private static float[] padded(int n) {
    return new float[Math.max(Lanes.padRows(n), Lanes.padColumns(n))];
  }

  /**
   * Takes weights.
   *
   * @param theta θ in the order of {@link ParameterLayout}
   */
  void load(float[] theta) {
    int columnsOfFirst = d + 1;
    first.set(theta, layout.weight(0), columnsOfFirst, 1);
    firstTransposed.set(theta, layout.weight(0), 1, columnsOfFirst);
    for (int i = 0; i <= last; i++) {
      System.arraycopy(theta, layout.bias(i), bias[i], 0, m);
      if (i > 0) {
        weight[i].set(theta, layout.weight(i), m, 1);
        if (transposed[i] != null) {
          transposed[i].set(theta, layout.weight(i), 1, m);
        }
      }
    }
    System.arraycopy(theta, layout.linear(), linear, 0, gradientRows);
    System.arraycopy(theta, layout.output(), output, 0, m);
    loadFirst(theta);
    loadOutput(theta);
    loadQuadratic(theta);
  }

  private void loadFirst(float[] theta) {
    double[] kE = new double[m * d];
    float[] norm = new float[m];
    for (int j = 0; j < m; j++) {
      int row = layout.weight(0) + j * (d + 1);
      double square = 0;
      for (int k = 0; k < d; k++) {
        double value = theta[row + k];
        kE[j * d + k] = value;
        square += value * value;
      }
      norm[j] = (float) square;
      firstTime[j] = theta[row + d];
    }
    spread(norm, m, firstNorm);
    // Same norms, fewer operations.
    if (trapezoidal) {
      TrapezoidalFactor.factor(kE, m, d);
    }
    for (int p = 0; p < kE.length; p++) {
      jacobian[p] = (float) kE[p];
    }
  }

  private void loadOutput(float[] theta) {
    float[] folded = new float[m * m];
    float[] scaled = new float[m];
    for (int j = 0; j < m; j++) {
      scaled[j] = h * output[j];
      for (int l = 0; l < m; l++) {
        folded[l * m + j] = scaled[j] * theta[layout.weight(last) + j * m + l];
      }
    }
    lastFolded.set(folded, 0, m, 1);
    spread(scaled, m, scaledOutput);
    for (float[] values : z[last + 1]) {
      spread(output, m, values);
    }
  }

  private void loadQuadratic(float[] theta) {
    int n = d + 1;
    float[] square = quadraticForm(theta);
    quadratic.set(square, 0, n, 1);
    for (int k = 0; k < gradientRows; k++) {
      quadraticTime[k] = square[k * n + d];
    }
    double trace = 0;
    for (int k = 0; k < d; k++) {
      trace += square[k * n + k];
    }
    quadraticTrace = (float) trace;
  }

  /** AᵀA, (d + 1) × (d + 1), row-major. */
  final float[] quadraticForm(float[] theta) {
    int n = d + 1;
    float[] square = new float[n * n];
    for (int k = 0; k < n; k++) {
      for (int l = 0; l < n; l++) {
        double sum = 0;
        for (int r = 0; r < rank; r++) {
          int row = layout.quadratic() + r * n;
          sum += (double) theta[row + k] * theta[row + l];
        }
        square[k * n + l] = (float) sum;
      }
    }
    return square;
  }

  /**
   * ∇ₛΦ, of which {@link #gradientRows} rows.
   *
   * @param x d rows
   * @param t time
   * @param gradient receives gradientRows rows, padded
   */
  final void gradient(float[] x, float t, float[] gradient) {
    evaluate(x, t);
    PanelOps.multiply(tanh(0), z(1), floats(m), scratch[0]);
    for (int k = 0; k < gradientRows; k++) {
      gradientInit[k] = Math.fma(t, quadraticTime[k], linear[k]);
    }
    quadratic.multiply(x, gradientInit, gradient);
    firstTransposed.accumulate(scratch[0], gradient);
  }

  /**
   * tr ∇ₓ²Φ at a point.
   *
   * @param x d rows
   * @param t time
   * @param trace receives one number an event
   */
  final void traceAt(float[] x, float t, float[] trace) {
    evaluate(x, t);
    trace(trace);
  }

  /**
   * tr ∇ₓ²Φ at several points.
   *
   * @param x d rows a point
   * @param t times
   * @param count how many points, at most {@link #points}
   * @param traces receives one number an event, a point
   */
  final void tracesAt(float[][] x, float[] t, int count, float[][] traces) {
    evaluate(x, t, count);
    for (at = 0; at < count; at++) {
      trace(traces[at]);
    }
    at = 0;
  }

  private void evaluate(float[] x, float t) {
    onePosition[0] = x;
    oneTime[0] = t;
    evaluate(onePosition, oneTime, 1);
  }

  /** Fills tanh, derivative, u and z: forward and backward through the layers. */
  private void evaluate(float[][] x, float[] t, int count) {
    int n = floats(m);
    for (int p = 0; p < count; p++) {
      for (int j = 0; j < m; j++) {
        init[0][p][j] = Math.fma(t[p], firstTime[j], bias[0][j]);
      }
    }
    first.multiply(x, init[0], tanh[0], count);
    for (int p = 0; p < count; p++) {
      ActivationKernel.hidden(tanh[0][p], n, derivative[0][p], null, 1f, u[0][p]);
    }
    for (int i = 1; i < last; i++) {
      weight[i].multiply(u[i - 1], init[i], tanh[i], count);
      for (int p = 0; p < count; p++) {
        ActivationKernel.hidden(tanh[i][p], n, derivative[i][p], u[i - 1][p], h, u[i][p]);
      }
    }
    weight[last].multiply(u[last - 1], init[last], tanh[last], count);
    for (int p = 0; p < count; p++) {
      ActivationKernel.last(tanh[last][p], n, derivative[last][p]);
    }
    lastFolded.multiply(tanh[last], outputInit, z[last], count);
    for (int i = last - 1; i >= 1; i--) {
      for (int p = 0; p < count; p++) {
        PanelOps.scaledProduct(h, tanh[i][p], z[i + 1][p], n, scratch[p]);
        System.arraycopy(z[i + 1][p], 0, z[i][p], 0, n);
        transposed[i].accumulate(scratch[p], z[i][p]);
      }
    }
  }

  /**
   * tr ∇ₓ²Φ where the last gradient was taken.
   *
   * @param trace receives one number an event
   */
  final void trace(float[] trace) {
    curvatures();
    weightedSum(derivative(0), z(1), firstNorm, trace);
    for (int e = 0; e < width(); e++) {
      trace[e] += quadraticTrace;
    }
    addLayerTraces(trace);
  }

  /** Fills curvature. */
  final void curvatures() {
    int n = floats(m);
    for (int i = 1; i < last; i++) {
      PanelOps.scaledProduct(h, derivative(i), z(i + 1), n, curvature[i]);
    }
    PanelOps.multiply(derivative(last), scaledOutput, n, curvature[last]);
  }
}
