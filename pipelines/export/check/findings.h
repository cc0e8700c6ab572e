// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What a check found, and what its parts look rows up in.
//
//   Findings findings;
//   findings.Add({"tokens-00000.jsonl", 7}, "labels and input_ids differ in
//   length");
#ifndef QUIPU_PIPELINES_EXPORT_CHECK_FINDINGS_H_
#define QUIPU_PIPELINES_EXPORT_CHECK_FINDINGS_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/fingerprint.h"
#include "pipelines/export/plan.h"

namespace quipu::pipelines {

// A line of a file, from 1.
struct Place {
  std::string file;
  uint64_t line = 0;
};

// Keeps the first findings and counts the others: a broken export breaks every
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

// The rows that an export must have, by source.
class SourceIndex {
 public:
  explicit SourceIndex(const ExportPlan& plan);

  // Returns null if the store has no row of this source.
  const MessagesRow* Find(const Fingerprint& source) const;
  // The same by 32 hexadecimal digits.
  const MessagesRow* FindHex(absl::string_view hex) const;
  // Position of a row that Find returned, below size().
  size_t PositionOf(const MessagesRow* row) const { return row - rows_.data(); }
  size_t size() const { return rows_.size(); }
  const MessagesRow& row(size_t position) const { return rows_[position]; }

 private:
  std::vector<MessagesRow> rows_;  // In order of source.
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_EXPORT_CHECK_FINDINGS_H_
