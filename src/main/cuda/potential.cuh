// The potential of a tile of events: its gradient in x, and the exact trace of its Hessian in x.
//
//   u0 = s(K0 s + b0), ui = ui-1 + h s(Ki ui-1 + bi), i = 1 ... M, with s(a) = log(e^a + e^-a)
//   zM+1 = w, zi = zi+1 + h Ki'(Ti zi+1), Ti = tanh(Ki ui-1 + bi)
//   gradient = K0'(T0 z1) + A'A s + b
//   trace = sum (1 - T0^2) z1 |K0|^2 + h sum (1 - Ti^2) zi+1 |Ki Ji-1|^2 + tr(E'A'AE),
//   J0 = diag(T0) K0, Ji = Ji-1 + h diag(Ti) Ki Ji-1
//
// (arXiv:2006.00104, section 3 and appendix). In the trace, K0 stands for the lower trapezoidal
// factor of K0 without its time column, which has the same products K0 K0'.
#pragma once

#include "arguments.cuh"
#include "product.cuh"

namespace {

// tanh(a) and log(e^a + e^-a) = |a| + log(1 + e^-2|a|), by the special function unit: absolute errors
// of about 2e-7 and, beside |a|, 1e-7.
__device__ __forceinline__ void activate(float a, float& tanh, float& sigma) {
  const float magnitude = fabsf(a);
  const float e = __expf(-2 * magnitude);
  tanh = copysignf(__fdividef(1 - e, 1 + e), a);
  sigma = magnitude + __logf(1 + e);
}

// Where a block keeps what. tanh, and in a deep network curvature, hold one panel a layer.
struct Panels {
  float* tanh;       // T0 ... TM: m x E each; TM becomes h (1 - TM^2) w before the trace
  float* curvature;  // h (1 - Ti^2) zi+1, i = 1 ... M-1; deep only
  float* z;          // m x E; deep only
  float* other;      // m x E; deep only
  float* scaled;     // 2 x Q x C, chunks of J0's columns; not deep only
  float* hidden;     // m x E, and without a gap behind it
  float* input;      // x, t, 1, zeros: inputRows x E
  float* state;      // panels of the integrator, d x E each

  __device__ __forceinline__ Panels(const Arguments& a, float* from) {
    const int panel = a.width * E;
    tanh = from;
    from += (a.layers + 1) * panel;
    if (DEEP) {
      curvature = from;
      z = curvature + (a.layers - 1) * panel;
      other = z + panel;
      from = other + panel;
    } else {
      scaled = from;
      from += 2 * Q * C;
    }
    hidden = from;
    input = hidden + panel;
    state = input + a.inputRows * E;
  }
};

struct Potential {
  using V = VelocityLayout;
  using T = TraceLayout;
  using G = GradientLayout;

  // Squares of one thread that belong to different events.
  static constexpr int DISTINCT = C == E ? T::across : 1;

  const Arguments& a;
  const Panels p;
  Stages stages;
  const V velocity;
  float firstTerm[4 * V::across];

  __device__ __forceinline__ Potential(const Arguments& arguments, float* shared)
      : a(arguments), p(arguments, shared + 2 * STAGE), stages{shared, 0}, velocity() {}

  __device__ __forceinline__ int panel() const { return a.width * E; }
  __device__ __forceinline__ int blocks() const { return a.width / R; }
  __device__ __forceinline__ int chunks() const { return a.width / Q; }

  static __device__ __forceinline__ float4 load(const float* at) {
    return *reinterpret_cast<const float4*>(at);
  }

  static __device__ __forceinline__ void store(float* at, const float (&v)[4]) {
    *reinterpret_cast<float4*>(at) = make_float4(v[0], v[1], v[2], v[3]);
  }

