// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What a parallel section costs: many short loops in a row, as the engine runs
// them (a step of a model with 30 layers has about 300), with tasks that only
// burn a given time.
//
//   pool_bench [THREADS]
//
// One line per shape: microseconds per section (median and best of the rounds),
// processor time per section of all threads, and the time of the tasks alone.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "base/thread_pool.h"
#include "tests/bench/measure.h"

namespace quipu::bench {
namespace {

struct Shape {
  const char* name;
  int tasks;
  int work;      // Steps of a task's chain of multiplications.
  int pause_us;  // What the caller does alone between sections.
};

// Tiles of activations, panels of small and large matrices, and sections after
// which the caller stays busy long enough for the others to fall asleep.
constexpr Shape kShapes[] = {{"2 empty tasks", 2, 0, 0},
                             {"6 tiles of 2 us", 6, 2000, 0},
                             {"30 panels of 2 us", 30, 2000, 0},
                             {"96 panels of 8 us", 96, 8000, 0},
                             {"30 panels, after 20 us", 30, 2000, 20},
                             {"30 panels, after 200 us", 30, 2000, 200}};

uint64_t Burn(int work) {
  uint64_t x = 88172645463325252u;
  for (int i = 0; i < work; ++i) x = x * 6364136223846793005u + 1442695040888963407u;
  return x;
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void Run(const Shape& shape, ThreadPool* pool) {
  constexpr int kRounds = 31;
  constexpr int kSections = 300;
  std::vector<uint64_t> sums(pool->num_threads() * 16);
  std::vector<double> seconds;
  double cpu = 0;
  for (int round = 0; round < kRounds; ++round) {
    const Stopwatch watch;
    for (int section = 0; section < kSections; ++section) {
      pool->ParallelFor(shape.tasks,
                        [&](int, int worker) { sums[worker * 16] += Burn(shape.work); });
      if (shape.pause_us > 0) sums[0] += Burn(shape.pause_us * 1000);
    }
    seconds.push_back(watch.Seconds() / kSections);
    cpu += watch.CpuSeconds() / kSections / kRounds;
  }
  const Stopwatch alone;
  for (int i = 0; i < kSections; ++i) sums[0] += Burn(shape.work);
  const double task = shape.work > 0 ? alone.Seconds() / kSections : 0;
  std::printf("%-26s %9.2f %9.2f %9.2f %9.2f\n", shape.name, Median(seconds) * 1e6,
              *std::min_element(seconds.begin(), seconds.end()) * 1e6, cpu * 1e6,
              task * shape.tasks / pool->num_threads() * 1e6);
}

}  // namespace
}  // namespace quipu::bench

int main(int argc, char** argv) {
  const int threads = argc > 1 ? std::max(1, std::atoi(argv[1])) : 2;
  quipu::ThreadPool pool(threads, "bench");
  std::printf("%-26s %9s %9s %9s %9s  (us a section, %d threads)\n", "", "median", "best", "cpu",
              "tasks", threads);
  for (const auto& shape : quipu::bench::kShapes) quipu::bench::Run(shape, &pool);
  return 0;
}
