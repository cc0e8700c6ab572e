// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/run/pack_stage.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "base/stop.h"
#include "generator/evidence.h"
#include "generator/language.h"
#include "generator/packer.h"
#include "generator/reject.h"
#include "generator/task_kind.h"
#include "pipelines/run/short_row_tokens.h"

namespace quipu::pipelines {
namespace {

// Rows of one write: 16 of 16,384 tokens are about 1 MB.
constexpr size_t kBatchRows = 16;

// Writes rows in batches, numbering each kind from 0.
class RowWriter {
 public:
  explicit RowWriter(storage::Store* store) : store_(store) {}

  absl::Status Add(v1::TrainingRow sequence) {
    sequence.set_index(sequence.kind() == v1::TrainingRow::KIND_LONG ? num_long_++ : num_packed_++);
    batch_.push_back(std::move(sequence));
    return batch_.size() < kBatchRows ? absl::OkStatus() : Flush();
  }

  absl::Status Flush() {
    if (batch_.empty()) return absl::OkStatus();
    RETURN_IF_ERROR(store_->AddTrainingRows(batch_));
    batch_.clear();
    return absl::OkStatus();
  }

 private:
  storage::Store* const store_;
  std::vector<v1::TrainingRow> batch_;
  uint64_t num_long_ = 0;
  uint64_t num_packed_ = 0;
};

// Whether the documents' stored lengths count the target's tokens.
bool CountsTargetTokens(const storage::Store& store, const generator::TargetModel& target) {
  return store.header().generating_model().tokenizer_fingerprint() ==
         target.tokenizer->fingerprint().ToBytes();
}

// A row of a sample, or a reject: AMBIGUOUS, or what BuildLongInstance returns.
absl::StatusOr<std::variant<v1::TrainingRow, v1::Reject>> BuildLong(
    const generator::SourceDocument& source, const generator::EvidenceFinder& finder,
    const v1::Result& sample, const v1::RunSpec& spec, const generator::TargetModel& target) {
  const generator::Evidence evidence =
      generator::KindOfTask(sample.task().kind()).FindEvidence(finder, sample);
  if (spec.filters().refuse_ambiguous() && !evidence.conflict.empty()) {
    return generator::MakeReject(v1::REJECT_REASON_AMBIGUOUS, evidence.conflict);
  }
  if (spec.filters().refuse_misplaced() && sample.task().kind() == v1::TASK_KIND_PAIR &&
      !evidence.rival.empty()) {
    return generator::MakeReject(v1::REJECT_REASON_AMBIGUOUS, evidence.rival);
  }
  return generator::BuildLongInstance(source, sample, evidence, spec, target);
}

absl::Status BuildLongOfDocument(const std::string& id, const v1::RunSpec& spec,
                                 const generator::TargetModel& target, storage::Store* store,
                                 RowWriter* writer) {
  ASSIGN_OR_RETURN(const std::vector<v1::Result> results, store->GetResults(id));
  const bool any = std::any_of(results.begin(), results.end(),
                               [](const v1::Result& result) { return !result.has_reject(); });
  if (!any) return absl::OkStatus();
  ASSIGN_OR_RETURN(const v1::Document document, store->GetDocument(id));
  const generator::SourceDocument source(document, target, CountsTargetTokens(*store, target));
  // All tasks of a document have its language.
  const generator::EvidenceFinder finder(
      document.text(), generator::LanguageOfTaskCode(results[0].task().language()));
  std::vector<v1::Result> rejects;
  for (const v1::Result& result : results) {
    if (result.has_reject()) continue;
    ASSIGN_OR_RETURN(auto built, BuildLong(source, finder, result, spec, target));
    if (auto* sequence = std::get_if<v1::TrainingRow>(&built)) {
      RETURN_IF_ERROR(writer->Add(std::move(*sequence)));
    } else {
      rejects.push_back(result);
      *rejects.back().mutable_reject() = std::get<v1::Reject>(built);
    }
  }
  return rejects.empty() ? absl::OkStatus() : store->ReplaceWithRejects(id, rejects);
}

uint32_t PaddedLength(const v1::RunSpec& spec, uint32_t length) {
  return spec.instances().padding() == v1::InstanceSpec::TO_CONTEXT
             ? spec.instances().context_tokens()
             : length;
}

// A row that fits no pack: a long row of its own, or a reject.
absl::Status PlaceOverLong(uint32_t index, const v1::RunSpec& spec, const storage::Store& store,
                           ShortRowTokens* rows, RowWriter* writer,
                           std::vector<v1::RejectedRow>* rejected) {
  const uint32_t context = spec.instances().context_tokens();
  const uint32_t length = rows->lengths()[index];
  const bool long_rows = spec.packing().over_long() == v1::PackingSpec::LONG_ROW;
  if (long_rows && length <= context) {
    v1::TrainingRow sequence;
    sequence.set_kind(v1::TrainingRow::KIND_LONG);
    sequence.set_padded_length(PaddedLength(spec, length));
    RETURN_IF_ERROR(rows->AppendTo(index, &sequence));
    return writer->Add(std::move(sequence));
  }
  ASSIGN_OR_RETURN(const std::string id, rows->IdOf(index));
  ASSIGN_OR_RETURN(const v1::ShortRow row, store.GetShortRow(id));
  v1::Reject reject;
  reject.set_reason(v1::REJECT_REASON_ROW_TOO_LONG);
  reject.set_detail(absl::StrCat(length, " tokens, a pack has ", spec.packing().pack_tokens(),
                                 long_rows ? absl::StrCat(" and the context ", context) : ""));
  rejected->push_back(RejectedRowOf(row, std::move(reject)));
  return absl::OkStatus();
}

absl::Status PackShortRows(const v1::RunSpec& spec, const generator::TargetModel& target,
                           const generator::Decontaminator* benchmarks, storage::Store* store,
                           RowWriter* writer) {
  ASSIGN_OR_RETURN(const std::unique_ptr<ShortRowTokens> rows,
                   ShortRowTokens::Make(spec, target, benchmarks, *store));
  ASSIGN_OR_RETURN(const generator::Packing packing,
                   generator::Pack(rows->lengths(), spec.packing().pack_tokens(), spec.seed()));
  for (const std::vector<uint32_t>& bin : packing.bins) {
    if (StopRequested()) return absl::CancelledError("stopped while packing");
    v1::TrainingRow sequence;
    sequence.set_kind(v1::TrainingRow::KIND_PACKED);
    sequence.set_padded_length(spec.packing().pack_tokens());
    for (const uint32_t row : bin) RETURN_IF_ERROR(rows->AppendTo(row, &sequence));
    RETURN_IF_ERROR(writer->Add(std::move(sequence)));
  }
  std::vector<v1::RejectedRow> rejected = rows->rejected();
  for (const uint32_t row : packing.too_long) {
    RETURN_IF_ERROR(PlaceOverLong(row, spec, *store, rows.get(), writer, &rejected));
  }
  return rejected.empty() ? absl::OkStatus() : store->AddRejectedRows(rejected);
}

}  // namespace

absl::Status PackRows(const v1::RunSpec& spec, const generator::TargetModel& target,
                      const generator::Decontaminator* benchmarks, storage::Store* store) {
  RETURN_IF_ERROR(store->ClearTrainingRows());
  RowWriter writer(store);
  ASSIGN_OR_RETURN(const std::vector<std::string> ids, store->ListDocumentIds());
  for (const std::string& id : ids) {
    if (StopRequested()) return absl::CancelledError("stopped while packing");
    RETURN_IF_ERROR(BuildLongOfDocument(id, spec, target, store, &writer));
  }
  RETURN_IF_ERROR(PackShortRows(spec, target, benchmarks, store, &writer));
  return writer.Flush();
}

}  // namespace quipu::pipelines
