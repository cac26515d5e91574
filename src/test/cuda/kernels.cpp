// The kernels of one tile, compiled for the host: a library with one entry.
#include "host.hpp"

#include "../../main/cuda/score.cu"

#include <string>

// Runs a kernel by its name; 0, or 1 where there is none of that name, or 2 where it broke a rule of
// CUDA, which the standard error stream tells.
extern "C" int otflow_launch(const char* name, const void* arguments, unsigned blocks, unsigned threads,
                             size_t sharedBytes, const char* leftOut) {
  Arguments a;
  std::memcpy(&a, arguments, sizeof(a));
  std::function<void()> kernel;
  if (std::string(name) == "rk4") {
    kernel = [a] { rk4(a); };
  } else if (std::string(name) == "quadrature") {
    kernel = [a] { quadrature(a); };
  } else if (std::string(name) == "adaptive") {
    kernel = [a] { adaptive(a); };
  } else {
    return 1;
  }
  try {
    host::launch(kernel, blocks, threads, sharedBytes, leftOut);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "kernel %s: %s\n", name, e.what());
    return 2;
  }
  return 0;
}
