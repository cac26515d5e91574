// Runs one launch from a file that LaunchFile.java wrote, on the host build of the tile that it was
// compiled with:
//   runner FILE [file:line]     the second names a barrier or a wait that is left out
// Exit code 0: every result is within the file's tolerance; 3: one is not; a sanitizer has its own.
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <string>
#include <vector>

extern "C" int otflow_launch(const char* name, const void* arguments, unsigned blocks, unsigned threads,
                             size_t sharedBytes, const char* leftOut);

namespace {

template <class T>
T number(std::ifstream& in) {
  T value;
  in.read(reinterpret_cast<char*>(&value), sizeof(value));
  return value;
}

template <class T>
std::vector<T> array(std::ifstream& in) {
  std::vector<T> values(size_t(number<int32_t>(in)));
  in.read(reinterpret_cast<char*>(values.data()), std::streamsize(values.size() * sizeof(T)));
  return values;
}

}  // namespace

int main(int count, char** given) {
  std::ifstream in(given[1], std::ios::binary);
  const std::vector<char> name = array<char>(in);
  const int32_t blocks = number<int32_t>(in);
  const int32_t sharedBytes = number<int32_t>(in);
  std::vector<char> arguments = array<char>(in);
  std::vector<float> weights = array<float>(in);
  std::vector<float> rule = array<float>(in);
  std::vector<float> x = array<float>(in);
  const std::vector<double> expected = array<double>(in);
  const double tolerance = number<double>(in);
  if (!in) {
    std::fprintf(stderr, "%s cannot be read\n", given[1]);
    return 1;
  }
  const size_t rows = expected.size();
  std::vector<double> results(rows, std::nan(""));
  std::vector<double> errors(rows, std::nan(""));
  std::vector<float> traces(39 * rows, std::nanf(""));
  std::vector<int> queue(20 + rows, 0);
  const void* addresses[] = {weights.data(), rule.data(),   x.data(),    results.data(),
                             errors.data(),  traces.data(), queue.data()};
  std::memcpy(arguments.data(), addresses, sizeof(addresses));
  const int failure =
      otflow_launch(std::string(name.begin(), name.end()).c_str(), arguments.data(), unsigned(blocks),
                    256, size_t(sharedBytes), count > 2 ? given[2] : nullptr);
  if (failure != 0) {
    return failure;
  }
  double largest = 0;
  for (size_t i = 0; i < rows; i++) {
    const double error = std::fabs(results[i] - expected[i]);
    if (!(error <= tolerance)) {
      std::printf("row %zu is %g, expected %g\n", i, results[i], expected[i]);
      return 3;
    }
    largest = std::fmax(largest, error);
  }
  std::printf("%zu rows, largest error %g\n", rows, largest);
  return 0;
}
