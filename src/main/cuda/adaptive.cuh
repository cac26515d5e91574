// The trajectory by a pair of order 5(4), the trace by nested rules, both as fine as each event needs:
// io.otflow.flow.AdaptiveFlow, whose tables come in a.rule.
#pragma once

#include "block.cuh"
#include "queue.cuh"

namespace {

// The tables, in floats.
struct AdaptiveRule {
  static constexpr int STAGES = 7;
  static constexpr int PLACES = 39;
  static constexpr int NODE = 2 + STAGES;
  static constexpr int COEFFICIENTS = 2 * STAGES;
  static constexpr int LIMITS = COEFFICIENTS + STAGES * (STAGES - 1) / 2;
  static constexpr int NODES = LIMITS + 3;
  static constexpr int RULES = NODES + Refinement::LEVELS * PLACES * NODE;
  const float* at;

  // Of the pair: when a stage is, as a share of the step; its weight in the error; how far along the
  // slope of stage j stage i lies.
  __device__ __forceinline__ float time(int stage) const { return __ldg(at + stage); }
  __device__ __forceinline__ float error(int stage) const { return __ldg(at + STAGES + stage); }
  __device__ __forceinline__ float coefficient(int i, int j) const {
    return __ldg(at + COEFFICIENTS + i * (i - 1) / 2 + j);
  }

  // From sqrt(|z|^2 + d) |e| to the trajectory's error; the share of the tolerance that it may use
  // up; from the trace's error to that of a trajectory whose steps were doubled.
  __device__ __forceinline__ float factor() const { return __ldg(at + LIMITS); }
  __device__ __forceinline__ float share() const { return __ldg(at + LIMITS + 1); }
  __device__ __forceinline__ float doubled() const { return __ldg(at + LIMITS + 2); }

  // A node of the finest rule under a number of steps: its step, its time, and how far along the
  // slope of each stage its position lies.
  __device__ __forceinline__ const float* node(int doublings, int place) const {
    return at + NODES + (doublings * PLACES + place) * NODE;
  }

  // The weight of a place under a rule, and its parts of the two coefficients that tell the error.
  __device__ __forceinline__ float weight(int rule, int place, int which) const {
    return __ldg(at + RULES + (rule * PLACES + place) * 3 + which);
  }

  // Places of a rule are every stride-th; those that the rule before has are known.
  static __device__ __forceinline__ int stride(int rule) { return 4 >> rule; }
  static __device__ __forceinline__ bool adds(int rule, int place) {
    return (place + 1) % stride(rule) == 0 && (rule == 0 || (place + 1) % stride(rule - 1) != 0);
  }
};

// A block's work in shared memory: the rows, what becomes of each, and two numbers.
struct Work {
  int* rows;
  int* kinds;
  int* count;
  int* kind;

  __device__ __forceinline__ explicit Work(float* from) {
    rows = reinterpret_cast<int*>(from);
    kinds = rows + E;
    count = kinds + E;
    kind = count + 1;
  }
};

// What becomes of an event: the kind that it is to be refined to, or -1 when its result is written.
__device__ __forceinline__ int conclude(
    const Arguments& a, const AdaptiveRule& rule, Refinement now, int row, double square,
    double errorSquare) {
  const double trajectory = rule.factor() * sqrt((square + a.d) * errorSquare);
  if (now.rule == 0 && now.doublings + 1 < Refinement::LEVELS &&
      trajectory > double(rule.share()) * a.tolerance && isfinite(trajectory)) {
    return Refinement{now.doublings + 1, 0}.kind();
  }
  const float* traces = a.traces + (long long)row * AdaptiveRule::PLACES;
  double integral = 0;
  double tail[2] = {0, 0};
  const int stride = AdaptiveRule::stride(now.rule);
  for (int place = stride - 1; place < AdaptiveRule::PLACES; place += stride) {
    const double trace = __ldcg(traces + place);
    integral += rule.weight(now.rule, place, 0) * trace;
    tail[0] += rule.weight(now.rule, place, 1) * trace;
    tail[1] += rule.weight(now.rule, place, 2) * trace;
  }
  const float factor = now.doublings == 0 ? 1.f : rule.doubled();
  const double error = trajectory + factor * (fabs(tail[0]) + fabs(tail[1]));
  if (now.rule + 1 < Refinement::LEVELS && error > a.tolerance && isfinite(error)) {
    return Refinement{now.doublings, now.rule + 1}.kind();
  }
  a.logLikelihood[row] = a.constant - 0.5 * square - integral;
  a.errorEstimate[row] = error;
  return -1;
}

}  // namespace

