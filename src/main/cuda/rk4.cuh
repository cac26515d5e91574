// RK4 for everything, the trace at every stage: the published discretization.
#pragma once

#include "block.cuh"

// One block takes tile after tile of E rows. Panels of the integrator: 3.
extern "C" __global__ void __launch_bounds__(THREADS, 1) rk4(const __grid_constant__ Arguments a) {
  Potential potential(a, sharedMemory());
  Trace trace(potential);
  const Block block{a, potential.p};
  float* const input = potential.p.input;
  float* const z = block.state(0);
  float* const next = block.state(1);
  float* const slope = block.state(2);
  const float step = 1.f / a.steps;
  block.setConstants();
  for (int from = blockIdx.x * E; from < a.rows; from += gridDim.x * E) {
    block.forEach([&](int i) {
      const int row = from + i % E;
      z[i] = next[i] = input[i] = block.row(row < a.rows ? row : a.rows - 1, i);
    });
    double logDet = 0;
    for (int n = 0; n < a.steps; n++) {
#pragma unroll 1
      for (int stage = 0; stage < 4; stage++) {
        block.setTime((n + rk4Node(stage)) * step);
        potential.forward();
        potential.backward();
        potential.gradient(slope);
        logDet -= double(step * rk4Weight(stage)) * trace();
        const float weight = step * rk4Weight(stage);
        const float ahead = stage < 3 ? step * rk4Node(stage + 1) : 0.f;
        block.forEach([&](int i) {
          next[i] = fmaf(-weight, slope[i], next[i]);
          if (stage == 3) {
            z[i] = next[i];
          }
          input[i] = fmaf(-ahead, slope[i], z[i]);
        });
      }
    }
    __syncthreads();
    const int row = from + threadIdx.x;
    if (threadIdx.x < E && row < a.rows) {
      a.logLikelihood[row] = a.constant - 0.5 * block.squaredNorm(z) + logDet;
    }
    __syncthreads();
  }
}
