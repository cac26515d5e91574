// The potential of a tile of events: its gradient in x, and what the trace of its Hessian needs; the
// trace itself is in trace.cuh.
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
  float* scaled;     // 2 x SCALED, chunks of J0's columns; not deep only
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
      from += 2 * SCALED;
    }
    hidden = from;
    input = hidden + panel;
    state = input + a.inputRows * E;
  }
};

struct Potential {
  using V = VelocityLayout;
  using G = GradientLayout;

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
                    store4(p.tanh + row + velocity.columnOf(k), tanh);
                    store4(p.hidden + row + velocity.columnOf(k), sigma);
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
                      store4(p.tanh + layer * panel() + at, tanh);
                      if (DEEP && layer < a.layers) {
                        const float4 u = load4(before + at);
                        const float u4[4] = {u.x, u.y, u.z, u.w};
#pragma unroll
                        for (int v = 0; v < 4; v++) {
                          sigma[v] = fmaf(a.residualStep, sigma[v], u4[v]);
                        }
                        store4(after + at, sigma);
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
                    const float4 t = load4(tanh + at);
                    const float t4[4] = {t.x, t.y, t.z, t.w};
                    float z[4] = {output, output, output, output};
                    if (!last) {
                      const float4 next = load4(p.z + at);
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
                      store4(after + at, product);
                      if (!first) {
                        store4(p.z + at, z);
                        store4(p.curvature + (layer - 2) * panel() + at, curvature);
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
                  store4(to + row * E + layout.columnOf(0), sum[i]);
                }
              }
            });
  }
};

}  // namespace
