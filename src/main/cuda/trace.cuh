// The exact trace of the Hessian in x, from what the potential's gradient has left.
#pragma once

#include <type_traits>

#include "potential.cuh"
#include "squares.cuh"

namespace {

// Where a product for the trace is: features, block of rows, chunk of the inner index. The first
// chunks of a feature whose column of the factor is zero there are left out.
struct Place {
  int feature, block, chunk;

  __device__ __forceinline__ void advance(int blocks, int chunks) {
    if (++chunk == chunks) {
      if (++block == blocks) {
        block = 0;
        feature += C / E;
      }
      chunk = feature / Q;
    }
  }
};

// T0 times columns of the factor: what a thread adds to a chunk of J0's columns.
struct Scaling {
  static constexpr int pieces = Q * C / 4;
  static constexpr int each = (pieces + THREADS - 1) / THREADS;
  float factor[each];

  static __device__ __forceinline__ int row(int piece) { return piece / (C / 4); }
  static __device__ __forceinline__ int column(int piece) { return 4 * (piece % (C / 4)); }

  __device__ __forceinline__ void load(const Arguments& a, const Place& place) {
#pragma unroll
    for (int i = 0; i < each; i++) {
      const int piece = i * THREADS + threadIdx.x;
      const int feature = place.feature + column(piece) / E;
      const bool there = (pieces % THREADS == 0 || piece < pieces) && feature < a.factorColumns;
      const int at = feature * a.width + place.chunk * Q + row(piece);
      factor[i] = there ? __ldg(a.weights + a.factor + at) : 0;
    }
  }

  __device__ __forceinline__ void store(const float* tanh, const Place& place, float* to) const {
#pragma unroll
    for (int i = 0; i < each; i++) {
      const int piece = i * THREADS + threadIdx.x;
      if (pieces % THREADS == 0 || piece < pieces) {
        const int column4 = column(piece);
        const float4 t =
            load4(tanh + (place.chunk * Q + row(piece)) * E + column4 % E);
        const float scaled[4] = {factor[i] * t.x, factor[i] * t.y, factor[i] * t.z,
                                 factor[i] * t.w};
        store4(to + row(piece) * (C + APART) + column4, scaled);
      }
    }
  }
};

struct Trace {
  using Squares = std::conditional_t<TENSOR, TensorSquares, LaneSquares>;
  using V = VelocityLayout;

  static_assert(Squares::slots + V::threadsDown <= R, "the sums fit where T0 was");

  Potential& potential;
  const Arguments& a;
  const Panels& p;

  __device__ __forceinline__ explicit Trace(Potential& of) : potential(of), a(of.a), p(of.p) {}

  // TM becomes h (1 - TM^2) w.
  __device__ __forceinline__ void curveLast() const {
    float* tanh = p.tanh + a.layers * potential.panel();
    for (int i = threadIdx.x; i < potential.panel() / 4; i += THREADS) {
      const float w = a.residualStep * __ldg(a.weights + a.output + 4 * i / E);
      const float4 t = load4(tanh + 4 * i);
      const float c[4] = {w * (1 - t.x * t.x), w * (1 - t.y * t.y), w * (1 - t.z * t.z),
                          w * (1 - t.w * t.w)};
      store4(tanh + 4 * i, c);
    }
  }

  // One layer after the first: all features' products in one stream of chunks.
  template <class S>
  __device__ __forceinline__ void shallow(S& squares) {
    const float* matrix = a.weights + a.forward;
    const int features = (a.factorColumns + C / E - 1) / (C / E) * (C / E);
    const int blocks = potential.blocks();
    const int chunks = potential.chunks();
    Stages& stages = potential.stages;
    squares.clear();
    Scaling scaling;
    Place place{0, 0, 0};
    stages.fetch<R, APART>(matrix, stages.current);
    scaling.load(a, place);
    scaling.store(p.tanh, place, p.scaled + stages.current * SCALED);
    bool begun = false;
    while (place.feature < features) {
      Place next = place;
      next.advance(blocks, chunks);
      const bool more = next.feature < features;
      __pipeline_wait_prior(0);
      __syncthreads();
      if (!begun) {
        curveLast();
        begun = true;
      }
      if (more) {
        stages.fetch<R, APART>(matrix + (next.block * chunks + next.chunk) * (Q * R),
                               stages.current ^ 1);
        scaling.load(a, next);
      }
      squares.multiply(stages.at(stages.current), p.scaled + stages.current * SCALED, a.split != 0);
      stages.current ^= 1;
      if (more) {
        scaling.store(p.tanh, next, p.scaled + stages.current * SCALED);
      }
      if (next.block != place.block || next.feature != place.feature) {
        squares.addSquares(p.tanh + potential.panel(), place.block * R);
        squares.clear();
      }
      place = next;
    }
  }

