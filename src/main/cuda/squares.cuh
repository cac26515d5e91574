// Sums of the squares of a product's elements, weighted, event by event: how the trace is taken from
// K J. By multiply-adds of every lane, or by tensor cores.
#pragma once

#include "product.cuh"

namespace {

// Every lane has squares of 4 x 4 elements of the product.
struct LaneSquares {
  using L = TraceLayout;

  // Squares of one thread that belong to different events.
  static constexpr int DISTINCT = C == E ? L::across : 1;

  // Threads that have a part of an event's sum.
  static constexpr int slots = L::columns / (L::across / DISTINCT) / E * L::threadsDown;

  static_assert(E == C || C / L::across % E == 0, "a thread's squares belong to the same events");

  const L layout;
  float sum[4 * L::down][4 * L::across];
  float partial[4 * DISTINCT];

  __device__ __forceinline__ LaneSquares() : layout() {
#pragma unroll
    for (int v = 0; v < 4 * DISTINCT; v++) {
      partial[v] = 0;
    }
  }

  __device__ __forceinline__ void clear() { ::clear<L>(sum); }

  // Adds a chunk of the product.
  __device__ __forceinline__ void multiply(const float* stage, const float* scaled, bool) {
    multiplyChunk<L>(stage, scaled, C, layout, sum);
  }

  // partial += weights x squares, for rows from one on; weights are a panel.
  __device__ __forceinline__ void addSquares(const float* weights, int from) {
    addSquares(weights, from, sum);
  }

  __device__ __forceinline__ void addSquares(
      const float* weights, int from, const float (&product)[4 * L::down][4 * L::across]) {
#pragma unroll
    for (int i = 0; i < 4 * L::down; i++) {
      const int row = (from + layout.rowOf(i)) * E;
#pragma unroll
      for (int k = 0; k < DISTINCT; k++) {
        const float4 c = load4(weights + row + layout.columnOf(k) % E);
        const float c4[4] = {c.x, c.y, c.z, c.w};
#pragma unroll
        for (int v = 0; v < 4; v++) {
          float square = 0;
#pragma unroll
          for (int same = k; same < L::across; same += DISTINCT) {
            square = fmaf(product[i][4 * same + v], product[i][4 * same + v], square);
          }
          partial[4 * k + v] = fmaf(c4[v], square, partial[4 * k + v]);
        }
      }
    }
  }

  // Writes the partial sums: slot s of event e to s * E + e.
  __device__ __forceinline__ void store(float* scratch) const {
    if (layout.owner()) {
#pragma unroll
      for (int k = 0; k < DISTINCT; k++) {
        const int column = layout.columnOf(k);
        const int slot =
            layout.row / 4 * (slots / L::threadsDown) + (DISTINCT == 1 ? column / E : 0);
        const float values[4] = {partial[4 * k], partial[4 * k + 1], partial[4 * k + 2],
                                 partial[4 * k + 3]};
        store4(scratch + slot * E + column % E, values);
      }
    }
  }
};

// Every warp has a rectangle of the product, in pieces of 16 x 8 as mma.m16n8k8 computes them: lane l
// holds rows l / 4 and l / 4 + 8, columns 2 (l % 4) and one more ("PTX ISA", NVIDIA, matrix fragments
// for mma.m16n8k8). Factors are cut to TF32, ten bits of fraction; or split into two such numbers
// each, of whose products all but the smallest are summed.
struct TensorSquares {
  static constexpr int ROWS = smaller(R, 64);
  static constexpr int COLUMNS = 32;
  static constexpr int DOWN = ROWS / 16;
  static constexpr int ACROSS = COLUMNS / 8;
  static constexpr int WARPS_ACROSS = larger(1, C / COLUMNS);

  // Pieces of a row of them that belong to different events.
  static constexpr int DISTINCT = smaller(ACROSS, E / 8);
  static constexpr int SPAN = larger(COLUMNS, E);
  static constexpr int GROUPS = larger(1, C / SPAN);
  static constexpr int slots = R / ROWS * 8 * GROUPS;

  static_assert(!TENSOR || R / ROWS * WARPS_ACROSS == THREADS / 32, "a rectangle for every warp");