// One block takes tile after tile of rows from the queue. Panels of the integrator: 9, and the work.
extern "C" __global__ void __launch_bounds__(THREADS, 1) adaptive(const __grid_constant__ Arguments a) {
  Potential potential(a, sharedMemory());
  Trace trace(potential);
  const Block block{a, potential.p};
  const AdaptiveRule rule{a.rule};
  const Queue queue{a.queue};
  float* const input = potential.p.input;
  float* const z = block.state(0);
  float* const error = block.state(1);
  const Work work(block.state(2 + AdaptiveRule::STAGES));
  const auto slope = [&](int stage) { return block.state(2 + stage); };
  block.setConstants();
  if (threadIdx.x == 0) {
    *work.count = queue.take(a.rows, work.rows, work.kind);
  }
  for (;;) {
    __syncthreads();
    const int count = *work.count;
    if (count == 0) {
      return;
    }
    const Refinement now = Refinement::of(*work.kind);
    const int steps = a.steps << now.doublings;
    const float step = 1.f / steps;
    block.forEach([&](int i) {
      const int e = i % E;
      z[i] = input[i] = block.row(work.rows[e < count ? e : count - 1], i);
      error[i] = 0;
    });
    int place = 0;
    // Stage 0 is the last one of the step before, save for the first step.
#pragma unroll 1
    for (int index = 0; index <= 6 * steps; index++) {
      const int n = index == 0 ? 0 : (index - 1) / 6;
      const int stage = index == 0 ? 0 : (index - 1) % 6 + 1;
      block.setTime((n + rule.time(stage)) * step);
      potential.forward();
      potential.backward();
      potential.gradient(slope(stage));
      __syncthreads();
      if (stage == 6) {
        for (; place < AdaptiveRule::PLACES; place++) {
          const float* node = rule.node(now.doublings, place);
          if (int(__ldg(node)) > n) {
            break;
          }
          if (!AdaptiveRule::adds(now.rule, place)) {
            continue;
          }
          block.forEach([&](int i) {
            float sum = z[i];
            for (int j = 0; j < AdaptiveRule::STAGES; j++) {
              sum = fmaf(-__ldg(node + 2 + j), slope(j)[i], sum);
            }
            input[i] = sum;
          });
          block.setTime(__ldg(node + 1));
          potential.forward();
          potential.backward();
          const float value = trace();
          if (int(threadIdx.x) < count) {
            a.traces[(long long)work.rows[threadIdx.x] * AdaptiveRule::PLACES + place] = value;
          }
        }
        block.forEach([&](int i) {
          for (int j = 0; j < AdaptiveRule::STAGES; j++) {
            error[i] = fmaf(-step * rule.error(j), slope(j)[i], error[i]);
          }
          float sum = 0;
          for (int j = 0; j < 6; j++) {
            sum = fmaf(rule.coefficient(6, j), slope(j)[i], sum);
          }
          z[i] = fmaf(-step, sum, z[i]);
          slope(0)[i] = slope(6)[i];
        });
      }
      const int following = stage == 6 ? 1 : stage + 1;
      block.forEach([&](int i) {
        float sum = 0;
        for (int j = 0; j < following; j++) {
          sum = fmaf(rule.coefficient(following, j), slope(j)[i], sum);
        }
        input[i] = fmaf(-step, sum, z[i]);
      });
    }
    __syncthreads();
    if (int(threadIdx.x) < count) {
      work.kinds[threadIdx.x] = conclude(a, rule, now, work.rows[threadIdx.x],
                                         block.squaredNorm(z), block.squaredNorm(error));
      __threadfence();
    }
    __syncthreads();
    if (threadIdx.x == 0) {
      queue.add(work.rows, work.kinds, count);
      *work.count = queue.take(a.rows, work.rows, work.kind);
    }
  }
}
