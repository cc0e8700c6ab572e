// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "tests/support/tolerance.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>

namespace quipu::testing {
namespace {

// The largest error / bound of each label; written when the process ends.
class Record {
 public:
  Record() {
    const char* path = std::getenv("QUIPU_TOLERANCES");
    if (path != nullptr) path_ = path;
  }

  ~Record() {
    if (path_.empty()) return;
    std::FILE* file = std::fopen(path_.c_str(), "a");
    if (file == nullptr) return;
    for (const auto& [label, ratio] : largest_) {
      std::fprintf(file, "%s\t%.6g\n", label.c_str(), ratio);
    }
    std::fclose(file);
  }

  void Add(const char* label, double error, double bound) {
    if (path_.empty() || bound <= 0) return;
    double& largest = largest_[label];
    largest = std::max(largest, error / bound);
  }

 private:
  std::string path_;
  std::map<std::string, double> largest_;
};

}  // namespace

::testing::AssertionResult Within(const char* label, double error, double bound) {
  static Record record;
  record.Add(label, error, bound);
  if (error >= 0 && error <= bound) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << label << ": error " << error << ", at most " << bound;
}

}  // namespace quipu::testing
