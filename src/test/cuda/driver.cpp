// A stand-in for the CUDA driver's library, for machines without a GPU: device memory is memory of
// this process, streams are threads, and a launch runs the host build of the kernel of the same tile.
// It checks what it is given as strictly as a driver would, keeps account of what is alive, counts
// calls, and fails on request.
//
// Settings, each also an environment variable OTFLOW_STANDIN_..., which is read at the first call:
//   KERNELS          folder of the host builds, kernel-TILE.so
//   DRIVER_VERSION   as cuDriverGetVersion gives it (11080)
//   DEVICES          how many there are (1)
//   CAPABILITY       compute capability (9.0)
//   SHARED_BYTES     shared memory that a block may have (232448)
//   MULTIPROCESSORS  (3)
//   FAIL             function:code or function:code:after, the number of calls that still succeed;
//                    codes from 700 on stay, as those of a lost device do
// OTFLOW_STANDIN_FILE names a file of KEY=VALUE lines, which is read again and again and goes first.
#include <dlfcn.h>

#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <fstream>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>

namespace {

enum : int {
  SUCCESS = 0,
  INVALID_VALUE = 1,
  INVALID_DEVICE = 101,
  INVALID_CONTEXT = 201,
  INVALID_PTX = 218,
  INVALID_HANDLE = 400,
  NOT_FOUND = 500,
  ILLEGAL_ADDRESS = 700,
  LAUNCH_FAILED = 719
};

using Launch = int (*)(const char*, const void*, unsigned, unsigned, size_t, const char*);

struct Module {
  void* library;
  Launch launch;
};

struct Function {
  Module* module;
  std::string name;
  size_t sharedBytes = 48 * 1024;
};

struct Event {
  double milliseconds = 0;
};

// A thread that does what it is given in order.
class Stream {
 public:
  Stream() : worker([this] { run(); }) {}

  ~Stream() {
    {
      std::lock_guard<std::mutex> guard(mutex);
      ending = true;
    }
    changed.notify_all();
    worker.join();
  }

  void add(std::function<void()> task) {
    {
      std::lock_guard<std::mutex> guard(mutex);
      tasks.push_back(std::move(task));
    }
    changed.notify_all();
  }

  void wait() {
    std::unique_lock<std::mutex> guard(mutex);
    changed.wait(guard, [this] { return tasks.empty() && !busy; });
  }

 private:
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<std::function<void()>> tasks;
  bool busy = false;
  bool ending = false;
  std::thread worker;

  void run() {
    std::unique_lock<std::mutex> guard(mutex);
    for (;;) {
      changed.wait(guard, [this] { return ending || !tasks.empty(); });
      if (tasks.empty()) {
        return;
      }
      std::function<void()> task = std::move(tasks.front());
      tasks.pop_front();
      busy = true;
      guard.unlock();
      task();
      guard.lock();
      busy = false;
      changed.notify_all();
    }
  }
};

struct State {
  std::recursive_mutex mutex;
  std::map<std::string, std::string> settings;
  std::map<std::string, long> calls;
  std::map<uintptr_t, size_t> device;
  std::map<uintptr_t, size_t> pinned;
  std::set<Module*> modules;
  std::set<Function*> functions;
  std::set<Stream*> streams;
  std::set<Event*> events;
  std::map<int, int> contexts;
  int lost = SUCCESS;

  std::string setting(const std::string& key, const std::string& standard) {
    const char* file = std::getenv("OTFLOW_STANDIN_FILE");
    if (file != nullptr) {
      std::ifstream lines(file);
      for (std::string line; std::getline(lines, line);) {
        if (line.compare(0, key.size() + 1, key + "=") == 0) {
          return line.substr(key.size() + 1);
        }
      }
    }
    auto found = settings.find(key);
    if (found != settings.end()) {
      return found->second;
    }
    const char* given = std::getenv(("OTFLOW_STANDIN_" + key).c_str());
    return given == nullptr ? standard : given;
  }

