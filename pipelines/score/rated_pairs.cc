// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/score/rated_pairs.h"

#include "base/status_macros.h"
#include "pipelines/score/labels.h"

namespace quipu::pipelines {

absl::StatusOr<std::optional<PairEntry>> RatedPairs::Next() {
  while (!ended_) {
    ASSIGN_OR_RETURN(std::optional<PairEntry> entry, source_());
    if (!entry.has_value()) {
      ended_ = true;
    } else if (!entry->status.ok() || entry->pair.rater.empty() || entry->pair.label.empty()) {
      return entry;
    } else {
      RETURN_IF_ERROR(Add(*std::move(entry)));
    }
  }
  while (next_ < rated_.size()) {
    Rated& rated = rated_[next_++];
    if (rated.right + rated.wrong > 1) ++shared_;
    if (rated.right == rated.wrong) {
      ++undecided_;
      continue;
    }
    rated.entry.pair.label = rated.right > rated.wrong ? rated.right_label : rated.wrong_label;
    return std::optional<PairEntry>(std::move(rated.entry));
  }
  return std::optional<PairEntry>();
}

absl::Status RatedPairs::Add(PairEntry entry) {
  ASSIGN_OR_RETURN(const LabelKind kind, KindOfLabel(entry.pair.label));
  const GivenPair& pair = entry.pair;
  const Fingerprint key =
      FingerprintBuilder("rated pair").Add(pair.chunk).Add(pair.question).Add(pair.answer).Build();
  const auto [place, added] = places_.try_emplace(key, rated_.size());
  if (added) rated_.emplace_back();
  Rated& rated = rated_[place->second];
  const bool right = kind != LabelKind::kWrong;
  std::string& label = right ? rated.right_label : rated.wrong_label;
  if (label.empty()) label = pair.label;
  ++(right ? rated.right : rated.wrong);
  if (added) rated.entry = std::move(entry);
  return absl::OkStatus();
}

}  // namespace quipu::pipelines
