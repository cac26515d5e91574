// What the kernel needs of CUDA. Compiled for the host, a header given on the command line has
// defined all of it before.
#pragma once

#ifdef __CUDACC__
#include <cuda_pipeline.h>
#endif
