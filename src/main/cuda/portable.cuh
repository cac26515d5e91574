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
#endif