  // Several layers after the first: the Jacobian, feature by feature.
  __device__ __forceinline__ void deep(LaneSquares& squares) {
    using L = TraceLayout;
    const L& layout = squares.layout;
    const int panel = potential.panel();
    // Without a gradient in between, some threads may still be reading what follows writes.
    __syncthreads();
    curveLast();
    float* before = p.other;
    for (int feature = 0; feature < a.factorColumns; feature++) {
      for (int i = threadIdx.x; i < panel; i += THREADS) {
        before[i] = p.tanh[i] * __ldg(a.weights + a.factor + feature * a.width + i / E);
      }
      for (int layer = 1;; layer++) {
        float* after = before == p.other ? p.hidden : p.other;
        const bool last = layer == a.layers;
        const float* curvature =
            last ? p.tanh + a.layers * panel : p.curvature + (layer - 1) * panel;
        const float* tanh = p.tanh + layer * panel;
        product(potential.stages, a.weights + a.forward + (layer - 1) * (a.width * a.width),
                potential.blocks(), potential.chunks(), before, layout, [&](int from, auto& sum) {
                  squares.addSquares(curvature, from, sum);
                  if (!last && layout.owner()) {
#pragma unroll
                    for (int i = 0; i < 4 * L::down; i++) {
                      const int row = (from + layout.rowOf(i)) * E;
#pragma unroll
                      for (int k = 0; k < L::across; k++) {
                        const int at = row + layout.columnOf(k);
                        const float4 j = load4(before + at);
                        const float4 t = load4(tanh + at);
                        const float next[4] = {
                            fmaf(a.residualStep * t.x, sum[i][4 * k], j.x),
                            fmaf(a.residualStep * t.y, sum[i][4 * k + 1], j.y),
                            fmaf(a.residualStep * t.z, sum[i][4 * k + 2], j.z),
                            fmaf(a.residualStep * t.w, sum[i][4 * k + 3], j.w)};
                        store4(after + at, next);
                      }
                    }
                  }
                });
        before = after;
        if (last) {
          break;
        }
      }
    }
  }

  __device__ __forceinline__ void sum(LaneSquares& squares) {
    if (DEEP) {
      deep(squares);
    } else {
      shallow(squares);
    }
  }

  __device__ __forceinline__ void sum(TensorSquares& squares) { shallow(squares); }

  // The trace, for thread e < E of event e; what other threads get means nothing. T0 is lost.
  __device__ __forceinline__ float operator()() {
    Squares squares;
    sum(squares);
    // In a fixed order, so that a result is the same from run to run.
    float* scratch = p.tanh;
    float* firstTerms = scratch + Squares::slots * E;
    squares.store(scratch);
    const V& velocity = potential.velocity;
    if (velocity.owner()) {
#pragma unroll
      for (int k = 0; k < V::across; k++) {
        const float* first = potential.firstTerm + 4 * k;
        const float values[4] = {first[0], first[1], first[2], first[3]};
        store4(firstTerms + velocity.row / 4 * E + velocity.columnOf(k), values);
      }
    }
    __syncthreads();
    float total = a.quadraticTrace;
    if (threadIdx.x < E) {
      for (int slot = 0; slot < Squares::slots + V::threadsDown; slot++) {
        total += scratch[slot * E + threadIdx.x];
      }
    }
    return total;
  }
};

}  // namespace
