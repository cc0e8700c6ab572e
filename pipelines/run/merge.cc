// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/run/merge.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/failpoint.h"
#include "base/fingerprint.h"
#include "base/log.h"
#include "base/staged_dir.h"
#include "base/status_macros.h"
#include "base/stop.h"
#include "base/strings.h"
#include "generator/spec/model_identity.h"
#include "pipelines/core/engine_counters.h"
#include "pipelines/core/engine_factory.h"
#include "pipelines/core/partition.h"
#include "pipelines/ingest/benchmark_reader.h"
#include "pipelines/run/partition_set.h"
#include "storage/store.h"

namespace quipu::pipelines {
namespace {

// Size of one write: large enough to make the cost of calls negligible, small
// enough for memory.
constexpr size_t kBatchRecords = 256;
constexpr size_t kBatchBytes = 8 << 20;

// Copies one partition's store into the run's, a batch at a time.
class PartitionCopier {
 public:
  PartitionCopier(const storage::Store& from, storage::Store* to) : from_(from), to_(to) {}

  absl::Status Copy() {
    RETURN_IF_ERROR(from_.ForEachDocument([this](const v1::Document& document) -> absl::Status {
      RETURN_IF_ERROR(CheckInPartition(document.id(), "document"));
      imported_.documents.push_back(document);
      return Count(document.ByteSizeLong());
    }));
    RETURN_IF_ERROR(from_.ForEachShortRow([this](const v1::ShortRow& row) -> absl::Status {
      RETURN_IF_ERROR(CheckInPartition(row.id(), "short row"));
      imported_.rows.push_back(row);
      return Count(row.ByteSizeLong());
    }));
    RETURN_IF_ERROR(Flush());
    RETURN_IF_ERROR(from_.ForEachPlan([this](const v1::DocumentPlan& plan) {
      return StopRequested() ? Stopped() : to_->AddPlan(plan);
    }));
    RETURN_IF_ERROR(from_.ForEachResult([this](const v1::Result& result) {
      results_.results.push_back({result, {}});
      return Count(result.ByteSizeLong());
    }));
    return Flush();
  }

 private:
  static absl::Status Stopped() { return absl::CancelledError("stopped while merging"); }

  absl::Status CheckInPartition(absl::string_view id, absl::string_view what) const {
    if (InPartition(from_.header().partition(), id)) return absl::OkStatus();
    return absl::DataLossError(absl::StrCat(what, " ", absl::BytesToHexString(id),
                                            " does not belong to ",
                                            PartitionName(from_.header().partition())));
  }

  absl::Status Count(size_t bytes) {
    bytes_ += bytes;
    return bytes_ < kBatchBytes && ++records_ < kBatchRecords ? absl::OkStatus() : Flush();
  }

  absl::Status Flush() {
    if (StopRequested()) return Stopped();
    RETURN_IF_ERROR(to_->Import(imported_));
    // Not synced: the copy is unusable until its stages are marked.
    RETURN_IF_ERROR(to_->CommitJournaled(results_, /*sync=*/false));
    imported_ = {};
    results_ = {};
    records_ = 0;
    bytes_ = 0;
    return Failpoint("merge.after_batch");
  }

  const storage::Store& from_;
  storage::Store* const to_;
  storage::ImportBatch imported_;
  storage::JournalBatch results_;
  size_t records_ = 0;
  size_t bytes_ = 0;
};

// What all partitions have to agree on about an input: where it ends, and which
// records are bad.
v1::InputProgress CommonPartOf(v1::InputProgress progress) {
  progress.clear_duplicates();
  progress.clear_too_short();
  progress.clear_other_partitions();
  progress.clear_cut_rows();
  // Each machine may have its own copy.
  progress.clear_modified_unix_ns();
  return progress;
}

// Adds up the read positions of inputs, and checks partitions against each
// other.
class InputSums {
 public:
  absl::Status Add(const storage::Store& partition) {
    ASSIGN_OR_RETURN(const std::vector<v1::InputProgress> inputs, partition.ListInputs());
    ASSIGN_OR_RETURN(const Fingerprint bad, BadRecordsOf(partition));
    if (partitions_++ == 0) {
      bad_ = bad;
      for (const v1::InputProgress& input : inputs) sums_[input.source()] = input;
      return absl::OkStatus();
    }
    if (inputs.size() != sums_.size()) {
      return absl::DataLossError(absl::StrCat("it has read ", inputs.size(),
                                              " inputs, the first partition ", sums_.size(),
                                              ": was the corpus the same?"));
    }
    for (const v1::InputProgress& input : inputs) RETURN_IF_ERROR(AddInput(input));
    if (bad == bad_) return absl::OkStatus();
    return absl::DataLossError(
        "its bad records differ from the first partition's: was the corpus the same?");
  }

