// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/rows/long_rows.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/fingerprint.h"
#include "base/status_macros.h"
#include "generator/chunks/document_cut.h"
#include "generator/chunks/task_chunks.h"
#include "generator/rows/row_kinds.h"
#include "generator/rows/row_material.h"
#include "generator/rows/turn_groups.h"

namespace quipu::generator {
namespace {

// The real tokenisation of a document in a row can differ by a few tokens at its edges.
constexpr uint64_t kSlack = 8;

// A summary is alone under its document, whatever the options: its question does not say of which
// document, and no cut makes it unanswerable.
bool IsSummary(const LongPair& pair) { return pair.sample->task().kind() == v1::TASK_KIND_SUMMARY; }

class Maker {
 public:
  Maker(const SourceDocument& document, absl::Span<const LongPair> pairs,
        const OtherDocuments& others, const RowSpec& spec, const TargetModel& target,
        absl::FunctionRef<absl::Status(v1::TrainingRow)> add,
        absl::FunctionRef<void(size_t, const v1::Reject&)> reject)
      : document_(document),
        pairs_(pairs),
        others_(others),
        spec_(spec),
        target_(target),
        add_(add),
        reject_(reject),
        rejected_(pairs.size(), false) {}

  absl::StatusOr<LongRowsMissed> Make() {
    ASSIGN_OR_RETURN(const std::vector<std::vector<size_t>> groups, Group());
    for (const std::vector<size_t>& group : groups) RETURN_IF_ERROR(AddAnswered(group));
    for (size_t i = 0; i < pairs_.size(); ++i) {
      if (!rejected_[i]) RETURN_IF_ERROR(AddBeside(pairs_[i]));
    }
    return missed_;
  }

 private:
  absl::StatusOr<std::vector<std::vector<size_t>>> Group() {
    const uint32_t max_turns = spec_.instances.max_turns();
    std::vector<std::string> ids;
    for (const LongPair& pair : pairs_) {
      ids.push_back(pair.sample->task().id());
      if (max_turns <= 1) continue;
      ASSIGN_OR_RETURN(const uint32_t frame, MeasureTurn(document_, pair, spec_, target_));
      frames_.push_back(frame);
    }
    return GroupTurns(ids, spec_.seed, max_turns,
                      [this](const std::vector<size_t>& group) { return Fits(group); });
  }

  // A frame has a system message and a prompt, which a later turn lacks: so this is cautious.
  bool Fits(const std::vector<size_t>& group) const {
    uint64_t frame = 0;
    std::vector<TextRange> chunks;
    for (const size_t position : group) {
      if (IsSummary(pairs_[position])) return false;
      frame += frames_[position];
      chunks.push_back(HullOf(RowChunks(pairs_[position].sample->task(), document_.text().size())));
    }
    const TextRange needed = HullOf(chunks);
    const uint64_t context = spec_.instances.context_tokens();
    if (frame + document_.EstimateTokens() + kSlack <= context) return true;
    const DocumentCutter cutter(document_.text(), document_.TokenBegins(), needed.begin,
                                needed.end);
    return frame + cutter.chunk_tokens() + kSlack <= context;
  }

  absl::Status AddAnswered(const std::vector<size_t>& group) {
    std::vector<LongPair> turns;
    for (const size_t position : group) turns.push_back(pairs_[position]);
    ASSIGN_OR_RETURN(auto built, BuildLongInstance(document_, turns, spec_, target_));
    if (auto* row = std::get_if<v1::TrainingRow>(&built)) return Add(std::move(*row), turns);
    if (group.size() > 1) {
      for (const size_t position : group) RETURN_IF_ERROR(AddAnswered({position}));
      return absl::OkStatus();
    }
    rejected_[group[0]] = true;
    reject_(group[0], std::get<v1::Reject>(built));
    return absl::OkStatus();
  }

  absl::Status AddBeside(const LongPair& pair) {
    const v1::InstanceSpec& instances = spec_.instances;
    const std::string& id = pair.sample->task().id();
    if (!IsSummary(pair) &&
        DrawShare(instances.unanswerable_share(), "unanswerable", spec_.seed, id)) {
      ASSIGN_OR_RETURN(auto row, BuildUnanswerable(document_, pair, spec_, target_));
      missed_.unanswerable += row.has_value() ? 0 : 1;
      if (row.has_value()) RETURN_IF_ERROR(Add(*std::move(row), {pair}));
    }
    if (!DrawShare(instances.key_value_share(), "key-value", spec_.seed, id)) {
      return absl::OkStatus();
    }
    ASSIGN_OR_RETURN(auto row, BuildKeyValueRow(KeyValueSourceId(spec_.seed, id), spec_, target_));
    return row.has_value() ? add_(*std::move(row)) : absl::OkStatus();
  }

  // Adds a row of the document, with its context filled up if the seed draws that.
  absl::Status Add(v1::TrainingRow row, absl::Span<const LongPair> turns) {
    const double share = IsSummary(turns[0]) ? 0 : spec_.instances.distractor_share();
    ASSIGN_OR_RETURN(const Fingerprint id,
                     ConversationId(row.long_details().row_kind(), row.segments(0).source_id()));
    if (DrawShare(share, "distractors", spec_.seed, id.ToBytes())) {
      ASSIGN_OR_RETURN(auto filled, FillContext(row, document_, turns, others_, spec_, target_));
      missed_.filled += filled.has_value() ? 0 : 1;
      if (filled.has_value()) row = *std::move(filled);
    }
    return add_(std::move(row));
  }

  const SourceDocument& document_;
  const absl::Span<const LongPair> pairs_;
  const OtherDocuments& others_;
  const RowSpec& spec_;
  const TargetModel& target_;
  const absl::FunctionRef<absl::Status(v1::TrainingRow)> add_;
  const absl::FunctionRef<void(size_t, const v1::Reject&)> reject_;
  std::vector<uint32_t> frames_;  // By position; with several turns only.
  std::vector<bool> rejected_;
  LongRowsMissed missed_;
};

}  // namespace

absl::StatusOr<LongRowsMissed> MakeLongRows(
    const SourceDocument& document, absl::Span<const LongPair> pairs, const OtherDocuments& others,
    const RowSpec& spec, const TargetModel& target,
    absl::FunctionRef<absl::Status(v1::TrainingRow)> add,
    absl::FunctionRef<void(size_t, const v1::Reject&)> reject) {
  return Maker(document, pairs, others, spec, target, add, reject).Make();
}

}  // namespace quipu::generator
