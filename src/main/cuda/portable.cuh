// What the kernel needs of CUDA. Compiled for the host, a header given on the command line has
// defined all of it before.
#pragma once

#ifdef __CUDACC__
#include <cuda_pipeline.h>

// The block's shared memory, as much as the launch asked for. In no namespace without a name: the
// compiler would name it after the folder.
__device__ __forceinline__ float* sharedMemory() {
  extern __shared__ float4 memory[];
  return reinterpret_cast<float*>(memory);
}

// A number with ten bits of fraction.
__device__ __forceinline__ float tf32(float value) {
  unsigned bits;
  asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(bits) : "f"(value));
  return __uint_as_float(bits);
}

// sum += a b for a piece of 16 x 8 and an inner index of 8, by the 32 lanes of a warp together.
__device__ __forceinline__ void multiplyTf32(float (&sum)[4], const float (&a)[4], const float (&b)[2]) {
  asm("mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, "
      "{%0, %1, %2, %3};"
      : "+f"(sum[0]), "+f"(sum[1]), "+f"(sum[2]), "+f"(sum[3])
      : "r"(__float_as_uint(a[0])), "r"(__float_as_uint(a[1])), "r"(__float_as_uint(a[2])),
        "r"(__float_as_uint(a[3])), "r"(__float_as_uint(b[0])), "r"(__float_as_uint(b[1])));
}
#endif
