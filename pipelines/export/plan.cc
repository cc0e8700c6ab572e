// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/plan.h"

#include <algorithm>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "base/stop.h"

namespace quipu::pipelines {
namespace {

absl::string_view KindName(v1::TrainingRow::Kind kind) {
  return kind == v1::TrainingRow::KIND_LONG ? "long" : "packed";
}

absl::Status Contradiction(const v1::TrainingRow& sequence, absl::string_view what) {
  return absl::DataLossError(
      absl::StrCat(KindName(sequence.kind()), " sequence ", sequence.index(), ": ", what));
}

// Where a row stands in a shuffled export: the same in every export of the run,
// whatever else is in it.
Fingerprint OrderOf(uint64_t seed, absl::string_view view, const Fingerprint& id) {
  return FingerprintBuilder("export order").Add(view).Add(seed).Add(id).Build();
}

// Adds sequences one by one.
class Planner {
 public:
  explicit Planner(const v1::RunSpec& spec) : seed_(spec.seed()) {}

  absl::Status Add(const v1::TrainingRow& sequence) {
    if (StopRequested()) return absl::CancelledError("stopped while exporting");
    RETURN_IF_ERROR(CheckTrainingRow(sequence));
    ASSIGN_OR_RETURN(const Fingerprint id, SequenceId(sequence));
    plan_.tokens_rows.push_back({OrderOf(seed_, "tokens", id), sequence.kind(), sequence.index()});
    AddCounts(sequence);
    for (int i = 0; i < sequence.segments_size(); ++i) {
      MessagesRow row;
      ASSIGN_OR_RETURN(row.source, Fingerprint::FromBytes(sequence.segments(i).source_id()));
      row.order = OrderOf(seed_, "messages", row.source);
      row.kind = sequence.kind();
      row.index = sequence.index();
      row.segment = static_cast<uint32_t>(i);
      row.tokens = sequence.segments(i).length();
      row.from_document = sequence.has_long_details();
      if (!row.from_document) ++plan_.short_rows;
      plan_.messages_rows.push_back(row);
    }
    return absl::OkStatus();
  }

  ExportPlan Finish(const v1::RunSpec& spec) {
    const uint64_t capacity = spec.packing().pack_tokens();
    plan_.pack_capacity = plan_.packed_rows * capacity;
    plan_.pack_lower_bound = (plan_.packed_tokens + capacity - 1) / capacity;
    // Sequences came in order of kind and index, which is the order of
    // documents.
    if (spec.export_().shuffle()) {
      std::sort(plan_.tokens_rows.begin(), plan_.tokens_rows.end(),
                [](const TokensRow& a, const TokensRow& b) {
                  return std::tie(a.order, a.kind, a.index) < std::tie(b.order, b.kind, b.index);
                });
      std::sort(plan_.messages_rows.begin(), plan_.messages_rows.end(),
                [](const MessagesRow& a, const MessagesRow& b) {
                  return std::tie(a.order, a.kind, a.index, a.segment) <
                         std::tie(b.order, b.kind, b.index, b.segment);
                });
    }
    return std::move(plan_);
  }

 private:
  void AddCounts(const v1::TrainingRow& sequence) {
    const uint64_t tokens = sequence.input_ids_size();
    plan_.tokens += tokens;
    plan_.padding_tokens += std::max<uint64_t>(sequence.padded_length(), tokens) - tokens;
    if (sequence.kind() == v1::TrainingRow::KIND_LONG) {
      ++plan_.long_rows;
    } else {
      ++plan_.packed_rows;
      plan_.packed_tokens += tokens;
    }
    for (const v1::Segment& segment : sequence.segments()) {
      for (const v1::TokenRange& range : segment.trained()) {
        plan_.trained_tokens += range.end() - range.begin();
      }
    }
  }

  const uint64_t seed_;
  ExportPlan plan_;
};

absl::Status CheckTrained(const v1::TrainingRow& sequence, const v1::Segment& segment) {
  uint32_t least = 1;  // Nothing predicts a first token.
  for (const v1::TokenRange& range : segment.trained()) {
    if (range.begin() < least || range.begin() >= range.end() || range.end() > segment.length()) {
      return Contradiction(sequence,
                           absl::StrCat("trained tokens [", range.begin(), ", ", range.end(),
                                        ") in a segment of ", segment.length(), " behind ", least));
    }
    least = range.end();
  }
  return absl::OkStatus();
}

}  // namespace

double ExportPlan::packing_fill() const {
  return pack_capacity == 0 ? 0 : static_cast<double>(packed_tokens) / pack_capacity;
}

absl::Status CheckTrainingRow(const v1::TrainingRow& sequence) {
  if (sequence.kind() != v1::TrainingRow::KIND_LONG &&
      sequence.kind() != v1::TrainingRow::KIND_PACKED) {
    return Contradiction(sequence, absl::StrCat("kind ", sequence.kind()));
  }
  if (sequence.segments_size() == 0) return Contradiction(sequence, "no segments");
  if (sequence.kind() == v1::TrainingRow::KIND_LONG && sequence.segments_size() != 1) {
    return Contradiction(sequence, absl::StrCat(sequence.segments_size(), " segments, not 1"));
  }
  uint64_t covered = 0;
  for (const v1::Segment& segment : sequence.segments()) {
    if (segment.length() == 0) return Contradiction(sequence, "an empty segment");
    RETURN_IF_ERROR(CheckTrained(sequence, segment));
    covered += segment.length();
  }
  const uint64_t tokens = sequence.input_ids_size();
  if (covered != tokens) {
    return Contradiction(sequence,
                         absl::StrCat("segments of ", covered, " tokens, but ", tokens, " tokens"));
  }
  if (sequence.padded_length() != 0 && sequence.padded_length() < tokens) {
    return Contradiction(sequence, absl::StrCat(tokens, " tokens, but a padded length of ",
                                                sequence.padded_length()));
  }
  return absl::OkStatus();
}

absl::StatusOr<Fingerprint> SequenceId(const v1::TrainingRow& sequence) {
  if (sequence.kind() == v1::TrainingRow::KIND_LONG) {
    return Fingerprint::FromBytes(sequence.segments(0).source_id());
  }
  FingerprintBuilder builder("pack");
  for (const v1::Segment& segment : sequence.segments()) builder.Add(segment.source_id());
  return builder.Build();
}

absl::StatusOr<ExportPlan> PlanExport(const storage::StoreView& store) {
  const v1::RunSpec& spec = store.header().spec();
  Planner planner(spec);
  const auto add = [&planner](const v1::TrainingRow& sequence) { return planner.Add(sequence); };
  RETURN_IF_ERROR(store.ForEachTrainingRow(v1::TrainingRow::KIND_LONG, add));
  RETURN_IF_ERROR(store.ForEachTrainingRow(v1::TrainingRow::KIND_PACKED, add));
  return planner.Finish(spec);
}

}  // namespace quipu::pipelines
