package io.otflow.engine.nd4j;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.pairwise.arithmetic.MulOp;
import org.nd4j.linalg.api.ops.impl.transforms.same.Abs;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Exp;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Log1p;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Tanh;
import org.nd4j.linalg.factory.Nd4j;

/**
 * ∇ₓΦ and tr ∇ₓ²Φ of n events at once, line by line as in {@link io.otflow.flow.Potential}: what is
 * a vector there is a matrix of n columns here, and a Jacobian is m × n × columns, the event in the
 * middle, so that a product with Kᵢ is one matrix product for all events. All arrays are allocated
 * once; three hold m·n·min(d, m) numbers (two of them where there are only two layers). One thread
 * at a time.
 */
final class Nd4jPotential implements AutoCloseable {

  private final Nd4jWeights weights;
  private final Nd4jArrays arrays;
  private final int last;
  private final double h;

  /** tanh(Kᵢuᵢ₋₁ + bᵢ) for i = 0 … M: m × n each. */
  private final INDArray[] tanh;

  /** zᵢ for i = 1 … M+1: m × n each; the last is w for each event. */
  private final INDArray[] z;

  /** uᵢ of one layer after the other: m × n. */
  private final INDArray u;

  /** Kᵢuᵢ₋₁ + bᵢ, then its σ: m × n. */
  private final INDArray activation;

  private final INDArray scratch;

  /** As: rank × n. */
  private final INDArray as;

  /** b₀ + t k₀ and t a. */
  private final INDArray biasAtTime;

  private final INDArray quadraticAtTime;

  /** Jᵢ, Bᵢ = KᵢJᵢ₋₁ and Bᵢ ⊙ Bᵢ. */
  private final Panel jacobian;

  private final Panel product;
  private final Panel square;

  /** Ones: columns, and m. */
  private final INDArray sumOfColumns;

  private final INDArray sumOfRows;

  /** ‖(Bᵢ)ⱼ‖² of each event: m·n, and as m × n. */
  private final INDArray norms;

  private final INDArray normsOfEvents;

  /**
   * One array of m·n·columns numbers, seen in three ways.
   *
   * @param ofRows m × n·columns, what Kᵢ is multiplied with
   * @param ofEvents m × n × columns
   * @param ofColumns m·n × columns
   */
  private record Panel(INDArray ofRows, INDArray ofEvents, INDArray ofColumns) {

    static Panel create(Nd4jArrays arrays, int m, int n, int columns) {
      INDArray all = arrays.matrix(m, (long) n * columns);
      return new Panel(
          all, Nd4jArrays.view(all, m, n, columns), Nd4jArrays.view(all, (long) m * n, columns));
    }
  }

  /**
   * A potential of n events.
   *
   * @param weights its weights; not closed with it
   * @param n events, at least 1
   */
  Nd4jPotential(Nd4jWeights weights, int n) {
    this.weights = weights;
    int m = weights.m;
    last = weights.last;
    h = weights.h;
    arrays = new Nd4jArrays(weights.type);
    tanh = new INDArray[last + 1];
    z = new INDArray[last + 2];
    for (int i = 0; i <= last; i++) {
      tanh[i] = arrays.matrix(m, n);
      z[i + 1] = arrays.matrix(m, n);
    }
    z[last + 1].assign(0).addiColumnVector(weights.output);
    u = arrays.matrix(m, n);
    activation = arrays.matrix(m, n);
    scratch = arrays.matrix(m, n);
    as = arrays.matrix(weights.rank, n);
    biasAtTime = arrays.matrix(m, 1);
    quadraticAtTime = arrays.matrix(weights.rank, 1);
    jacobian = Panel.create(arrays, m, n, weights.columns);
    product = Panel.create(arrays, m, n, weights.columns);
    square = last > 1 ? Panel.create(arrays, m, n, weights.columns) : product;
    sumOfColumns = arrays.constant(weights.columns, 1, 1);
    sumOfRows = arrays.constant(m, 1, 1);
    norms = arrays.matrix((long) m * n, 1);
    normsOfEvents = Nd4jArrays.view(norms, m, n);
  }

  /**
   * ∇ₓΦ = (K₀E)ᵀ(tanh₀ ⊙ z₁) + (AE)ᵀAs + b.
   *
   * @param x d × n
   * @param t the events' time
   * @param gradient receives d × n
   */
  void gradient(INDArray x, double t, INDArray gradient) {
    propagate(x, t);
    tanh[0].muli(z[1], scratch);
    Nd4j.gemm(weights.weight[0], scratch, gradient, true, false, 1, 0);
    weights.timeQuadratic.muli(t, quadraticAtTime);
    Nd4j.gemm(weights.quadratic, x, as, false, false, 1, 0);
    as.addiColumnVector(quadraticAtTime);
    Nd4j.gemm(weights.quadratic, as, gradient, true, false, 1, 1);
    gradient.addiColumnVector(weights.linear);
  }

