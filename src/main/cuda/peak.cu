// Multiply-adds at the rate at which a device does them at most: what the benchmark measures the
// scoring kernels against, in the same run.

// One block of 256 threads; each thread has 16 independent chains of multiply-adds, 16 x rounds in
// all. The results are written so that the work is not left out.
extern "C" __global__ void __launch_bounds__(256) peak(float* out, int rounds, float factor) {
  float sum[16];
#pragma unroll
  for (int i = 0; i < 16; i++) {
    sum[i] = static_cast<float>(threadIdx.x + i);
  }
  for (int round = 0; round < rounds; round++) {
#pragma unroll
    for (int repeat = 0; repeat < 16; repeat++) {
#pragma unroll
      for (int i = 0; i < 16; i++) {
        sum[i] = __fmaf_rn(sum[i], factor, 1.f);
      }
    }
  }
  float total = 0;
#pragma unroll
  for (int i = 0; i < 16; i++) {
    total += sum[i];
  }
  out[blockIdx.x * 256 + threadIdx.x] = total;
}