  int number(const std::string& key, int standard) {
    return std::stoi(setting(key, std::to_string(standard)));
  }
};

State& state() {
  static State* all = new State();
  return *all;
}

thread_local void* currentContext = nullptr;

// The name of the call, counted; whether it is to fail.
struct Call {
  std::lock_guard<std::recursive_mutex> guard;
  int failure = SUCCESS;

  explicit Call(const char* name, bool needsContext = true) : guard(state().mutex) {
    State& s = state();
    long before = s.calls[name]++;
    std::string fail = s.setting("FAIL", "");
    size_t colon = fail.find(':');
    if (colon != std::string::npos && fail.substr(0, colon) == name) {
      size_t second = fail.find(':', colon + 1);
      int code = std::stoi(fail.substr(colon + 1));
      long after = second == std::string::npos ? 0 : std::stol(fail.substr(second + 1));
      if (before >= after) {
        failure = code;
        if (code >= 700) {
          s.lost = code;
        }
        return;
      }
    }
    if (needsContext) {
      if (s.lost != SUCCESS) {
        failure = s.lost;
      } else if (currentContext == nullptr || s.contexts[int(uintptr_t(currentContext)) - 1] == 0) {
        failure = INVALID_CONTEXT;
      }
    }
  }
};

bool within(const std::map<uintptr_t, size_t>& memory, uintptr_t address, size_t bytes) {
  auto after = memory.upper_bound(address);
  if (after == memory.begin()) {
    return false;
  }
  --after;
  return address + bytes <= after->first + after->second;
}

void fillWithNan(void* memory, size_t bytes) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  for (size_t i = 0; i + sizeof(float) <= bytes; i += sizeof(float)) {
    std::memcpy(static_cast<char*>(memory) + i, &nan, sizeof(float));
  }
}

double nowMilliseconds() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1e3 + now.tv_nsec * 1e-6;
}

}  // namespace

