// CUDA's language on the host, so that a kernel runs from its own source without a GPU. Included
// before everything else when score.cu is compiled as C++.
//
// Every block is a thread, and the CUDA threads of a block are its fibers; or, with OTFLOW_THREADS,
// every thread of every block is a thread of its own, so that the sanitizers see what a GPU would do.
// Barriers are real. Shared memory is a block's own allocation, of
// the size that the launch asked for, and full of NaN when the block begins; so is the target of an
// asynchronous copy from its issue until the thread waits for it. A barrier can be left out by file
// and line, to see that it is missed.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <limits>
#include <vector>

#define __global__
#define __device__
#define __host__
#define __forceinline__ inline __attribute__((always_inline))
#define __launch_bounds__(...)
#define __grid_constant__

struct float4 {
  float x, y, z, w;
} __attribute__((aligned(16)));
inline float4 make_float4(float x, float y, float z, float w) { return float4{x, y, z, w}; }

namespace host {

struct Index {
  unsigned x;
};

struct Copy {
  void* to;
  const void* from;
  size_t bytes;
};

// A thread's part of the two factors of a tensor core's product.
struct Fragments {
  float a[4];
  float b[2];
};

// What a CUDA thread knows of itself.
struct Thread {
  Index thread, block, grid;
  float* shared;
  std::vector<Copy> copies;

  // What each thread of the block hands to the others of its warp.
  Fragments* fragments;
};

Thread& self();
void barrier(const char* file, int line);

// Runs a kernel. Which barrier is left out: "file:line", or null.
void launch(std::function<void()> kernel, unsigned blocks, unsigned threads, size_t sharedBytes,
            const char* leftOut);

inline void issue(void* to, const void* from, size_t bytes) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  for (size_t i = 0; i < bytes / sizeof(float); i++) {
    std::memcpy(static_cast<char*>(to) + i * sizeof(float), &nan, sizeof(float));
  }
  self().copies.push_back(Copy{to, from, bytes});
}

// Whether what stands in this line is left out.
bool leftOut(const char* file, int line);

inline void wait(const char* file, int line) {
  if (leftOut(file, line)) {
    return;
  }
  for (const Copy& copy : self().copies) {
    std::memcpy(copy.to, copy.from, copy.bytes);
  }
  self().copies.clear();
}

}  // namespace host

#define threadIdx (host::self().thread)
#define blockIdx (host::self().block)
#define gridDim (host::self().grid)
#define __syncthreads() host::barrier(__FILE__, __LINE__)

inline float* sharedMemory() { return host::self().shared; }

inline void __pipeline_memcpy_async(void* to, const void* from, size_t bytes) {
  host::issue(to, from, bytes);
}
inline void __pipeline_commit() {}
#define __pipeline_wait_prior(n) host::wait(__FILE__, __LINE__)

// A number with ten bits of fraction: to the nearest, halves away from zero.
inline float tf32(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof(bits));
  if ((bits & 0x7f800000u) != 0x7f800000u) {
    bits = (bits + 0x1000u) & ~0x1fffu;
  }
  std::memcpy(&value, &bits, sizeof(bits));
  return value;
}

// sum += a b by the 32 lanes of a warp: lane l has a at rows l / 4 and l / 4 + 8, inner indices l % 4
// and l % 4 + 4; b at inner indices l % 4 and l % 4 + 4, column l / 4; the sum at rows l / 4 and
// l / 4 + 8, columns 2 (l % 4) and one more ("PTX ISA", mma.m16n8k8).
inline void multiplyTf32(float (&sum)[4], const float (&a)[4], const float (&b)[2]) {
  host::Thread& me = host::self();
  const unsigned warp = me.thread.x / 32 * 32;
  const unsigned lane = me.thread.x % 32;
  host::Fragments& mine = me.fragments[me.thread.x];
  std::memcpy(mine.a, a, sizeof(a));
  std::memcpy(mine.b, b, sizeof(b));
  host::barrier(__FILE__, __LINE__);
  for (unsigned v = 0; v < 4; v++) {
    const unsigned row = lane / 4 + v / 2 * 8;
    const unsigned column = 2 * (lane % 4) + v % 2;
    for (unsigned k = 0; k < 8; k++) {
      const host::Fragments& left = me.fragments[warp + row % 8 * 4 + k % 4];
      const host::Fragments& right = me.fragments[warp + column * 4 + k % 4];
      sum[v] += left.a[row / 8 + k / 4 * 2] * right.b[k / 4];
    }
  }
  host::barrier(__FILE__, __LINE__);
}

struct float2 {
  float x, y;
} __attribute__((aligned(8)));

inline float __ldg(const float* at) { return *at; }
inline float __ldcg(const float* at) { return *at; }
inline float __expf(float a) { return std::exp(a); }
inline float __logf(float a) { return std::log(a); }
inline float __fdividef(float a, float b) { return a / b; }
using std::isfinite;

inline void __threadfence() {
#ifdef __SANITIZE_THREAD__
  // ThreadSanitizer knows no fences; this orders at least as much.
  static int all;
  __atomic_fetch_add(&all, 0, __ATOMIC_SEQ_CST);
#else
  __atomic_thread_fence(__ATOMIC_SEQ_CST);
#endif
}
inline int atomicAdd(int* at, int value) { return __atomic_fetch_add(at, value, __ATOMIC_SEQ_CST); }
inline int atomicExch(int* at, int value) { return __atomic_exchange_n(at, value, __ATOMIC_SEQ_CST); }
inline int atomicCAS(int* at, int expected, int value) {
  __atomic_compare_exchange_n(at, &expected, value, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
  return expected;
}