  // The whole run's inputs. DATA_LOSS unless every record belongs to exactly
  // one partition.
  absl::StatusOr<std::vector<v1::InputProgress>> Finish() {
    std::vector<v1::InputProgress> inputs;
    for (auto& [source, sum] : sums_) {
      const uint64_t good = sum.records() - sum.bad_records() - sum.not_kept();
      if (sum.other_partitions() != (partitions_ - 1) * good) {
        return absl::DataLossError(absl::StrCat(
            "input ", source, ": ", good, " good records were left to other partitions ",
            sum.other_partitions(), " times, expected ", (partitions_ - 1) * good,
            ": was the corpus the same for all?"));
      }
      sum.clear_other_partitions();
      inputs.push_back(sum);
    }
    return inputs;
  }

 private:
  static absl::StatusOr<Fingerprint> BadRecordsOf(const storage::Store& partition) {
    FingerprintBuilder builder("bad records");
    RETURN_IF_ERROR(partition.ForEachBadRecord([&](const v1::BadRecord& record) {
      builder.Add(record.SerializeAsString());
      return absl::OkStatus();
    }));
    return builder.Build();
  }

  absl::Status AddInput(const v1::InputProgress& input) {
    const auto found = sums_.find(input.source());
    if (found == sums_.end()) {
      return absl::DataLossError(
          absl::StrCat("the first partition has not read its input ", input.source()));
    }
    v1::InputProgress& sum = found->second;
    if (CommonPartOf(input).SerializeAsString() != CommonPartOf(sum).SerializeAsString()) {
      return absl::DataLossError(absl::StrCat(
          "input ", input.source(), " has ", input.records(), " records, ", input.bad_records(),
          " of them bad, ", input.offset(), " bytes; in the first partition ", sum.records(), ", ",
          sum.bad_records(), ", ", sum.offset(), ": was the corpus the same?"));
    }
    sum.set_duplicates(sum.duplicates() + input.duplicates());
    sum.set_too_short(sum.too_short() + input.too_short());
    sum.set_cut_rows(sum.cut_rows() + input.cut_rows());
    sum.set_other_partitions(sum.other_partitions() + input.other_partitions());
    return absl::OkStatus();
  }

