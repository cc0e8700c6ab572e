// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "tests/bench/measure.h"

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"

namespace quipu::bench {
namespace {

double Now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double CpuNow() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         1e-6 * static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

// A line of the process's status, with its value in KiB.
double StatusMb(absl::string_view name) {
  std::ifstream status("/proc/self/status");
  std::string line;
  while (std::getline(status, line)) {
    double kib = 0;
    if (absl::StartsWith(line, name) && std::sscanf(line.c_str() + name.size(), "%lf", &kib) == 1) {
      return kib * 1024 / 1e6;
    }
  }
  return 0;
}

}  // namespace

Figures MedianOf(std::vector<Figures> runs) {
  std::sort(runs.begin(), runs.end(),
            [](const Figures& a, const Figures& b) { return a.seconds < b.seconds; });
  return runs[runs.size() / 2];
}

Stopwatch::Stopwatch() : start_(Now()), cpu_start_(CpuNow()) {}

double Stopwatch::Seconds() const { return Now() - start_; }

double Stopwatch::CpuSeconds() const { return CpuNow() - cpu_start_; }

double ResidentMb() { return StatusMb("VmRSS:"); }

double PeakResidentMb() { return StatusMb("VmHWM:"); }

void ResetPeakResident() {
  // If the kernel supports and permits it; otherwise the peak covers the whole
  // time.
  std::ofstream("/proc/self/clear_refs") << "5";
}

double LayerOperations(const inference::HyperParameters& params, int context) {
  const double q = double{1} * params.heads * params.head_dim;
  const double kv = double{1} * params.kv_heads * params.head_dim;
  const double weights = params.embedding * (2 * q + 2 * kv + 3.0 * params.feed_forward);
  return 2.0 * params.layers * (weights + 2.0 * q * context);
}

double LayerOperations(const inference::HyperParameters& params, int start, int count) {
  double sum = 0;
  for (int i = 0; i < count; ++i) sum += LayerOperations(params, start + i + 1);
  return sum;
}

double OutputOperations(const inference::HyperParameters& params) {
  return 2.0 * params.embedding * params.vocabulary;
}

}  // namespace quipu::bench