  // Fills T0 ... TM from the input.
  __device__ __forceinline__ void forward() {
    product(stages, a.weights + a.first, blocks(), a.inputRows / Q, p.input, velocity,
            [&](int from, auto& sum) {
#pragma unroll
              for (int i = 0; i < 4 * V::down; i++) {
                const int row = (from + velocity.rowOf(i)) * E;
#pragma unroll
                for (int k = 0; k < V::across; k++) {
                  float tanh[4], sigma[4];
#pragma unroll
                  for (int v = 0; v < 4; v++) {
                    activate(sum[i][4 * k + v], tanh[v], sigma[v]);
                  }
                  if (velocity.owner()) {
                    store(p.tanh + row + velocity.columnOf(k), tanh);
                    store(p.hidden + row + velocity.columnOf(k), sigma);
                  }
                }
              }
            });
    for (int layer = 1; layer <= a.layers; layer++) {
      const float* before = !DEEP || layer % 2 == 1 ? p.hidden : p.other;
      float* after = layer % 2 == 1 ? p.other : p.hidden;
      const float* bias = a.weights + a.bias + (layer - 1) * a.width;
      product(stages, a.weights + a.forward + (layer - 1) * (a.width * a.width), blocks(), chunks(),
              before, velocity, [&](int from, auto& sum) {
#pragma unroll
                for (int i = 0; i < 4 * V::down; i++) {
                  const int row = from + velocity.rowOf(i);
                  const float shift = __ldg(bias + row);
#pragma unroll
                  for (int k = 0; k < V::across; k++) {
                    float tanh[4], sigma[4];
#pragma unroll
                    for (int v = 0; v < 4; v++) {
                      activate(sum[i][4 * k + v] + shift, tanh[v], sigma[v]);
                    }
                    if (velocity.owner()) {
                      const int at = row * E + velocity.columnOf(k);
                      store(p.tanh + layer * panel() + at, tanh);
                      if (DEEP && layer < a.layers) {
                        const float4 u = load(before + at);
                        const float u4[4] = {u.x, u.y, u.z, u.w};
#pragma unroll
                        for (int v = 0; v < 4; v++) {
                          sigma[v] = fmaf(a.residualStep, sigma[v], u4[v]);
                        }
                        store(after + at, sigma);
                      }
                    }
                  }
                }
              });
    }
  }

  // T0 z1 into hidden, from T0 ... TM; the trace's first term, and what a deep network's trace needs.
  __device__ __forceinline__ void backward() {
#pragma unroll
    for (int v = 0; v < 4 * V::across; v++) {
      firstTerm[v] = 0;
    }
    for (int layer = a.layers; layer >= 1; layer--) {
      const bool last = !DEEP || layer == a.layers;
      const bool first = !DEEP || layer == 1;
      const float* before =
          last ? p.tanh + a.layers * panel() : (layer % 2 == 1 ? p.other : p.hidden);
      float* after = !DEEP || layer % 2 == 1 ? p.hidden : p.other;
      const float* tanh = p.tanh + (layer - 1) * panel();
      product(stages, a.weights + a.backward + (layer - 1) * (a.width * a.width), blocks(), chunks(),
              before, velocity, [&](int from, auto& sum) {
#pragma unroll
                for (int i = 0; i < 4 * V::down; i++) {
                  const int row = from + velocity.rowOf(i);
                  const float output = __ldg(a.weights + a.output + row);
                  const float square = __ldg(a.weights + a.squares + row);
#pragma unroll
                  for (int k = 0; k < V::across; k++) {
                    const int at = row * E + velocity.columnOf(k);
                    const float4 t = load(tanh + at);
                    const float t4[4] = {t.x, t.y, t.z, t.w};
                    float z[4] = {output, output, output, output};
                    if (!last) {
                      const float4 next = load(p.z + at);
                      z[0] = next.x;
                      z[1] = next.y;
                      z[2] = next.z;
                      z[3] = next.w;
                    }
                    float product[4], curvature[4];
#pragma unroll
                    for (int v = 0; v < 4; v++) {
                      z[v] += sum[i][4 * k + v];
                      product[v] = t4[v] * z[v];
                      curvature[v] = (1 - t4[v] * t4[v]) * z[v];
                      if (first) {
                        firstTerm[4 * k + v] = fmaf(square, curvature[v], firstTerm[4 * k + v]);
                      }
                      curvature[v] *= a.residualStep;
                    }
                    if (velocity.owner()) {
                      store(after + at, product);
                      if (!first) {
                        store(p.z + at, z);
                        store(p.curvature + (layer - 2) * panel() + at, curvature);
                      }
                    }
                  }
                }
              });
    }
  }

