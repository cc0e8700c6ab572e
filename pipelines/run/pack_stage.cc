// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/run/pack_stage.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/fingerprint.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "base/stop.h"
#include "generator/checks/evidence.h"
#include "generator/checks/reject.h"
#include "generator/corpus/document_selection.h"
#include "generator/corpus/split.h"
#include "generator/pairs/task_kind.h"
#include "generator/rows/context_fill.h"
#include "generator/rows/long_rows.h"
#include "generator/rows/packer.h"
#include "generator/rows/source_document.h"
#include "generator/words/language.h"
#include "pipelines/run/no_chunk_reason.h"
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

// Stored documents, by position in order of their ids: the same in a merged store.
class StoredDocuments : public generator::OtherDocuments {
 public:
  StoredDocuments(const storage::Store& store, bool counted) : store_(store), counted_(counted) {}

  void Add(const Fingerprint& id) { ids_.push_back(id); }

  uint64_t size() const override { return ids_.size(); }
  std::string IdAt(uint64_t position) const override { return ids_[position].ToBytes(); }
  absl::StatusOr<v1::Document> Read(const std::string& id) const override {
    return store_.GetDocument(id);
  }
  bool counted() const override { return counted_; }

 private:
  const storage::Store& store_;
  const bool counted_;
  std::vector<Fingerprint> ids_;
};

// Builds the long rows of all documents.
class LongRowBuilder {
 public:
  // `train` and `validation`: the documents of each split.
  LongRowBuilder(const v1::RunSpec& spec, const generator::TargetModel& target,
                 const StoredDocuments& train, const StoredDocuments& validation,
                 storage::Store* store, RowWriter* writer)
      : spec_(spec),
        target_(target),
        train_(train),
        validation_(validation),
        store_(store),
        writer_(writer) {}

