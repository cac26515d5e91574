package io.otflow.model;

import java.util.ArrayList;
import java.util.List;

/**
 * Where each weight tensor lies in the flat parameter array θ. The order, and the names, are those
 * of the published PyTorch program's state_dict; matrices are row-major.
 *
 * <pre>
 *  A                  rank × (d+1)   quadratic term ½ sᵀAᵀA s
 *  c.weight           1 × (d+1)      linear term bᵀs
 *  c.bias             1              constant c
 *  w.weight           1 × m          wᵀN(s)
 *  N.layers.0.weight  m × (d+1)      K₀
 *  N.layers.0.bias    m              b₀
 *  N.layers.i.weight  m × m          Kᵢ, i = 1 … layers−1
 *  N.layers.i.bias    m              bᵢ
 * </pre>
 */
public final class ParameterLayout {

  /**
   * One tensor of θ.
   *
   * @param name its name in the state_dict
   * @param rows its rows; 0 for a vector that has no second dimension
   * @param columns its columns, or the length of the vector
   * @param offset index of its first element in θ
   */
  public record Tensor(String name, int rows, int columns, int offset) {
    /**
     * The number of elements.
     *
     * @return the number of elements
     */
    public int size() {
      return Math.max(rows, 1) * columns;
    }
  }

  private final List<Tensor> tensors = new ArrayList<>();
  private final int size;

  ParameterLayout(Architecture a) {
    int offset = 0;
    offset = add("A", a.rank(), a.d() + 1, offset);
    offset = add("c.weight", 1, a.d() + 1, offset);
    offset = add("c.bias", 0, 1, offset);
    offset = add("w.weight", 1, a.m(), offset);
    for (int i = 0; i < a.layers(); i++) {
      offset = add("N.layers." + i + ".weight", a.m(), i == 0 ? a.d() + 1 : a.m(), offset);
      offset = add("N.layers." + i + ".bias", 0, a.m(), offset);
    }
    size = offset;
  }

  private int add(String name, int rows, int columns, int offset) {
    Tensor tensor = new Tensor(name, rows, columns, offset);
    tensors.add(tensor);
    return offset + tensor.size();
  }

  /**
   * All tensors, in order.
   *
   * @return the tensors
   */
  public List<Tensor> tensors() {
    return List.copyOf(tensors);
  }

  /**
   * The length of θ.
   *
   * @return the length of θ
   */
  public int size() {
    return size;
  }

  /**
   * Offset of A.
   *
   * @return its offset in θ
   */
  public int quadratic() {
    return tensors.get(0).offset();
  }

  /**
   * Offset of the linear term's vector b.
   *
   * @return its offset in θ
   */
  public int linear() {
    return tensors.get(1).offset();
  }

  /**
   * Offset of the constant c.
   *
   * @return its offset in θ
   */
  public int constant() {
    return tensors.get(2).offset();
  }

  /**
   * Offset of w.
   *
   * @return its offset in θ
   */
  public int output() {
    return tensors.get(3).offset();
  }

  /**
   * Offset of the matrix Kᵢ.
   *
   * @param layer i, from 0
   * @return its offset in θ
   */
  public int weight(int layer) {
    return tensors.get(4 + 2 * layer).offset();
  }

  /**
   * Offset of the bias bᵢ.
   *
   * @param layer i, from 0
   * @return its offset in θ
   */
  public int bias(int layer) {
    return tensors.get(5 + 2 * layer).offset();
  }
}
