// RK4 for everything, the trace at every stage: the published discretization.
#pragma once

#include "block.cuh"

// One block takes tile after tile of E rows. Panels of the integrator: 3.
extern "C" __global__ void __launch_bounds__(THREADS, 1) rk4(const __grid_constant__ Arguments a) {
  Potential potential(a, sharedMemory());
  Trace trace(potential);
  const Block block{a, potential.p};
  const Rk4 rk4(block);
  block.setConstants();
  for (int from = blockIdx.x * E; from < a.rows; from += gridDim.x * E) {
    rk4.begin(from);
    double logDet = 0;
    for (int n = 0; n < a.steps; n++) {
#pragma unroll 1
      for (int stage = 0; stage < 4; stage++) {
        block.setTime(rk4.time(n, stage));
        potential.forward();
        potential.backward();
        potential.gradient(rk4.slope);
        logDet -= double(rk4.step * Rk4::weight(stage)) * trace();
        rk4.advance(stage);
      }
    }
    __syncthreads();
    rk4.finish(from, logDet);
  }
}