  absl::Status BuildDocument(const std::string& id) {
    ASSIGN_OR_RETURN(const std::vector<v1::Result> results, store_->GetResults(id));
    const bool any = std::any_of(results.begin(), results.end(),
                                 [](const v1::Result& result) { return !result.has_reject(); });
    if (!any) return absl::OkStatus();
    ASSIGN_OR_RETURN(const v1::Document document, store_->GetDocument(id));
    // A context has documents of one split alone.
    const StoredDocuments& others =
        generator::SplitOf(spec_, id) == generator::Split::kTrain ? train_ : validation_;
    const generator::SourceDocument source(document, target_, others.counted());
    rejects_.clear();
    const std::vector<Pair> pairs = FindEvidence(document, results);
    std::vector<generator::LongPair> views;
    for (const Pair& pair : pairs) views.push_back({pair.sample, &pair.evidence});
    ASSIGN_OR_RETURN(
        const generator::LongRowsMissed missed,
        generator::MakeLongRows(
            source, views, others, spec_, target_,
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
      Pair pair = {&result,
                   generator::KindOfTask(result.task().kind()).FindEvidence(finder, result)};
      const std::string ambiguous = AmbiguityOf(finder, pair);
      if (ambiguous.empty()) {
        pairs.push_back(std::move(pair));
      } else {
        Refuse(result, generator::MakeReject(v1::REJECT_REASON_AMBIGUOUS, ambiguous));
      }
    }
    return pairs;
  }

  // Why the spec refuses the pair; empty if it does not.
  std::string AmbiguityOf(const generator::EvidenceFinder& finder, const Pair& pair) const {
    if (spec_.filters().refuse_ambiguous() && !pair.evidence.conflict.empty()) {
      return pair.evidence.conflict;
    }
    const v1::Task& task = pair.sample->task();
    if (task.kind() != v1::TASK_KIND_PAIR) return "";
    const generator::TextRange chunk = {task.chunk().begin(), task.chunk().end()};
    std::string found;
    if (spec_.filters().refuse_unplaced()) {
      found = finder.FindUnplaced(chunk, pair.sample->question());
    }
    if (found.empty() && spec_.filters().refuse_misplaced()) {
      found = finder.FindRival(chunk, pair.sample->question(), pair.sample->answer());
    }
    return found;
  }

  void Refuse(const v1::Result& result, const v1::Reject& reject) {
    rejects_.push_back(result);
    *rejects_.back().mutable_reject() = reject;
  }

  const v1::RunSpec& spec_;
  const generator::TargetModel& target_;
  const StoredDocuments& train_;
  const StoredDocuments& validation_;
  storage::Store* const store_;
  RowWriter* const writer_;
  std::vector<v1::Result> rejects_;  // Of the document.
  generator::LongRowsMissed missed_;
};

// Whether the run leaves the document out, for a benchmark's context or by its selection: it is
// trained in no row.
bool IsLeftOut(v1::NoChunkReason reason) {
  return reason == v1::NO_CHUNK_REASON_CONTAMINATED || generator::IsLeftOutBySelection(reason);
}

// Adds the documents of each split that contexts may be filled up with.
absl::Status AddOthers(const v1::RunSpec& spec, const storage::Store& store, StoredDocuments* train,
                       StoredDocuments* validation) {
  return store.ForEachDocumentSummary([&](const std::string& id, uint64_t) -> absl::Status {
    ASSIGN_OR_RETURN(const v1::NoChunkReason reason, NoChunkReasonOf(id, store));
    if (IsLeftOut(reason)) return absl::OkStatus();
    ASSIGN_OR_RETURN(const Fingerprint fingerprint, Fingerprint::FromBytes(id));
    const bool of_train = generator::SplitOf(spec, id) == generator::Split::kTrain;
    (of_train ? train : validation)->Add(fingerprint);
    return absl::OkStatus();
  });
}

absl::Status BuildLongRows(const v1::RunSpec& spec, const generator::TargetModel& target,
                           storage::Store* store, RowWriter* writer) {
  const bool counted = CountsTargetTokens(*store, target);
  StoredDocuments train(*store, counted);
  StoredDocuments validation(*store, counted);
  // 16 bytes a document: only for runs that draw from them.
  if (spec.instances().distractor_share() > 0) {
    RETURN_IF_ERROR(AddOthers(spec, *store, &train, &validation));
  }
  LongRowBuilder builder(spec, target, train, validation, store, writer);
  RETURN_IF_ERROR(
      store->ForEachDocumentSummary([&](const std::string& id, uint64_t) -> absl::Status {
        if (StopRequested()) return absl::CancelledError("stopped while packing");
        return builder.BuildDocument(id);
      }));
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

// Packs the usable rows of one split; `too_long` gets those that fit no pack.
absl::Status PackSplit(const v1::RunSpec& spec, const std::vector<uint32_t>& members,
                       ShortRowTokens* rows, RowWriter* writer, std::vector<uint32_t>* too_long) {
  std::vector<uint32_t> lengths;
  for (const uint32_t row : members) lengths.push_back(rows->lengths()[row]);
  ASSIGN_OR_RETURN(const generator::Packing packing,
                   generator::Pack(lengths, spec.packing().pack_tokens(), spec.seed()));
  for (const std::vector<uint32_t>& bin : packing.bins) {
    if (StopRequested()) return absl::CancelledError("stopped while packing");
    v1::TrainingRow sequence;
    sequence.set_kind(v1::TrainingRow::KIND_PACKED);
    sequence.set_padded_length(spec.packing().pack_tokens());
    for (const uint32_t row : bin) RETURN_IF_ERROR(rows->AppendTo(members[row], &sequence));
    RETURN_IF_ERROR(writer->Add(std::move(sequence)));
  }
  for (const uint32_t row : packing.too_long) too_long->push_back(members[row]);
  return absl::OkStatus();
}

// The usable rows of each split, in order.
absl::StatusOr<std::vector<std::vector<uint32_t>>> SplitRows(const v1::RunSpec& spec,
                                                             ShortRowTokens* rows) {
  std::vector<std::vector<uint32_t>> splits(std::size(generator::kSplits));
  const uint32_t count = static_cast<uint32_t>(rows->lengths().size());
  const bool one = !(spec.export_().validation_share() > 0);
  for (uint32_t row = 0; row < count; ++row) {
    size_t split = 0;
    if (!one) {  // An id is read from disk.
      ASSIGN_OR_RETURN(const std::string id, rows->IdOf(row));
      split = static_cast<size_t>(generator::SplitOf(spec, id));
    }
    splits[split].push_back(row);
  }
  return splits;
}

absl::Status PackShortRows(const v1::RunSpec& spec, const generator::TargetModel& target,
                           const generator::Decontaminator* benchmarks, storage::Store* store,
                           RowWriter* writer) {
  ASSIGN_OR_RETURN(const std::unique_ptr<ShortRowTokens> rows,
                   ShortRowTokens::Make(spec, target, benchmarks, *store));
  ASSIGN_OR_RETURN(const std::vector<std::vector<uint32_t>> splits, SplitRows(spec, rows.get()));
  std::vector<uint32_t> too_long;
  for (const std::vector<uint32_t>& members : splits) {
    RETURN_IF_ERROR(PackSplit(spec, members, rows.get(), writer, &too_long));
  }
  std::vector<v1::RejectedRow> rejected = rows->rejected();
  for (const uint32_t row : too_long) {
    RETURN_IF_ERROR(PlaceOverLong(row, spec, *store, rows.get(), writer, &rejected));
  }
  return rejected.empty() ? absl::OkStatus() : store->AddRejectedRows(rejected);
}

}  // namespace

absl::Status PackRows(const v1::RunSpec& spec, const generator::TargetModel& target,
                      const generator::Decontaminator* benchmarks, storage::Store* store) {
  RETURN_IF_ERROR(store->ClearTrainingRows());
  RowWriter writer(store);
  RETURN_IF_ERROR(BuildLongRows(spec, target, store, &writer));
  RETURN_IF_ERROR(PackShortRows(spec, target, benchmarks, store, &writer));
  return writer.Flush();
}

}  // namespace quipu::pipelines
