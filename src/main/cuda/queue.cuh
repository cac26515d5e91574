// Work that the blocks of one launch hand to each other: tiles of rows that nobody has begun, and
// rows to be refined, sorted by how. A row is in one list at a time. Who finds nothing is done: what
// comes later is taken by the block that brings it.
#pragma once

#include "tile.cuh"

namespace {

// How a row is integrated: how often the number of steps is doubled, and which of the nested rules
// takes the trace.
struct Refinement {
  static constexpr int LEVELS = 3;
  static constexpr int KINDS = LEVELS * LEVELS;
  int doublings, rule;

  static __device__ __forceinline__ Refinement of(int kind) {
    return Refinement{kind / LEVELS, kind % LEVELS};
  }
  __device__ __forceinline__ int kind() const { return doublings * LEVELS + rule; }
};

// In device memory; the first HEADER numbers are zero when a kernel starts.
//   0            the next tile of rows
//   1            1 while a block has the lists
//   2 + kind     how many rows are in a list
//   11 + kind    the last of them, plus 1
//   20 + row     the row before it in its list, plus 1
struct Queue {
  static constexpr int HEADER = 20;
  int* memory;

  __device__ __forceinline__ volatile int& length(int kind) const {
    return const_cast<volatile int&>(memory[2 + kind]);
  }
  __device__ __forceinline__ volatile int& last(int kind) const {
    return const_cast<volatile int&>(memory[2 + Refinement::KINDS + kind]);
  }
  __device__ __forceinline__ volatile int& before(int row) const {
    return const_cast<volatile int&>(memory[HEADER + row]);
  }

  __device__ __forceinline__ void lock() const {
    while (atomicCAS(memory + 1, 0, 1) != 0) {
    }
    __threadfence();
  }

  __device__ __forceinline__ void unlock() const {
    __threadfence();
    atomicExch(memory + 1, 0);
  }

  // Adds rows to lists: kinds[e] is the list of rows[e], or -1. One thread of a block.
  __device__ __forceinline__ void add(const int* rows, const int* kinds, int count) const {
    bool any = false;
    for (int e = 0; e < count; e++) {
      any = any || kinds[e] >= 0;
    }
    if (!any) {
      return;
    }
    lock();
    for (int e = 0; e < count; e++) {
      if (kinds[e] >= 0) {
        before(rows[e]) = last(kinds[e]);
        last(kinds[e]) = rows[e] + 1;
        length(kinds[e]) = length(kinds[e]) + 1;
      }
    }
    unlock();
  }

  // Takes up to E rows of one kind: fresh ones first, then from the longest list. One thread of a
  // block. Returns how many; sets their kind.
  __device__ __forceinline__ int take(int total, int* rows, int* kind) const {
    *kind = 0;
    const long long from = (long long)atomicAdd(memory, 1) * E;
    if (from < total) {
      const int count = total - from < E ? total - int(from) : E;
      for (int e = 0; e < count; e++) {
        rows[e] = int(from) + e;
      }
      return count;
    }
    lock();
    for (int k = 1; k < Refinement::KINDS; k++) {
      if (length(k) > length(*kind)) {
        *kind = k;
      }
    }
    int count = 0;
    while (count < E && last(*kind) > 0) {
      const int row = last(*kind) - 1;
      rows[count++] = row;
      last(*kind) = before(row);
      length(*kind) = length(*kind) - 1;
    }
    unlock();
    return count;
  }
};

}  // namespace
