// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/run/pack_stage.h"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "base/stop.h"
#include "generator/context_fill.h"
#include "generator/evidence.h"
#include "generator/language.h"
#include "generator/long_rows.h"
#include "generator/packer.h"
#include "generator/reject.h"
#include "generator/source_document.h"

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

// The stored documents, by position in order of their ids: the same in a merged store. The ids must
// outlive it.
class StoredDocuments : public generator::OtherDocuments {
 public:
  StoredDocuments(const storage::Store& store, const std::vector<std::string>& ids, bool counted)
      : store_(store), ids_(ids), counted_(counted) {}

  uint64_t size() const override { return ids_.size(); }
  const std::string& IdAt(uint64_t position) const override { return ids_[position]; }
  absl::StatusOr<v1::Document> Read(const std::string& id) const override {
    return store_.GetDocument(id);
  }
  bool counted() const override { return counted_; }

 private:
  const storage::Store& store_;
  const std::vector<std::string>& ids_;
  const bool counted_;
};

// Builds the long rows of all documents.
class LongRowBuilder {
 public:
  LongRowBuilder(const v1::RunSpec& spec, const generator::TargetModel& target,
                 const StoredDocuments& documents, storage::Store* store, RowWriter* writer)
      : spec_(spec), target_(target), documents_(documents), store_(store), writer_(writer) {}

  absl::Status BuildDocument(const std::string& id) {
    ASSIGN_OR_RETURN(const std::vector<v1::Result> results, store_->GetResults(id));
    const bool any = std::any_of(results.begin(), results.end(),
                                 [](const v1::Result& result) { return !result.has_reject(); });
    if (!any) return absl::OkStatus();
    ASSIGN_OR_RETURN(const v1::Document document, store_->GetDocument(id));
    const generator::SourceDocument source(document, target_, documents_.counted());
    rejects_.clear();
    const std::vector<Pair> pairs = FindEvidence(document, results);
    std::vector<generator::LongPair> views;
    for (const Pair& pair : pairs) views.push_back({pair.sample, &pair.evidence});
    ASSIGN_OR_RETURN(
        const generator::LongRowsMissed missed,
        generator::MakeLongRows(
            source, views, documents_, spec_, target_,
            [this](v1::TrainingRow row) { return writer_->Add(std::move(row)); },
            [&](size_t i, const v1::Reject& reject) { Refuse(*views[i].sample, reject); }));
    missed_.unanswerable += missed.unanswerable;
    missed_.filled += missed.filled;
    return rejects_.empty() ? absl::OkStatus() : store_->ReplaceWithRejects(id, rejects_);
  }

  // Rows that were drawn and could not be made.
  const generator::LongRowsMissed& missed() const { return missed_; }

 private:
  struct Pair {
    const v1::Result* sample = nullptr;
    generator::Evidence evidence;
  };

  // The pairs that are not ambiguous. All tasks of a document have its language.
  std::vector<Pair> FindEvidence(const v1::Document& document,
                                 const std::vector<v1::Result>& results) {
    const generator::EvidenceFinder finder(
        document.text(), generator::LanguageOfTaskCode(results[0].task().language()));
    std::vector<Pair> pairs;
    for (const v1::Result& result : results) {
      if (result.has_reject()) continue;
      const v1::Span& chunk = result.task().chunk();
      Pair pair = {&result,
                   finder.Find({chunk.begin(), chunk.end()}, result.question(), result.answer())};
      if (!pair.evidence.conflict.empty() && spec_.filters().refuse_ambiguous()) {
        Refuse(result, generator::MakeReject(v1::REJECT_REASON_AMBIGUOUS, pair.evidence.conflict));
      } else {
        pairs.push_back(std::move(pair));
      }
    }
    return pairs;
  }

  void Refuse(const v1::Result& result, const v1::Reject& reject) {
    rejects_.push_back(result);
    *rejects_.back().mutable_reject() = reject;
  }

  const v1::RunSpec& spec_;
  const generator::TargetModel& target_;
  const StoredDocuments& documents_;
  storage::Store* const store_;
  RowWriter* const writer_;
  std::vector<v1::Result> rejects_;  // Of the document.
  generator::LongRowsMissed missed_;
};

absl::Status BuildLongRows(const v1::RunSpec& spec, const generator::TargetModel& target,
                           storage::Store* store, RowWriter* writer) {
  ASSIGN_OR_RETURN(const std::vector<std::string> ids, store->ListDocumentIds());
  const StoredDocuments documents(*store, ids, CountsTargetTokens(*store, target));
  LongRowBuilder builder(spec, target, documents, store, writer);
  for (const std::string& id : ids) {
    if (StopRequested()) return absl::CancelledError("stopped while packing");
    RETURN_IF_ERROR(builder.BuildDocument(id));
  }
  const generator::LongRowsMissed& missed = builder.missed();
  if (missed.unanswerable > 0) {
    LogInfo(
        absl::StrCat(missed.unanswerable,
                     " unanswerable rows were not made: what is left of the document may answer"));
  }
  if (missed.filled > 0) {
    LogInfo(absl::StrCat("the contexts of ", missed.filled,
                         " rows were not filled up: no room, or no other document fits"));
  }
  return absl::OkStatus();
}

// Lengths of the short rows that can be used, by id.
struct ShortRows {
  std::vector<std::string> ids;
  std::vector<uint32_t> lengths;
  std::vector<v1::RejectedRow> rejected;
};

v1::RejectedRow Rejected(const v1::ShortRow& row, v1::Reject reject) {
  v1::RejectedRow rejected;
  rejected.set_row_id(row.id());
  *rejected.mutable_provenance() = row.provenance();
  *rejected.mutable_reject() = std::move(reject);
  return rejected;
}

