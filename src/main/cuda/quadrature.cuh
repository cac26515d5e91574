// RK4 for the trajectory; the trace at quadrature nodes, at positions of the cubic Hermite interpolant.
#pragma once

#include "block.cuh"

namespace {

// One node of the rule, as a.rule holds it: 8 floats a node, nodes ascending.
struct QuadratureNode {
  const float* at;

  __device__ __forceinline__ float get(int i) const { return __ldg(at + i); }
  __device__ __forceinline__ int step() const { return int(get(0)); }
  __device__ __forceinline__ float time() const { return get(1); }
  __device__ __forceinline__ float weight() const { return get(2); }
  // Of z and of the gradient where the step begins, then where it ends.
  __device__ __forceinline__ float position(int i) const { return get(3 + i); }
};

}  // namespace

// One block takes tile after tile of E rows. Panels of the integrator: 5.
extern "C" __global__ void __launch_bounds__(THREADS, 1) quadrature(const __grid_constant__ Arguments a) {
  Potential potential(a, sharedMemory());
  Trace trace(potential);
  const Block block{a, potential.p};
  const Rk4 rk4(block);
  float* const zBefore = block.state(3);
  float* const slopeBefore = block.state(4);
  block.setConstants();
  for (int from = blockIdx.x * E; from < a.rows; from += gridDim.x * E) {
    rk4.begin(from);
    double logDet = 0;
    int node = 0;
    // One stage more than there are: the gradient at the end.
#pragma unroll 1
    for (int index = 0; index <= 4 * a.steps; index++) {
      const int n = index / 4;
      const int stage = index % 4;
      block.setTime(rk4.time(n, stage));
      potential.forward();
      potential.backward();
      potential.gradient(rk4.slope);
      __syncthreads();
      if (stage == 0) {
        while (node < a.nodes) {
          const QuadratureNode q{a.rule + 8 * node};
          if (q.step() >= n) {
            break;
          }
          block.forEach([&](int i) {
            block.p.input[i] = q.position(0) * zBefore[i] + q.position(1) * slopeBefore[i] +
                               q.position(2) * rk4.z[i] + q.position(3) * rk4.slope[i];
          });
          block.setTime(q.time());
          potential.forward();
          potential.backward();
          logDet -= double(q.weight()) * trace();
          node++;
        }
        block.forEach([&](int i) {
          zBefore[i] = rk4.z[i];
          slopeBefore[i] = rk4.slope[i];
        });
      }
      if (index < 4 * a.steps) {
        rk4.advance(stage);
      }
    }
    rk4.finish(from, logDet);
  }
}