  // The gradient in x, d x E, from T0 z1 and the input. Read it after a barrier.
  __device__ __forceinline__ void gradient(float* to) {
    const G layout;
    product(stages, a.weights + a.gradient, a.gradientBlocks, (a.width + a.inputRows) / Q, p.hidden,
            layout, [&](int from, auto& sum) {
#pragma unroll
              for (int i = 0; i < 4 * G::down; i++) {
                const int row = from + layout.rowOf(i);
                if (layout.owner() && row < a.d) {
                  store(to + row * E + layout.columnOf(0), sum[i]);
                }
              }
            });
  }

  // TM becomes h (1 - TM^2) w.
  __device__ __forceinline__ void curveLast() {
    float* tanh = p.tanh + a.layers * panel();
    for (int i = threadIdx.x; i < panel() / 4; i += THREADS) {
      const float w = a.residualStep * __ldg(a.weights + a.output + 4 * i / E);
      const float4 t = load(tanh + 4 * i);
      const float c[4] = {w * (1 - t.x * t.x), w * (1 - t.y * t.y), w * (1 - t.z * t.z),
                          w * (1 - t.w * t.w)};
      store(tanh + 4 * i, c);
    }
  }

  // partial += curvature x square of a thread's part of a product.
  __device__ __forceinline__ void addSquares(
      const float* curvature, int from, const T& layout, const float (&sum)[4 * T::down][4 * T::across],
      float (&partial)[4 * DISTINCT]) const {
#pragma unroll
    for (int i = 0; i < 4 * T::down; i++) {
      const int row = (from + layout.rowOf(i)) * E;
#pragma unroll
      for (int k = 0; k < DISTINCT; k++) {
        const float4 c = load(curvature + row + layout.columnOf(k) % E);
        const float c4[4] = {c.x, c.y, c.z, c.w};
#pragma unroll
        for (int v = 0; v < 4; v++) {
          float square = 0;
#pragma unroll
          for (int same = k; same < T::across; same += DISTINCT) {
            square = fmaf(sum[i][4 * same + v], sum[i][4 * same + v], square);
          }
          partial[4 * k + v] = fmaf(c4[v], square, partial[4 * k + v]);
        }
      }
    }
  }

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
              Potential::load(tanh + (place.chunk * Q + row(piece)) * E + column4 % E);
          const float scaled[4] = {factor[i] * t.x, factor[i] * t.y, factor[i] * t.z,
                                   factor[i] * t.w};
          Potential::store(to + row(piece) * C + column4, scaled);
        }
      }
    }
  };

  // One layer after the first: all features' products in one stream of chunks.
  __device__ __forceinline__ void shallowTrace(const T& layout, float (&partial)[4 * DISTINCT]) {
    const float* matrix = a.weights + a.forward;
    const int features = (a.factorColumns + C / E - 1) / (C / E) * (C / E);
    float sum[4 * T::down][4 * T::across];
    clear<T>(sum);
    Scaling scaling;
    Place place{0, 0, 0};
    stages.fetch<R>(matrix, stages.current);
    scaling.load(a, place);
    scaling.store(p.tanh, place, p.scaled + stages.current * (Q * C));
    bool begun = false;
    while (place.feature < features) {
      Place next = place;
      next.advance(blocks(), chunks());
      const bool more = next.feature < features;
      __pipeline_wait_prior(0);
      __syncthreads();
      if (!begun) {
        curveLast();
        begun = true;
      }
      if (more) {
        stages.fetch<R>(matrix + (next.block * chunks() + next.chunk) * (Q * R), stages.current ^ 1);
        scaling.load(a, next);
      }
      multiplyChunk<T>(stages.at(stages.current), p.scaled + stages.current * (Q * C), C, layout, sum);
      stages.current ^= 1;
      if (more) {
        scaling.store(p.tanh, next, p.scaled + stages.current * (Q * C));
      }
      if (next.block != place.block || next.feature != place.feature) {
        addSquares(p.tanh + panel(), place.block * R, layout, sum, partial);
        clear<T>(sum);
      }
      place = next;
    }
  }

  // Several layers after the first: the Jacobian, feature by feature.
  __device__ __forceinline__ void deepTrace(const T& layout, float (&partial)[4 * DISTINCT]) {
    // Without a gradient in between, some threads may still be reading what follows writes.
    __syncthreads();
    curveLast();
    float* before = p.other;
    for (int feature = 0; feature < a.factorColumns; feature++) {
      for (int i = threadIdx.x; i < panel(); i += THREADS) {
        before[i] = p.tanh[i] * __ldg(a.weights + a.factor + feature * a.width + i / E);
      }
      for (int layer = 1;; layer++) {
        float* after = before == p.other ? p.hidden : p.other;
        const bool last = layer == a.layers;
        const float* curvature =
            last ? p.tanh + a.layers * panel() : p.curvature + (layer - 1) * panel();
        const float* tanh = p.tanh + layer * panel();
        product(stages, a.weights + a.forward + (layer - 1) * (a.width * a.width), blocks(), chunks(),
                before, layout, [&](int from, auto& sum) {
                  addSquares(curvature, from, layout, sum, partial);
                  if (!last && layout.owner()) {
#pragma unroll
                    for (int i = 0; i < 4 * T::down; i++) {
                      const int row = (from + layout.rowOf(i)) * E;
#pragma unroll
                      for (int k = 0; k < T::across; k++) {
                        const int at = row + layout.columnOf(k);
                        const float4 j = load(before + at);
                        const float4 t = load(tanh + at);
                        const float next[4] = {
                            fmaf(a.residualStep * t.x, sum[i][4 * k], j.x),
                            fmaf(a.residualStep * t.y, sum[i][4 * k + 1], j.y),
                            fmaf(a.residualStep * t.z, sum[i][4 * k + 2], j.z),
                            fmaf(a.residualStep * t.w, sum[i][4 * k + 3], j.w)};
                        store(after + at, next);
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

  // The trace, for thread e < E of event e; what other threads get means nothing. T0 is lost.
  __device__ __forceinline__ float trace() {
    const T layout;
    float partial[4 * DISTINCT];
#pragma unroll
    for (int v = 0; v < 4 * DISTINCT; v++) {
      partial[v] = 0;
    }
    if (DEEP) {
      deepTrace(layout, partial);
    } else {
      shallowTrace(layout, partial);
    }
    // In a fixed order, so that a result is the same from run to run.
    constexpr int slots = T::columns / (T::across / DISTINCT) / E * T::threadsDown;
    static_assert(slots + V::threadsDown <= R, "the sums fit where T0 was");
    static_assert(E == C || C / T::across % E == 0, "a thread's squares belong to the same events");
    float* scratch = p.tanh;
    float* firstScratch = scratch + slots * E;
    if (layout.owner()) {
#pragma unroll
      for (int k = 0; k < DISTINCT; k++) {
        const int column = layout.columnOf(k);
        const int slot = layout.row / 4 * (slots / T::threadsDown) + (DISTINCT == 1 ? column / E : 0);
        const float values[4] = {partial[4 * k], partial[4 * k + 1], partial[4 * k + 2],
                                 partial[4 * k + 3]};
        store(scratch + slot * E + column % E, values);
      }
    }
    if (velocity.owner()) {
#pragma unroll
      for (int k = 0; k < V::across; k++) {
        const float values[4] = {firstTerm[4 * k], firstTerm[4 * k + 1], firstTerm[4 * k + 2],
                                 firstTerm[4 * k + 3]};
        store(firstScratch + velocity.row / 4 * E + velocity.columnOf(k), values);
      }
    }
    __syncthreads();
    float total = a.quadraticTrace;
    if (threadIdx.x < E) {
      for (int slot = 0; slot < slots + V::threadsDown; slot++) {
        total += scratch[slot * E + threadIdx.x];
      }
    }
    return total;
  }
};

}  // namespace