absl::StatusOr<std::variant<generator::ShortInstance, v1::Reject>> BuildShort(
    const v1::ShortRow& row, const v1::RunSpec& spec, const generator::TargetModel& target) {
  return generator::BuildShortInstance(row, spec.packing(), spec.instances().row_weight(), target);
}

absl::StatusOr<ShortRows> MeasureShortRows(const v1::RunSpec& spec,
                                           const generator::TargetModel& target,
                                           const storage::Store& store) {
  ShortRows rows;
  RETURN_IF_ERROR(store.ForEachShortRow([&](const v1::ShortRow& row) -> absl::Status {
    if (StopRequested()) return absl::CancelledError("stopped while packing");
    ASSIGN_OR_RETURN(const auto built, BuildShort(row, spec, target));
    if (const auto* reject = std::get_if<v1::Reject>(&built)) {
      rows.rejected.push_back(Rejected(row, *reject));
    } else {
      rows.ids.push_back(row.id());
      rows.lengths.push_back(std::get<generator::ShortInstance>(built).segment.length());
    }
    return absl::OkStatus();
  }));
  return rows;
}

absl::StatusOr<generator::ShortInstance> Rebuild(const std::string& id, const v1::RunSpec& spec,
                                                 const generator::TargetModel& target,
                                                 const storage::Store& store) {
  ASSIGN_OR_RETURN(const v1::ShortRow row, store.GetShortRow(id));
  ASSIGN_OR_RETURN(auto built, BuildShort(row, spec, target));
  if (auto* instance = std::get_if<generator::ShortInstance>(&built)) return std::move(*instance);
  return absl::InternalError("a short row was good when measured and is not when packed");
}

absl::Status AddShort(const std::string& id, const v1::RunSpec& spec,
                      const generator::TargetModel& target, const storage::Store& store,
                      v1::TrainingRow* sequence) {
  ASSIGN_OR_RETURN(generator::ShortInstance instance, Rebuild(id, spec, target, store));
  sequence->mutable_input_ids()->Add(instance.input_ids.begin(), instance.input_ids.end());
  *sequence->add_segments() = std::move(instance.segment);
  return absl::OkStatus();
}

uint32_t PaddedLength(const v1::RunSpec& spec, uint32_t length) {
  return spec.instances().padding() == v1::InstanceSpec::TO_CONTEXT
             ? spec.instances().context_tokens()
             : length;
}

// A row that fits no pack: a long row of its own, or a reject.
absl::Status PlaceOverLong(const std::string& id, uint32_t length, const v1::RunSpec& spec,
                           const generator::TargetModel& target, const storage::Store& store,
                           RowWriter* writer, std::vector<v1::RejectedRow>* rejected) {
  const uint32_t context = spec.instances().context_tokens();
  const bool long_rows = spec.packing().over_long() == v1::PackingSpec::LONG_ROW;
  if (long_rows && length <= context) {
    v1::TrainingRow sequence;
    sequence.set_kind(v1::TrainingRow::KIND_LONG);
    sequence.set_padded_length(PaddedLength(spec, length));
    RETURN_IF_ERROR(AddShort(id, spec, target, store, &sequence));
    return writer->Add(std::move(sequence));
  }
  ASSIGN_OR_RETURN(const v1::ShortRow row, store.GetShortRow(id));
  v1::Reject reject;
  reject.set_reason(v1::REJECT_REASON_ROW_TOO_LONG);
  reject.set_detail(absl::StrCat(length, " tokens, a pack has ", spec.packing().pack_tokens(),
                                 long_rows ? absl::StrCat(" and the context ", context) : ""));
  rejected->push_back(Rejected(row, std::move(reject)));
  return absl::OkStatus();
}

absl::Status PackShortRows(const v1::RunSpec& spec, const generator::TargetModel& target,
                           storage::Store* store, RowWriter* writer) {
  ASSIGN_OR_RETURN(ShortRows rows, MeasureShortRows(spec, target, *store));
  ASSIGN_OR_RETURN(const generator::Packing packing,
                   generator::Pack(rows.lengths, spec.packing().pack_tokens(), spec.seed()));
  for (const std::vector<uint32_t>& bin : packing.bins) {
    if (StopRequested()) return absl::CancelledError("stopped while packing");
    v1::TrainingRow sequence;
    sequence.set_kind(v1::TrainingRow::KIND_PACKED);
    sequence.set_padded_length(spec.packing().pack_tokens());
    for (const uint32_t row : bin) {
      RETURN_IF_ERROR(AddShort(rows.ids[row], spec, target, *store, &sequence));
    }
    RETURN_IF_ERROR(writer->Add(std::move(sequence)));
  }
  for (const uint32_t row : packing.too_long) {
    RETURN_IF_ERROR(PlaceOverLong(rows.ids[row], rows.lengths[row], spec, target, *store, writer,
                                  &rows.rejected));
  }
  return rows.rejected.empty() ? absl::OkStatus() : store->AddRejectedRows(rows.rejected);
}

}  // namespace

absl::Status PackRows(const v1::RunSpec& spec, const generator::TargetModel& target,
                      storage::Store* store) {
  RETURN_IF_ERROR(store->ClearTrainingRows());
  RowWriter writer(store);
  RETURN_IF_ERROR(BuildLongRows(spec, target, store, &writer));
  RETURN_IF_ERROR(PackShortRows(spec, target, store, &writer));
  return writer.Flush();
}

}  // namespace quipu::pipelines
