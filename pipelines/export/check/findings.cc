// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/check/findings.h"

#include <algorithm>

#include "absl/status/statusor.h"

namespace quipu::pipelines {

SourceIndex::SourceIndex(const ExportPlan& plan) : rows_(plan.messages_rows) {
  std::sort(rows_.begin(), rows_.end(),
            [](const MessagesRow& a, const MessagesRow& b) { return a.source < b.source; });
}

const MessagesRow* SourceIndex::Find(const Fingerprint& source) const {
  const auto found = std::lower_bound(
      rows_.begin(), rows_.end(), source,
      [](const MessagesRow& row, const Fingerprint& wanted) { return row.source < wanted; });
  if (found == rows_.end() || found->source != source) return nullptr;
  return &*found;
}

const MessagesRow* SourceIndex::FindHex(absl::string_view hex) const {
  const absl::StatusOr<Fingerprint> source = Fingerprint::FromHex(hex);
  return source.ok() ? Find(*source) : nullptr;
}

}  // namespace quipu::pipelines