  const int row, column, group, quad;
  float sum[DOWN][ACROSS][4];
  float partial[DISTINCT][2];

  __device__ __forceinline__ TensorSquares()
      : row(int(threadIdx.x) / 32 / WARPS_ACROSS * ROWS),
        column(int(threadIdx.x) / 32 % WARPS_ACROSS * COLUMNS),
        group(int(threadIdx.x) % 32 / 4),
        quad(int(threadIdx.x) % 4) {
#pragma unroll
    for (int n = 0; n < DISTINCT; n++) {
      partial[n][0] = partial[n][1] = 0;
    }
  }

  __device__ __forceinline__ void clear() {
#pragma unroll
    for (int m = 0; m < DOWN; m++) {
#pragma unroll
      for (int n = 0; n < ACROSS; n++) {
#pragma unroll
        for (int v = 0; v < 4; v++) {
          sum[m][n][v] = 0;
        }
      }
    }
  }

  // Adds a chunk of the product. Rows of the stage are APART numbers further apart, those of the
  // scaled columns too.
  __device__ __forceinline__ void multiply(const float* stage, const float* scaled, bool split) {
#pragma unroll
    for (int k = 0; k < Q; k += 8) {
      float a[DOWN][4], aRest[DOWN][4], b[ACROSS][2], bRest[ACROSS][2];
#pragma unroll
      for (int m = 0; m < DOWN; m++) {
#pragma unroll
        for (int v = 0; v < 4; v++) {
          const float value = stage[(k + quad + v / 2 * 4) * (R + APART) + row + 16 * m + group + v % 2 * 8];
          a[m][v] = tf32(value);
          aRest[m][v] = tf32(value - a[m][v]);
        }
      }
#pragma unroll
      for (int n = 0; n < ACROSS; n++) {
#pragma unroll
        for (int v = 0; v < 2; v++) {
          const float value = scaled[(k + quad + 4 * v) * (C + APART) + column + 8 * n + group];
          b[n][v] = tf32(value);
          bRest[n][v] = tf32(value - b[n][v]);
        }
      }
#pragma unroll
      for (int m = 0; m < DOWN; m++) {
#pragma unroll
        for (int n = 0; n < ACROSS; n++) {
          if (split) {
            multiplyTf32(sum[m][n], aRest[m], b[n]);
            multiplyTf32(sum[m][n], a[m], bRest[n]);
          }
          multiplyTf32(sum[m][n], a[m], b[n]);
        }
      }
    }
  }

  // partial += weights x squares, for rows from one on; weights are a panel.
  __device__ __forceinline__ void addSquares(const float* weights, int from) {
#pragma unroll
    for (int m = 0; m < DOWN; m++) {
#pragma unroll
      for (int half = 0; half < 2; half++) {
        const float* at = weights + (from + row + 16 * m + group + 8 * half) * E + 2 * quad;
#pragma unroll
        for (int n = 0; n < DISTINCT; n++) {
          const float2 c = *reinterpret_cast<const float2*>(at + (column + 8 * n) % E);
          float square[2] = {0, 0};
#pragma unroll
          for (int same = n; same < ACROSS; same += DISTINCT) {
            square[0] = fmaf(sum[m][same][2 * half], sum[m][same][2 * half], square[0]);
            square[1] = fmaf(sum[m][same][2 * half + 1], sum[m][same][2 * half + 1], square[1]);
          }
          partial[n][0] = fmaf(c.x, square[0], partial[n][0]);
          partial[n][1] = fmaf(c.y, square[1], partial[n][1]);
        }
      }
    }
  }

  // Writes the partial sums: slot s of event e to s * E + e.
  __device__ __forceinline__ void store(float* scratch) const {
    const int slot = (row / ROWS * 8 + group) * GROUPS + column / SPAN;
#pragma unroll
    for (int n = 0; n < DISTINCT; n++) {
      float* at = scratch + slot * E + (column + 8 * n) % E + 2 * quad;
      at[0] = partial[n][0];
      at[1] = partial[n][1];
    }
  }
};

}  // namespace
