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

// The classical Runge-Kutta tableau.
__device__ __forceinline__ float rk4Node(int stage) {
  return stage == 0 ? 0.f : stage == 3 ? 1.f : 0.5f;
}
__device__ __forceinline__ float rk4Weight(int stage) {
  return stage == 0 || stage == 3 ? 1.f / 6 : 1.f / 3;
}

}  // namespace
