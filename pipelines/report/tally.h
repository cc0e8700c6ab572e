// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Counts of accepted and rejected pairs by a name: a source, a language, a first word. A run can
// have any number of names; after `most` of them the new ones are counted together.
//
//   Tally words(/*most=*/10000);
//   words.Add("when", /*accepted=*/true);
//   for (const Tally::Row& row : words.Rows(/*most=*/20)) Print(row.name, row.accepted);
//
// Thread-compatible.
#ifndef QUIPU_PIPELINES_REPORT_TALLY_H_
#define QUIPU_PIPELINES_REPORT_TALLY_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"

namespace quipu::pipelines {

class Tally {
 public:
  struct Row {
    std::string name;
    uint64_t accepted = 0;
    uint64_t rejected = 0;
    // Of the last row, which has all names that are not listed: true.
    bool rest = false;

    uint64_t total() const { return accepted + rejected; }
  };

  explicit Tally(size_t most = 10000) : most_(most) {}

  void Add(absl::string_view name, bool accepted);

  // The commonest names first, at most `most`; then one row of the rest, if there is any.
  std::vector<Row> Rows(size_t most) const;
  bool empty() const { return counts_.empty(); }
  // Names seen; those beyond the limit are not told apart.
  size_t names() const { return counts_.size(); }

 private:
  struct Counts {
    uint64_t accepted = 0;
    uint64_t rejected = 0;
  };

  static void Count(bool accepted, Counts* counts) {
    ++(accepted ? counts->accepted : counts->rejected);
  }

  const size_t most_;
  absl::flat_hash_map<std::string, Counts> counts_;
  Counts others_;
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_REPORT_TALLY_H_
