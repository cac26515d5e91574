// Runs the CUDA threads of host.hpp.
#include "host.hpp"

#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

#ifdef OTFLOW_THREADS
#include <barrier>
#else
#include <ucontext.h>
#endif

namespace host {

namespace {

std::string placeOf(const char* file, int line) {
  const char* name = std::strrchr(file, '/');
  return std::string(name == nullptr ? file : name + 1) + ":" + std::to_string(line);
}

thread_local Thread* current = nullptr;

// Called at a barrier that is not left out.
thread_local std::function<void(const char*, int)>* arrive = nullptr;

// Shared memory as a block finds it: of no value.
std::unique_ptr<float4[]> filledWithNan(size_t bytes) {
  const size_t count = (bytes + sizeof(float4) - 1) / sizeof(float4);
  std::unique_ptr<float4[]> memory(new float4[count]);
  const float nan = std::numeric_limits<float>::quiet_NaN();
  for (size_t i = 0; i < count; i++) {
    memory[i] = make_float4(nan, nan, nan, nan);
  }
  return memory;
}

thread_local const char* leftOutHere = nullptr;

}  // namespace

Thread& self() { return *current; }

bool leftOut(const char* file, int line) {
  return leftOutHere != nullptr && placeOf(file, line) == leftOutHere;
}

void barrier(const char* file, int line) {
  if (!leftOut(file, line)) {
    (*arrive)(file, line);
  }
}

#ifdef OTFLOW_THREADS

namespace {

struct Block {
  std::unique_ptr<float4[]> memory;
  std::vector<Fragments> fragments;
  std::barrier<> all;
  std::function<void(const char*, int)> wait;

  Block(unsigned threads, size_t sharedBytes)
      : memory(filledWithNan(sharedBytes)),
        fragments(threads),
        all(threads),
        wait([this](const char*, int) { all.arrive_and_wait(); }) {}
};

}  // namespace

void launch(std::function<void()> kernel, unsigned blocks, unsigned threads, size_t sharedBytes,
            const char* leftOut) {
  std::vector<std::unique_ptr<Block>> all;
  for (unsigned block = 0; block < blocks; block++) {
    all.push_back(std::make_unique<Block>(threads, sharedBytes));
  }
  std::vector<std::thread> running;
  for (unsigned block = 0; block < blocks; block++) {
    for (unsigned t = 0; t < threads; t++) {
      running.emplace_back([&, block, t] {
        Block& own = *all[block];
        Thread me{{t}, {block}, {blocks}, &own.memory[0].x, {}, own.fragments.data()};
        current = &me;
        arrive = &own.wait;
        leftOutHere = leftOut;
        kernel();
        own.all.arrive_and_drop();
      });
    }
  }
  for (std::thread& thread : running) {
    thread.join();
  }
}

#else

namespace {

constexpr size_t STACK = 64 * 1024;

// Fibers that take turns: each runs to its next barrier, or to its end.
class Fibers {
 public:
  explicit Fibers(unsigned count)
      : stacks(new char[count * STACK]), fibers(count), fragments(count) {}

  void run(const std::function<void()>& kernel, unsigned block, unsigned blocks, float* shared) {
    body = &kernel;
    std::function<void(const char*, int)> yield = [&](const char* file, int line) {
      fibers[running].place = line;
      fibers[running].file = file;
      leave(false);
    };
    arrive = &yield;
    for (unsigned t = 0; t < fibers.size(); t++) {
      fibers[t].state = Thread{{t}, {block}, {blocks}, shared, {}, fragments.data()};
      fibers[t].done = false;
      prepare(t);
    }
    for (unsigned left = fibers.size(); left > 0;) {
      unsigned waiting = 0;
      for (running = 0; running < fibers.size(); running++) {
        if (!fibers[running].done) {
          current = &fibers[running].state;
          enter();
          if (fibers[running].done) {
            left--;
          } else {
            waiting++;
          }
        }
      }
      check(waiting);
    }
  }

 private:
  struct Fiber {
    Thread state;
    bool done;
    int place;
    const char* file;
#ifdef __x86_64__
    void* stack;
#else
    ucontext_t context;
#endif
  };

  std::unique_ptr<char[]> stacks;
  std::vector<Fiber> fibers;
  std::vector<Fragments> fragments;
  const std::function<void()>* body = nullptr;
  unsigned running = 0;
#ifdef __x86_64__
  void* scheduler = nullptr;
#else
  ucontext_t scheduler;
#endif

  // All threads of a block meet at the same barrier, or at none.
  void check(unsigned waiting) const {
    if (waiting != 0 && waiting != fibers.size()) {
      throw std::runtime_error("some threads have ended while others wait at a barrier");
    }
    for (const Fiber& fiber : fibers) {
      if (waiting != 0 && (fiber.place != fibers[0].place || fiber.file != fibers[0].file)) {
        throw std::runtime_error("threads wait at different barriers");
      }
    }
  }

  static thread_local Fibers* active;

  static void begin() {
    Fibers* all = active;
    (*all->body)();
    all->leave(true);
  }

#ifdef __x86_64__
  // Saves what a call must leave as it is, and goes on with another stack.
  __attribute__((naked, noinline)) static void change(void**, void*) {
    asm volatile(
        "pushq %rbp\n pushq %rbx\n pushq %r12\n pushq %r13\n pushq %r14\n pushq %r15\n"
        "movq %rsp, (%rdi)\n movq %rsi, %rsp\n"
        "popq %r15\n popq %r14\n popq %r13\n popq %r12\n popq %rbx\n popq %rbp\n ret\n");
  }

  void prepare(unsigned t) {
    auto top = reinterpret_cast<uintptr_t>(stacks.get() + (t + 1) * STACK) & ~uintptr_t(15);
    void** at = reinterpret_cast<void**>(top);
    *--at = nullptr;
    *--at = reinterpret_cast<void*>(&Fibers::begin);
    at -= 6;
    fibers[t].stack = at;
  }

  void enter() {
    active = this;
    change(&scheduler, fibers[running].stack);
  }

  void leave(bool done) {
    fibers[running].done = done;
    change(&fibers[running].stack, scheduler);
  }
#else
  void prepare(unsigned t) {
    getcontext(&fibers[t].context);
    fibers[t].context.uc_stack.ss_sp = stacks.get() + t * STACK;
    fibers[t].context.uc_stack.ss_size = STACK;
    fibers[t].context.uc_link = nullptr;
    makecontext(&fibers[t].context, &Fibers::begin, 0);
  }

  void enter() {
    active = this;
    swapcontext(&scheduler, &fibers[running].context);
  }

  void leave(bool done) {
    fibers[running].done = done;
    swapcontext(&fibers[running].context, &scheduler);
  }
#endif
};

thread_local Fibers* Fibers::active = nullptr;

}  // namespace

void launch(std::function<void()> kernel, unsigned blocks, unsigned threads, size_t sharedBytes,
            const char* leftOut) {
  std::vector<std::exception_ptr> failures(blocks);
  std::vector<std::thread> running;
  for (unsigned block = 0; block < blocks; block++) {
    running.emplace_back([&, block] {
      try {
        leftOutHere = leftOut;
        Fibers fibers(threads);
        auto memory = filledWithNan(sharedBytes);
        fibers.run(kernel, block, blocks, &memory[0].x);
      } catch (...) {
        failures[block] = std::current_exception();
      }
    });
  }
  for (std::thread& thread : running) {
    thread.join();
  }
  for (const std::exception_ptr& failure : failures) {
    if (failure != nullptr) {
      std::rethrow_exception(failure);
    }
  }
}

#endif

}  // namespace host
