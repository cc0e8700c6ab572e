// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The part of CheckIntegrity that compares results and short rows with training
// rows: once packing is done, each accepted result is in exactly one training
// row, and each short row in one or among the rejected rows.
//
// The pass over all values only sums ids. Only if the sums differ are the values
// read again to find the ids, a share of them at a time.
#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "storage/store_checker.h"

namespace quipu::storage {

void Checker::IdSum::Add(absl::string_view id) {
  if (id.size() != kIdBytes) return;  // This is a separate finding.
  ++count;
  // Ids are fingerprints: two different sets do not have the same sum.
  high += ReadU64(id.data());
  low += ReadU64(id.data() + 8);
}

// How often ids of one share occur in training rows or among the rejected rows.
class Checker::Places {
 public:
  Places(uint64_t share, uint64_t shares) : share_(share), shares_(shares) {}

  bool IsInThisPart(absl::string_view id) const {
    return id.size() == kIdBytes && ReadU64(id.data()) % shares_ == share_;
  }
  void Add(absl::string_view id) {
    if (IsInThisPart(id)) ++counts_[std::string(id)];
  }
  uint32_t Of(absl::string_view id) const {
    const auto found = counts_.find(std::string(id));
    return found == counts_.end() ? 0 : found->second;
  }

 private:
  const uint64_t share_;
  const uint64_t shares_;
  absl::flat_hash_map<std::string, uint32_t> counts_;
};

absl::Status Checker::CheckPlaces() {
  if (!stage_done_[v1::STAGE_PACK]) return absl::OkStatus();
  const bool results = accepted_results_ != placed_results_;
  const bool rows = short_rows_ != placed_rows_;
  if (!results && !rows) return absl::OkStatus();
  const uint64_t ids = std::max(accepted_results_.count, placed_results_.count) +
                       std::max(short_rows_.count, placed_rows_.count);
  const uint64_t shares = ids / ids_at_once_ + 1;
  for (uint64_t share = 0; share < shares; ++share) {
    Places places(share, shares);
    RETURN_IF_ERROR(CollectPlaces(&places));
    if (results) RETURN_IF_ERROR(FindMisplacedResults(places));
    if (rows) RETURN_IF_ERROR(FindMisplacedRows(places));
  }
  return absl::OkStatus();
}

// Values that do not parse are findings already and are skipped here.
absl::Status Checker::CollectPlaces(Places* places) {
  RETURN_IF_ERROR(CheckFamily(
      Family::kSequences, std::string(1, kTrainingRowPrefix),
      [&](absl::string_view key, absl::string_view value) {
        v1::TrainingRow sequence;
        if (Parse(Family::kSequences, RecordType::kTrainingRow, key, value, &sequence).ok()) {
          for (const std::string& id : SourcesPlacedBy(sequence)) places->Add(id);
        }
        return absl::OkStatus();
      }));
  return CheckFamily(Family::kSequences, std::string(1, kRejectedRowPrefix),
                     [&](absl::string_view key, absl::string_view) {
                       places->Add(key.substr(1));
                       return absl::OkStatus();
                     });
}

absl::Status Checker::FindMisplacedResults(const Places& places) {
  return CheckFamily(
      Family::kResults, std::string(1, kResultPrefix),
      [&](absl::string_view key, absl::string_view value) -> absl::Status {
        v1::Result result;
        const bool parsed = Parse(Family::kResults, RecordType::kResult, key, value, &result).ok();
        if (!parsed || result.has_reject() || !places.IsInThisPart(result.task().id()))
          return absl::OkStatus();
        const uint32_t count = places.Of(result.task().id());
        if (count == 1) return absl::OkStatus();
        return absl::DataLossError(absl::StrCat(DescribeKey(Family::kResults, key),
                                                " is accepted and is in ", count,
                                                " training rows, expected one"));
      });
}

absl::Status Checker::FindMisplacedRows(const Places& places) {
  return CheckFamily(Family::kDocuments, std::string(1, kRowSummaryPrefix),
                     [&](absl::string_view key, absl::string_view) -> absl::Status {
                       const absl::string_view id = key.substr(1);
                       if (!places.IsInThisPart(id)) return absl::OkStatus();
                       const uint32_t count = places.Of(id);
                       if (count == 1) return absl::OkStatus();
                       return absl::DataLossError(absl::StrCat(
                           "short row ", DescribeKey(Family::kDocuments, RowKey(id)), " is in ",
                           count, " training rows or rejected rows, expected one"));
                     });
}

}  // namespace quipu::storage