  uint64_t partitions_ = 0;
  Fingerprint bad_;
  std::map<std::string, v1::InputProgress> sums_;
};

absl::Status CopyBadRecords(const storage::Store& from, storage::Store* to) {
  storage::ImportBatch batch;
  RETURN_IF_ERROR(from.ForEachBadRecord([&](const v1::BadRecord& record) -> absl::Status {
    batch.bad_records.push_back(record);
    if (batch.bad_records.size() < kBatchRecords) return absl::OkStatus();
    RETURN_IF_ERROR(to->Import(batch));
    batch = {};
    return absl::OkStatus();
  }));
  return to->Import(batch);
}

absl::Status CheckWhole(const storage::Store& store) {
  ASSIGN_OR_RETURN(const storage::RunCounts counts, store.Count());
  if (counts.documents + counts.short_rows == 0) {
    return absl::InvalidArgumentError(
        "nothing to build from: no partition has a document or a short row");
  }
  if (counts.tasks + counts.short_rows == 0 && counts.without_chunk > 0) {
    return absl::InvalidArgumentError(absl::StrCat("nothing to build from: none of ",
                                                   counts.documents,
                                                   " documents has a chunk, and there are no short "
                                                   "rows (quipu status STORE says why)"));
  }
  if (counts.planned_documents == counts.documents &&
      counts.accepted + counts.rejected == counts.tasks) {
    LogInfo(absl::StrCat("merged ", counts.documents, " documents, ", counts.tasks, " pairs and ",
                         counts.short_rows, " short rows"));
    return absl::OkStatus();
  }
  return absl::DataLossError(absl::StrCat("the partitions together have ", counts.planned_documents,
                                          " plans of ", counts.documents, " documents, and ",
                                          counts.accepted + counts.rejected, " results of ",
                                          counts.tasks, " tasks"));
}

absl::Status CopyAll(const PartitionSet& set, storage::Store* to) {
  InputSums inputs;
  v1::EngineCounters work;
  for (const std::string& path : set.paths) {
    LogInfo(absl::StrCat("merging store ", path));
    storage::StoreOptions read_only;
    read_only.read_only = true;
    ASSIGN_OR_RETURN(const std::unique_ptr<storage::Store> from,
                     storage::Store::Open(path, read_only));
    RETURN_IF_ERROR(Annotate(inputs.Add(*from), absl::StrCat("store ", path)));
    RETURN_IF_ERROR(Annotate(PartitionCopier(*from, to).Copy(), absl::StrCat("store ", path)));
    RETURN_IF_ERROR(Failpoint("merge.after_partition"));
    if (path == set.paths[0]) RETURN_IF_ERROR(CopyBadRecords(*from, to));
    ASSIGN_OR_RETURN(const v1::EngineCounters more, from->GetEngineCounters());
    AddCounters(more, &work);
  }
  storage::ImportBatch sums;
  ASSIGN_OR_RETURN(sums.inputs, inputs.Finish());
  RETURN_IF_ERROR(to->Import(sums));
  RETURN_IF_ERROR(to->SetEngineCounters(work));
  RETURN_IF_ERROR(CheckWhole(*to));
  for (const v1::Stage stage : {v1::STAGE_READ, v1::STAGE_PLAN, v1::STAGE_GENERATE}) {
    RETURN_IF_ERROR(to->MarkStageDone(stage));
  }
  return absl::OkStatus();
}

// Makes the spec's store from the partitions' stores: complete, or not at all.
absl::Status MakeStore(const v1::RunSpec& given, const MergeOptions& options) {
  std::vector<std::string> paths = options.stores;
  if (paths.empty()) {
    ASSIGN_OR_RETURN(paths, FindPartitionStores(given.store()));
  }
  if (paths.empty()) {
    return absl::NotFoundError(absl::StrCat("no partitions of store ", given.store(),
                                            ": nothing at ", given.store(),
                                            ".partition-i-of-n (quipu build --partition)"));
  }
  ASSIGN_OR_RETURN(const v1::RunSpec spec, WithBenchmarksHash(given));
  ASSIGN_OR_RETURN(const PartitionSet set, OpenPartitionSet(spec, paths, options.check));
  // Check before the work, not after it.
  ASSIGN_OR_RETURN(const generator::TargetModel target,
                   MakeTargetModel(spec.engine(), spec.instances()));
  RETURN_IF_ERROR(
      generator::CheckSameTarget(set.header.target_model(), generator::IdentityOf(target)));
  ASSIGN_OR_RETURN(const std::unique_ptr<StagedDir> staged,
                   StagedDir::Create(spec.store(), {"quipu-merge", "merging into", nullptr}));
  v1::RunHeader header = set.header;
  *header.mutable_spec() = set.spec;
  header.set_merged_partitions(static_cast<uint32_t>(set.paths.size()));
  ASSIGN_OR_RETURN(const std::unique_ptr<storage::Store> store,
                   storage::Store::Create(staged->path(), header));
  const absl::Status copied = CopyAll(set, store.get());
  const absl::Status closed = store->Close();
  RETURN_IF_ERROR(copied);
  RETURN_IF_ERROR(closed);
  return staged->Publish();
}

// OK if the spec's store, which exists, was made by an earlier merge.
absl::Status CheckMerged(const v1::RunSpec& spec) {
  storage::StoreOptions read_only;
  read_only.read_only = true;
  ASSIGN_OR_RETURN(const std::unique_ptr<storage::Store> store,
                   storage::Store::Open(spec.store(), read_only));
  if (store->header().merged_partitions() == 0) {
    return absl::AlreadyExistsError(
        absl::StrCat("store ", spec.store(),
                     " exists and was not made by a merge: name another one in the spec, and the "
                     "partitions behind it"));
  }
  ASSIGN_OR_RETURN(const bool made, store->IsStageDone(v1::STAGE_GENERATE));
  if (!made) {
    return absl::FailedPreconditionError(
        absl::StrCat("store ", spec.store(),
                     " has been merged already, and quarantined pairs of it are pending again: "
                     "quipu build SPEC makes them"));
  }
  LogInfo(absl::StrCat("store ", spec.store(), " has been merged from ",
                       store->header().merged_partitions(), " partitions already"));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<BuildSummary> Merge(const v1::RunSpec& spec, const MergeOptions& options) {
  if (storage::Store::Exists(spec.store())) {
    RETURN_IF_ERROR(CheckMerged(spec));
  } else {
    RETURN_IF_ERROR(MakeStore(spec, options));
  }
  const BuildOptions build;
  ASSIGN_OR_RETURN(const std::unique_ptr<RunStages> run, RunStages::Open(spec, build));
  return run->Finish();
}

}  // namespace quipu::pipelines
