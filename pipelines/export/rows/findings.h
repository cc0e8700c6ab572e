// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The findings of a check, each with file and line.
//
//   Findings findings;
//   findings.Add({"tokens-00000.jsonl", 7}, "labels and input_ids differ in length");
//   return std::move(findings).Take();
//
// Thread-compatible.
#ifndef QUIPU_PIPELINES_EXPORT_ROWS_FINDINGS_H_
#define QUIPU_PIPELINES_EXPORT_ROWS_FINDINGS_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace quipu::pipelines {

// A line of a file, from 1; 0: the file as a whole.
struct Place {
  std::string file;
  uint64_t line = 0;
};

// Keeps the first findings and counts the rest: a broken export may break every
// row.
class Findings {
 public:
  void Add(const Place& place, absl::string_view what) {
    ++count_;
    if (findings_.size() >= kMaxKept) return;
    const std::string line = place.line == 0 ? "" : absl::StrCat(":", place.line);
    findings_.push_back(absl::StrCat(place.file, line, ": ", what));
  }
  uint64_t count() const { return count_; }

  std::vector<std::string> Take() && {
    if (count_ > findings_.size()) {
      findings_.push_back(absl::StrCat("and ", count_ - findings_.size(), " more findings"));
    }
    return std::move(findings_);
  }

 private:
  static constexpr size_t kMaxKept = 200;
  std::vector<std::string> findings_;
  uint64_t count_ = 0;
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_EXPORT_ROWS_FINDINGS_H_
