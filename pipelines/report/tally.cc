// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/report/tally.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace quipu::pipelines {

void Tally::Add(absl::string_view name, bool accepted) {
  const auto found = counts_.find(name);
  if (found != counts_.end()) return Count(accepted, &found->second);
  if (counts_.size() >= most_) return Count(accepted, &others_);
  Count(accepted, &counts_[std::string(name)]);
}

std::vector<Tally::Row> Tally::Rows(size_t most) const {
  std::vector<Row> rows;
  for (const auto& [name, counts] : counts_) {
    rows.push_back({name, counts.accepted, counts.rejected, false});
  }
  std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
    return a.total() != b.total() ? a.total() > b.total() : a.name < b.name;
  });
  Row rest{"", others_.accepted, others_.rejected, true};
  const size_t shown = std::min(most, rows.size());
  for (size_t i = shown; i < rows.size(); ++i) {
    rest.accepted += rows[i].accepted;
    rest.rejected += rows[i].rejected;
  }
  const size_t left = rows.size() - shown;
  rows.resize(shown);
  if (rest.total() > 0) {
    const bool more = others_.accepted + others_.rejected > 0;
    rest.name = absl::StrCat(more ? "over " : "", left, left == 1 && !more ? " other" : " others");
    rows.push_back(rest);
  }
  return rows;
}

}  // namespace quipu::pipelines