#define CALL(name, ...)               \
  Call call(name, ##__VA_ARGS__);     \
  if (call.failure != SUCCESS) {      \
    return call.failure;              \
  }                                   \
  State& s = state();                 \
  (void)s

extern "C" {

void otflow_standin_set(const char* key, const char* value) {
  State& s = state();
  std::lock_guard<std::recursive_mutex> guard(s.mutex);
  s.settings[key] = value;
}

// Forgets counts, settings and a lost device; what is alive stays.
void otflow_standin_reset() {
  State& s = state();
  std::lock_guard<std::recursive_mutex> guard(s.mutex);
  s.settings.clear();
  s.calls.clear();
  s.lost = SUCCESS;
}

// Forgets what is alive, as a process does that ends with a lost device.
void otflow_standin_forget() {
  State& s = state();
  std::lock_guard<std::recursive_mutex> guard(s.mutex);
  s.device.clear();
  s.pinned.clear();
  s.modules.clear();
  s.functions.clear();
  s.streams.clear();
  s.events.clear();
  s.contexts.clear();
}

long otflow_standin_calls(const char* name) {
  State& s = state();
  std::lock_guard<std::recursive_mutex> guard(s.mutex);
  return s.calls[name];
}

// Bytes of "device" or "pinned" memory, or how many "modules", "streams", "events", "contexts".
long otflow_standin_alive(const char* kind) {
  State& s = state();
  std::lock_guard<std::recursive_mutex> guard(s.mutex);
  const std::string what = kind;
  long sum = 0;
  if (what == "device" || what == "pinned") {
    for (const auto& entry : what == "device" ? s.device : s.pinned) {
      sum += long(entry.second);
    }
  } else if (what == "modules") {
    sum = long(s.modules.size());
  } else if (what == "streams") {
    sum = long(s.streams.size());
  } else if (what == "events") {
    sum = long(s.events.size());
  } else if (what == "contexts") {
    for (const auto& entry : s.contexts) {
      sum += entry.second > 0 ? 1 : 0;
    }
  } else {
    sum = -1;
  }
  return sum;
}

int cuInit(unsigned) {
  CALL("cuInit", false);
  return SUCCESS;
}

int cuDriverGetVersion(int* version) {
  CALL("cuDriverGetVersion", false);
  *version = s.number("DRIVER_VERSION", 11080);
  return SUCCESS;
}

int cuGetErrorName(int error, const char** text) {
  static const std::map<int, const char*> names = {
      {1, "CUDA_ERROR_INVALID_VALUE"},        {2, "CUDA_ERROR_OUT_OF_MEMORY"},
      {100, "CUDA_ERROR_NO_DEVICE"},          {101, "CUDA_ERROR_INVALID_DEVICE"},
      {201, "CUDA_ERROR_INVALID_CONTEXT"},    {209, "CUDA_ERROR_NO_BINARY_FOR_GPU"},
      {218, "CUDA_ERROR_INVALID_PTX"},        {222, "CUDA_ERROR_UNSUPPORTED_PTX_VERSION"},
      {400, "CUDA_ERROR_INVALID_HANDLE"},     {500, "CUDA_ERROR_NOT_FOUND"},
      {700, "CUDA_ERROR_ILLEGAL_ADDRESS"},    {719, "CUDA_ERROR_LAUNCH_FAILED"},
      {999, "CUDA_ERROR_UNKNOWN"}};
  auto found = names.find(error);
  if (found == names.end()) {
    return INVALID_VALUE;
  }
  *text = found->second;
  return SUCCESS;
}

int cuDeviceGetCount(int* count) {
  CALL("cuDeviceGetCount", false);
  *count = s.number("DEVICES", 1);
  return SUCCESS;
}

int cuDeviceGet(int* device, int index) {
  CALL("cuDeviceGet", false);
  if (index < 0 || index >= s.number("DEVICES", 1)) {
    return INVALID_DEVICE;
  }
  *device = index;
  return SUCCESS;
}

int cuDeviceGetName(char* name, int length, int) {
  CALL("cuDeviceGetName", false);
  std::snprintf(name, size_t(length), "Stand-in");
  return SUCCESS;
}

int cuDeviceGetAttribute(int* value, int attribute, int) {
  CALL("cuDeviceGetAttribute", false);
  const std::string capability = s.setting("CAPABILITY", "9.0");
  switch (attribute) {
    case 13: *value = 1000000; break;
    case 16: *value = s.number("MULTIPROCESSORS", 3); break;
    case 75: *value = std::stoi(capability); break;
    case 76: *value = std::stoi(capability.substr(capability.find('.') + 1)); break;
    case 97: *value = s.number("SHARED_BYTES", 232448); break;
    default: return INVALID_VALUE;
  }
  return SUCCESS;
}

int cuDevicePrimaryCtxSetFlags_v2(int, unsigned) {
  CALL("cuDevicePrimaryCtxSetFlags_v2", false);
  return SUCCESS;
}

int cuDevicePrimaryCtxRetain(void** context, int device) {
  CALL("cuDevicePrimaryCtxRetain", false);
  s.contexts[device]++;
  *context = reinterpret_cast<void*>(uintptr_t(device) + 1);
  return SUCCESS;
}

int cuDevicePrimaryCtxRelease_v2(int device) {
  CALL("cuDevicePrimaryCtxRelease_v2", false);
  if (s.contexts[device] == 0) {
    return INVALID_CONTEXT;
  }
  s.contexts[device]--;
  return SUCCESS;
}

int cuCtxSetCurrent(void* context) {
  CALL("cuCtxSetCurrent", false);
  currentContext = context;
  return s.lost;
}

int cuModuleLoadData(Module** module, const char* image) {
  CALL("cuModuleLoadData");
  const std::string ptx = image;
  const std::string mark = "// tile ";
  const size_t begin = ptx.find(mark);
  if (begin == std::string::npos || ptx.find(".version 7.8") == std::string::npos) {
    return INVALID_PTX;
  }
  const size_t from = begin + mark.size();
  const std::string tile = ptx.substr(from, ptx.find(',', from) - from);
  if (tile == "peak") {
    // Its figure means nothing here: the launch only writes where it should.
    *module = new Module{nullptr, nullptr};
    s.modules.insert(*module);
    return SUCCESS;
  }
  const std::string path = s.setting("KERNELS", ".") + "/kernel-" + tile + ".so";
  void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    std::fprintf(stderr, "stand-in driver: %s\n", dlerror());
    return INVALID_PTX;
  }
  *module = new Module{library, reinterpret_cast<Launch>(dlsym(library, "otflow_launch"))};
  s.modules.insert(*module);
  return SUCCESS;
}

int cuModuleUnload(Module* module) {
  CALL("cuModuleUnload");
  if (s.modules.erase(module) == 0) {
    return INVALID_HANDLE;
  }
  for (auto at = s.functions.begin(); at != s.functions.end();) {
    if ((*at)->module == module) {
      delete *at;
      at = s.functions.erase(at);
    } else {
      ++at;
    }
  }
  if (module->library != nullptr) {
    dlclose(module->library);
  }
  delete module;
  return SUCCESS;
}

int cuModuleGetFunction(Function** function, Module* module, const char* name) {
  CALL("cuModuleGetFunction");
  if (s.modules.count(module) == 0) {
    return INVALID_HANDLE;
  }
  *function = new Function{module, name};
  s.functions.insert(*function);
  return SUCCESS;
}

int cuFuncSetAttribute(Function* function, int attribute, int value) {
  CALL("cuFuncSetAttribute");
  if (s.functions.count(function) == 0) {
    return INVALID_HANDLE;
  }
  if (attribute != 8 || value < 0 || value > s.number("SHARED_BYTES", 232448)) {
    return INVALID_VALUE;
  }
  function->sharedBytes = size_t(value);
  return SUCCESS;
}

int cuOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks, Function* function, int, size_t) {
  CALL("cuOccupancyMaxActiveBlocksPerMultiprocessor");
  if (s.functions.count(function) == 0) {
    return INVALID_HANDLE;
  }
  *blocks = 1;
  return SUCCESS;
}

