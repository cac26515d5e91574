// How a block's work is cut up, all known to the compiler. Every combination that is built is listed
// in tiles.txt; build.sh makes one PTX file of each.
//
// Dimensions, here and in all files beside this one:
//   d   features                      m   width of the network, padded with zeros to whole row blocks
//   M   layers after the first        q   columns of the factor of K0 without its time column
//   E   events that a block takes together
//   R   rows of a product that a block computes together
//   C   columns of a product for the trace: every event times C/E features
//   Q   inner indices that are staged together
// A panel is a matrix in shared memory with one column an event: element (j, e) is at j * E + e.
#pragma once

#include "portable.cuh"

namespace {

constexpr int THREADS = 256;
constexpr int R = OTFLOW_ROWS;
constexpr int C = OTFLOW_COLUMNS;
constexpr int E = OTFLOW_EVENTS;
constexpr int Q = OTFLOW_CHUNK;

// Whether the network has more than two layers. The Jacobian then needs panels of its own, for which
// the features are taken one by one.
constexpr bool DEEP = OTFLOW_DEEP;

// Whether the products for the trace are done by tensor cores. Rows of what these read are then 8 numbers
// further apart, so that the 32 numbers of a read lie in 32 banks.
constexpr bool TENSOR = OTFLOW_TENSOR;
constexpr int APART = TENSOR ? 8 : 0;

static_assert(!(DEEP && TENSOR), "tensor cores are for networks of two layers");
static_assert(!DEEP || C == E, "a deep network's features are taken one by one");
static_assert(C % E == 0, "a block's columns are whole sets of its events");
static_assert(R >= 2 * Q, "a product has two chunks at least");

// What a product's threads hold: QUADS_DOWN x QUADS_ACROSS squares of 4 x 4 elements each, squares of
// one thread being as far apart as possible, so that neighbouring threads read neighbouring numbers.
template <int ROWS, int COLUMNS, int QUADS_DOWN, int QUADS_ACROSS>
struct Layout {
  static constexpr int rows = ROWS;
  static constexpr int columns = COLUMNS;
  static constexpr int down = QUADS_DOWN;
  static constexpr int across = QUADS_ACROSS;
  static constexpr int threadsDown = ROWS / (4 * QUADS_DOWN);
  static constexpr int threadsAcross = COLUMNS / (4 * QUADS_ACROSS);
  static constexpr int active = threadsDown * threadsAcross;
  static_assert(active <= THREADS && active > 0, "more squares than threads");
  static_assert(ROWS % (4 * QUADS_DOWN) == 0 && COLUMNS % (4 * QUADS_ACROSS) == 0, "whole squares");

  // Where a thread's squares begin. A warp spans four threads across where it can: its reads of both
  // factors are then short and without conflict. Threads too many double the first ones' work.
  int row, column;

  __device__ __forceinline__ Layout() {
    constexpr int lanes =
        threadsAcross < 4 ? threadsAcross : threadsDown < 8 ? 32 / threadsDown : 4;
    constexpr int lanesDown = 32 / lanes;
    constexpr int groups = threadsAcross / lanes;
    static_assert(threadsAcross % lanes == 0 && threadsDown % lanesDown == 0, "whole warps");
    const int thread = int(threadIdx.x) % active;
    const int warp = thread / 32;
    const int lane = thread % 32;
    column = 4 * (lane % lanes + lanes * (warp % groups));
    row = 4 * (lane / lanes + lanesDown * (warp / groups));
  }

  __device__ __forceinline__ bool owner() const { return int(threadIdx.x) < active; }
  __device__ __forceinline__ int rowOf(int i) const { return row + (i / 4) * (ROWS / QUADS_DOWN) + i % 4; }
  __device__ __forceinline__ int columnOf(int quad) const {
    return column + quad * (COLUMNS / QUADS_ACROSS);
  }
};

constexpr int smaller(int a, int b) { return a < b ? a : b; }
constexpr int larger(int a, int b) { return a > b ? a : b; }

// Elements that a thread holds of R x E: 16 where that suffices, else 32 or 64.
constexpr int HELD = larger(16, R * E / THREADS);

using VelocityLayout = Layout<R, E, HELD >= 32 ? 2 : 1, HELD >= 64 ? 2 : 1>;
using TraceLayout = Layout<R, C, R * C / THREADS >= 32 ? 2 : 1, R * C / THREADS >= 64 ? 2 : 1>;

// Rows of the gradient, d of them, are computed in blocks of their own height.
constexpr int GRADIENT_ROWS = smaller(R, 16 * THREADS / E);
using GradientLayout = Layout<GRADIENT_ROWS, E, 1, 1>;

constexpr int STAGE = Q * (larger(R, GRADIENT_ROWS) + APART);
constexpr int SCALED = Q * (C + APART);

}  // namespace