  /** Fills tanh and z. */
  void propagate(INDArray x, double t) {
    forward(x, t);
    backward();
  }

  /** u₀ = σ(K₀s + b₀), uᵢ = uᵢ₋₁ + hσ(Kᵢuᵢ₋₁ + bᵢ); the gradient needs no u of the last layer. */
  private void forward(INDArray x, double t) {
    weights.timeWeight.muli(t, biasAtTime).addi(weights.bias[0]);
    for (int i = 0; i <= last; i++) {
      Nd4j.gemm(weights.weight[i], i == 0 ? x : u, activation, false, false, 1, 0);
      activation.addiColumnVector(i == 0 ? biasAtTime : weights.bias[i]);
      Nd4j.exec(new Tanh(activation, tanh[i]));
      if (i == 0) {
        sigma(u);
      } else if (i < last) {
        sigma(activation);
        u.addi(activation.muli(h));
      }
    }
  }

  /** σ(a) = |a| + log(1 + e^(−2|a|)) of the activation, which is overwritten. */
  private void sigma(INDArray result) {
    Nd4j.exec(new Abs(activation, activation));
    activation.muli(-2, scratch);
    Nd4j.exec(new Exp(scratch, scratch));
    Nd4j.exec(new Log1p(scratch, scratch));
    activation.addi(scratch, result);
  }

  /** zᵢ = zᵢ₊₁ + h Kᵢᵀ(tanhᵢ ⊙ zᵢ₊₁), from z₍M+1₎ = w down to z₁. */
  private void backward() {
    for (int i = last; i >= 1; i--) {
      tanh[i].muli(z[i + 1], scratch);
      z[i].assign(z[i + 1]);
      Nd4j.gemm(weights.weight[i], scratch, z[i], true, false, h, 1);
    }
  }

  /**
   * t₀ + h Σ tᵢ + tr(EᵀAᵀAE) where the last {@link #propagate} or {@link #gradient} was, with t₀ =
   * Σⱼ (1 − tanh₀²)ⱼ z₁ⱼ ‖(K₀E)ⱼ‖² and tᵢ = Σⱼ (1 − tanhᵢ²)ⱼ zᵢ₊₁,ⱼ ‖(KᵢJᵢ₋₁)ⱼ‖², where J₀ =
   * diag(tanh₀) K₀E and Jᵢ = Jᵢ₋₁ + h diag(tanhᵢ) Kᵢ Jᵢ₋₁.
   *
   * @param trace receives 1 × n
   */
  void trace(INDArray trace) {
    curvature(0);
    Nd4j.gemm(weights.squaredNorms, scratch, trace, true, false, 1, 0);
    multiply(events(tanh[0]), weights.first, jacobian.ofEvents());
    for (int i = 1; i <= last; i++) {
      Nd4j.gemm(weights.weight[i], jacobian.ofRows(), product.ofRows(), false, false, 1, 0);
      product.ofRows().muli(product.ofRows(), square.ofRows());
      Nd4j.gemm(square.ofColumns(), sumOfColumns, norms, false, false, 1, 0);
      curvature(i);
      normsOfEvents.muli(scratch);
      Nd4j.gemm(sumOfRows, normsOfEvents, trace, true, false, h, 1);
      if (i < last) {
        multiply(product.ofEvents(), events(tanh[i]), product.ofEvents());
        jacobian.ofRows().addi(product.ofRows().muli(h));
      }
    }
    trace.addi(weights.quadraticTrace);
  }

  /** (1 − tanhᵢ²) ⊙ zᵢ₊₁ into the scratch array. */
  private void curvature(int i) {
    tanh[i].muli(tanh[i], scratch);
    scratch.rsubi(1).muli(z[i + 1]);
  }

  /** m × n as m × n × 1, one number for all columns of a Jacobian. */
  private static INDArray events(INDArray array) {
    return Nd4jArrays.view(array, array.rows(), array.columns(), 1);
  }

  /** Products of elements, where a dimension of 1 stands for as many as the other array has. */
  private static void multiply(INDArray a, INDArray b, INDArray result) {
    INDArray[] unused = Nd4j.exec(new MulOp(a, b, result));
  }

  @Override
  public void close() {
    arrays.close();
  }
}