int cuMemAlloc_v2(uintptr_t* address, size_t bytes) {
  CALL("cuMemAlloc_v2");
  void* memory = std::malloc(bytes);
  fillWithNan(memory, bytes);
  *address = reinterpret_cast<uintptr_t>(memory);
  s.device[*address] = bytes;
  return SUCCESS;
}

int cuMemFree_v2(uintptr_t address) {
  CALL("cuMemFree_v2");
  if (s.device.erase(address) == 0) {
    return INVALID_VALUE;
  }
  std::free(reinterpret_cast<void*>(address));
  return SUCCESS;
}

int cuMemHostAlloc(void** memory, size_t bytes, unsigned) {
  CALL("cuMemHostAlloc");
  *memory = std::malloc(bytes);
  fillWithNan(*memory, bytes);
  s.pinned[reinterpret_cast<uintptr_t>(*memory)] = bytes;
  return SUCCESS;
}

int cuMemFreeHost(void* memory) {
  CALL("cuMemFreeHost");
  if (s.pinned.erase(reinterpret_cast<uintptr_t>(memory)) == 0) {
    return INVALID_VALUE;
  }
  std::free(memory);
  return SUCCESS;
}

int cuStreamCreate(Stream** stream, unsigned) {
  CALL("cuStreamCreate");
  *stream = new Stream();
  s.streams.insert(*stream);
  return SUCCESS;
}

int cuStreamDestroy_v2(Stream* stream) {
  CALL("cuStreamDestroy_v2");
  if (s.streams.erase(stream) == 0) {
    return INVALID_HANDLE;
  }
  stream->wait();
  delete stream;
  return SUCCESS;
}

int cuStreamSynchronize(Stream* stream) {
  {
    CALL("cuStreamSynchronize");
    if (s.streams.count(stream) == 0) {
      return INVALID_HANDLE;
    }
  }
  stream->wait();
  return state().lost;
}

int cuMemcpyHtoDAsync_v2(uintptr_t to, const void* from, size_t bytes, Stream* stream) {
  CALL("cuMemcpyHtoDAsync_v2");
  if (s.streams.count(stream) == 0) {
    return INVALID_HANDLE;
  }
  if (!within(s.device, to, bytes)) {
    return INVALID_VALUE;
  }
  stream->add([=] { std::memcpy(reinterpret_cast<void*>(to), from, bytes); });
  return SUCCESS;
}

