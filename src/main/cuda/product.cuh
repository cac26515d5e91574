// Products of a matrix in device memory with a panel in shared memory. The matrix streams through
// two stages in shared memory: while the threads work on one, asynchronous copies fill the other.
#pragma once

#include "tile.cuh"

namespace {

__device__ __forceinline__ float4 load4(const float* at) {
  return *reinterpret_cast<const float4*>(at);
}

__device__ __forceinline__ void store4(float* at, const float (&v)[4]) {
  *reinterpret_cast<float4*>(at) = make_float4(v[0], v[1], v[2], v[3]);
}

struct Stages {
  float* shared;  // 2 x STAGE
  int current;    // the stage that is worked on next

  // Begins to copy a chunk of a matrix, Q x height, to a stage, where its rows are that much apart.
  template <int HEIGHT, int SPACE = 0>
  __device__ __forceinline__ void fetch(const float* chunk, int stage) const {
    float* to = shared + stage * STAGE;
    constexpr int pieces = Q * HEIGHT / 4;
#pragma unroll
    for (int i = 0; i < (pieces + THREADS - 1) / THREADS; i++) {
      const int piece = i * THREADS + threadIdx.x;
      if (pieces % THREADS == 0 || piece < pieces) {
        const int gaps = SPACE == 0 ? 0 : piece / (HEIGHT / 4) * SPACE;
        __pipeline_memcpy_async(to + 4 * piece + gaps, chunk + 4 * piece, 16);
      }
    }
    __pipeline_commit();
  }

  __device__ __forceinline__ const float* at(int stage) const { return shared + stage * STAGE; }
};

// sum += a b for one chunk: a is Q x rows, b is Q x columns with rows of ldb numbers.
template <class L>
__device__ __forceinline__ void multiplyChunk(
    const float* a, const float* b, int ldb, const L& layout, float (&sum)[4 * L::down][4 * L::across]) {
  // Enough independent work at a time to hide what a read takes, and no more code than that.
#pragma unroll(L::down* L::across >= 4 ? 4 : 8)
  for (int l = 0; l < Q; l++) {
    float4 left[L::down];
    float4 right[L::across];
#pragma unroll
    for (int i = 0; i < L::down; i++) {
      left[i] = *reinterpret_cast<const float4*>(a + l * L::rows + layout.rowOf(4 * i));
    }
#pragma unroll
    for (int k = 0; k < L::across; k++) {
      right[k] = *reinterpret_cast<const float4*>(b + l * ldb + layout.columnOf(k));
    }
#pragma unroll
    for (int i = 0; i < L::down; i++) {
      const float l4[4] = {left[i].x, left[i].y, left[i].z, left[i].w};
#pragma unroll
      for (int k = 0; k < L::across; k++) {
        const float r4[4] = {right[k].x, right[k].y, right[k].z, right[k].w};
#pragma unroll
        for (int u = 0; u < 4; u++) {
#pragma unroll
          for (int v = 0; v < 4; v++) {
            sum[4 * i + u][4 * k + v] = fmaf(l4[u], r4[v], sum[4 * i + u][4 * k + v]);
          }
        }
      }
    }
  }
}

template <class L>
__device__ __forceinline__ void clear(float (&sum)[4 * L::down][4 * L::across]) {
#pragma unroll
  for (int i = 0; i < 4 * L::down; i++) {
#pragma unroll
    for (int k = 0; k < 4 * L::across; k++) {
      sum[i][k] = 0;
    }
  }
}

// matrix x panel, block of rows after block of rows. The matrix has blocks x L::rows rows and
// chunks x Q columns. For every block, finish(first row of the block, sum) gets the thread's part.
// The panel may have been written just before; nothing that finish writes may be in the panel.
template <class L, class Finish>
__device__ __forceinline__ void product(
    Stages& stages, const float* matrix, int blocks, int chunks, const float* panel, const L& layout,
    Finish finish) {
  float sum[4 * L::down][4 * L::across];
  stages.fetch<L::rows>(matrix, stages.current);
  for (int block = 0; block < blocks; block++) {
    clear<L>(sum);
    for (int chunk = 0; chunk < chunks; chunk++) {
      const int index = block * chunks + chunk;
      __pipeline_wait_prior(0);
      __syncthreads();
      if (index + 1 < blocks * chunks) {
        stages.fetch<L::rows>(matrix + (index + 1) * (Q * L::rows), stages.current ^ 1);
      }
      multiplyChunk<L>(stages.at(stages.current), panel + chunk * (Q * E), E, layout, sum);
      stages.current ^= 1;
    }
    finish(block * L::rows, sum);
  }
}

}  // namespace
