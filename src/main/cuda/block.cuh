// What the integrators share: the events that a block has, and the panels that it keeps of them.
#pragma once

#include "trace.cuh"

namespace {

// Panels of d x E, element by element dealt out to the threads. Every thread meets the same elements
// each time, so panels that no product reads need no barrier.
struct Block {
  const Arguments& a;
  const Panels& p;

  // The i-th panel of the integrator.
  __device__ __forceinline__ float* state(int i) const { return p.state + i * (a.d * E); }

  template <class Body>
  __device__ __forceinline__ void forEach(Body body) const {
    for (int i = threadIdx.x; i < a.d * E; i += THREADS) {
      body(i);
    }
  }

  // The rows of the input that stay as they are: ones, and zeros up to a whole chunk.
  __device__ __forceinline__ void setConstants() const {
    for (int i = threadIdx.x + (a.d + 1) * E; i < a.inputRows * E; i += THREADS) {
      p.input[i] = i < (a.d + 2) * E ? 1.f : 0.f;
    }
  }

  __device__ __forceinline__ void setTime(float t) const {
    if (threadIdx.x < E) {
      p.input[a.d * E + threadIdx.x] = t;
    }
  }

  // An element of a row of x.
  __device__ __forceinline__ float row(int row, int i) const {
    return __ldg(a.x + (long long)row * a.d + i / E);
  }

  // The squared norm of column e of a panel, for thread e < E.
  __device__ __forceinline__ double squaredNorm(const float* panel) const {
    double square = 0;
    for (int k = 0; k < a.d; k++) {
      const double value = panel[k * E + threadIdx.x];
      square += value * value;
    }
    return square;
  }
};

// The classical Runge-Kutta method on the rows of a tile. Panels: z where the step begins, next what its
// stages add up to, slope the gradient of the last stage; the block's input is where the next one is.
struct Rk4 {
  const Arguments& a;
  const Block& block;
  float* const z;
  float* const next;
  float* const slope;
  const float step;

  __device__ __forceinline__ explicit Rk4(const Block& of)
      : a(of.a), block(of), z(of.state(0)), next(of.state(1)), slope(of.state(2)), step(1.f / a.steps) {}

  static __device__ __forceinline__ float node(int stage) {
    return stage == 0 ? 0.f : stage == 3 ? 1.f : 0.5f;
  }

  static __device__ __forceinline__ float weight(int stage) {
    return stage == 0 || stage == 3 ? 1.f / 6 : 1.f / 3;
  }

  __device__ __forceinline__ float time(int n, int stage) const { return (n + node(stage)) * step; }

  // Takes E rows from one on; past the last they repeat it.
  __device__ __forceinline__ void begin(int from) const {
    block.forEach([&](int i) {
      const int row = from + i % E;
      z[i] = next[i] = block.p.input[i] = block.row(row < a.rows ? row : a.rows - 1, i);
    });
  }

  // From the gradient of a stage to the next one's input.
  __device__ __forceinline__ void advance(int stage) const {
    const float share = step * weight(stage);
    const float ahead = stage < 3 ? step * node(stage + 1) : 0.f;
    block.forEach([&](int i) {
      next[i] = fmaf(-share, slope[i], next[i]);
      if (stage == 3) {
        z[i] = next[i];
      }
      block.p.input[i] = fmaf(-ahead, slope[i], z[i]);
    });
  }

  // Writes log p of the rows; z must be known to all threads. Another tile may begin then.
  __device__ __forceinline__ void finish(int from, double logDet) const {
    const int row = from + threadIdx.x;
    if (threadIdx.x < E && row < a.rows) {
      a.logLikelihood[row] = a.constant - 0.5 * block.squaredNorm(z) + logDet;
    }
    __syncthreads();
  }
};

}  // namespace