int cuMemcpyDtoHAsync_v2(void* to, uintptr_t from, size_t bytes, Stream* stream) {
  CALL("cuMemcpyDtoHAsync_v2");
  if (s.streams.count(stream) == 0) {
    return INVALID_HANDLE;
  }
  if (!within(s.device, from, bytes)) {
    return INVALID_VALUE;
  }
  stream->add([=] { std::memcpy(to, reinterpret_cast<void*>(from), bytes); });
  return SUCCESS;
}

int cuMemsetD32Async(uintptr_t to, unsigned value, size_t count, Stream* stream) {
  CALL("cuMemsetD32Async");
  if (s.streams.count(stream) == 0) {
    return INVALID_HANDLE;
  }
  if (!within(s.device, to, 4 * count)) {
    return INVALID_VALUE;
  }
  stream->add([=] {
    for (size_t i = 0; i < count; i++) {
      std::memcpy(reinterpret_cast<char*>(to) + 4 * i, &value, 4);
    }
  });
  return SUCCESS;
}

int cuEventCreate(Event** event, unsigned) {
  CALL("cuEventCreate");
  *event = new Event();
  s.events.insert(*event);
  return SUCCESS;
}

int cuEventDestroy_v2(Event* event) {
  CALL("cuEventDestroy_v2");
  if (s.events.erase(event) == 0) {
    return INVALID_HANDLE;
  }
  delete event;
  return SUCCESS;
}

int cuEventRecord(Event* event, Stream* stream) {
  CALL("cuEventRecord");
  if (s.streams.count(stream) == 0 || s.events.count(event) == 0) {
    return INVALID_HANDLE;
  }
  stream->add([=] { event->milliseconds = nowMilliseconds(); });
  return SUCCESS;
}

int cuEventElapsedTime(float* milliseconds, Event* from, Event* to) {
  CALL("cuEventElapsedTime");
  if (s.events.count(from) == 0 || s.events.count(to) == 0) {
    return INVALID_HANDLE;
  }
  *milliseconds = float(to->milliseconds - from->milliseconds);
  return SUCCESS;
}

int cuLaunchKernel(Function* function, unsigned gridX, unsigned gridY, unsigned gridZ, unsigned blockX,
                   unsigned blockY, unsigned blockZ, unsigned sharedBytes, Stream* stream,
                   void** arguments, void** extra) {
  CALL("cuLaunchKernel");
  if (s.functions.count(function) == 0 || s.streams.count(stream) == 0) {
    return INVALID_HANDLE;
  }
  const std::string name = function->name;
  if (name == "peak") {
    uintptr_t out;
    std::memcpy(&out, arguments[0], sizeof(out));
    if (!within(s.device, out, 4 * size_t(gridX) * blockX)) {
      return INVALID_VALUE;
    }
    stream->add([=] { fillWithNan(reinterpret_cast<void*>(out), 4 * size_t(gridX) * blockX); });
    return SUCCESS;
  }
  if (gridX == 0 || gridY != 1 || gridZ != 1 || blockX != 256 || blockY != 1 || blockZ != 1 ||
      sharedBytes > function->sharedBytes || extra != nullptr) {
    return INVALID_VALUE;
  }
  // The driver copies the arguments before it returns.
  constexpr size_t BYTES = 152;
  auto copy = std::make_shared<std::string>(static_cast<const char*>(arguments[0]), BYTES);
  for (size_t i = 0; i < 7; i++) {
    uintptr_t address;
    std::memcpy(&address, copy->data() + 8 * i, 8);
    if (address != 0 && !within(s.device, address, 0)) {
      return INVALID_VALUE;
    }
  }
  const Launch launch = function->module->launch;
  stream->add([=] {
    if (launch(name.c_str(), copy->data(), gridX, blockX, sharedBytes, nullptr) != 0) {
      std::lock_guard<std::recursive_mutex> guard(state().mutex);
      state().lost = LAUNCH_FAILED;
    }
  });
  return SUCCESS;
}

}  // extern "C"
