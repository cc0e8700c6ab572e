// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The stages of a run over its store, each entered once, from where the store
// says an earlier process stopped. A build and a service differ only in who
// makes the pairs.
//
//   ASSIGN_OR_RETURN(auto run, RunStages::Open(spec, options));
//   RETURN_IF_ERROR(run->ReadAndPlan());
//   RETURN_IF_ERROR(run->Generate([&] { return MakePairs(*run); }));
//   ASSIGN_OR_RETURN(const BuildSummary summary, run->Finish());
//
// Thread-compatible. The destructor closes the store; Finish closes it and
// returns errors.
#ifndef QUIPU_PIPELINES_RUN_STAGES_H_
#define QUIPU_PIPELINES_RUN_STAGES_H_

#include <memory>
#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "generator/corpus/decontaminator.h"
#include "generator/rows/instance_builder.h"
#include "inference/engine.h"
#include "pipelines/export/exporter.h"
#include "protos/run_spec.pb.h"
#include "protos/store.pb.h"
#include "storage/store.h"

namespace quipu::pipelines {

struct BuildOptions {
  // Overrides read.max_bad_share.
  std::optional<double> max_bad_share;
  // Makes only this partition of the run, in its own store
  // (pipelines/core/partition.h); Finish then ends where merging begins.
  std::optional<v1::Partition> partition;
  storage::StoreMemory store_memory = storage::StoreMemory::kSmall;
  // Whether progress goes to a terminal.
  bool terminal = false;
  Clock* clock = Clock::Real();
};

struct BuildSummary {
  std::string store;
  std::string export_dir;  // Empty for a partition, which exports nothing.
  storage::RunCounts counts;
  ExportSummary exported;
};

class RunStages {
 public:
  // Opens the spec's or the partition's store, or creates it, which begins with fitting the judge
  // if the spec says so. A store that holds no more than what was read begins again if the spec or
  // the corpus has changed. FAILED_PRECONDITION if it belongs to another spec, model or partition,
  // or if the run has finished and its corpus has changed. `options` must outlive it.
  static absl::StatusOr<std::unique_ptr<RunStages>> Open(const v1::RunSpec& spec,
                                                         const BuildOptions& options);
  ~RunStages();

  // Whether Open will fit the judge, which takes minutes.
  static bool WillCalibrate(const v1::RunSpec& spec, const BuildOptions& options);

  storage::Store* store() { return store_.get(); }
  // The given spec, with the judge that was fitted when the run was created.
  const v1::RunSpec& spec() const { return spec_; }
  // Here and below: CANCELLED if a stop was requested.
  absl::Status ReadAndPlan();
  // Calls `generate`, which has to leave every task with a result, unless there are no
  // tasks. Also if all have results: a coordinator that was killed may have had audits to
  // finish, or results of a quarantined worker to withdraw.
  absl::Status Generate(absl::FunctionRef<absl::Status()> generate);
  // Drops contaminated pairs and duplicates, packs, exports, and closes the store; for a partition,
  // only closes it.
  absl::StatusOr<BuildSummary> Finish();

  // The spec's engine, made on first use: a run that has finished generating
  // never loads the model. FAILED_PRECONDITION if it is not the run's.
  absl::StatusOr<inference::Engine*> NeedEngine();
  // Frees the engine and its memory.
  void DropEngine() { engine_.reset(); }

 private:
  RunStages(v1::RunSpec spec, const BuildOptions& options);
  absl::Status OpenStore();
  absl::Status CreateStore();
  // Puts a fitted judge into the spec. REQUIRES: the engine.
  absl::Status FitJudge();
  // FAILED_PRECONDITION if the open store was made by another spec, model or target.
  absl::Status CheckSameRun() const;
  // Begins again with `asked`, the spec as it was given, if it or the corpus has changed and nothing
  // was made yet.
  absl::Status RestartIfChanged(const v1::RunSpec& asked);
  // FAILED_PRECONDITION if the corpus of a finished run has changed; a warning if it is at work.
  absl::Status CheckCorpus(bool finished) const;
  absl::Status CheckPartition() const;
  absl::Status RunStage(v1::Stage stage, absl::FunctionRef<absl::Status()> run);
  absl::Status Read();
  absl::Status Decontaminate();
  absl::Status Pack();
  // INVALID_ARGUMENT if the spec's chunks are too large for the engine. REQUIRES: the engine.
  absl::Status CheckChunksFit() const;
  // INVALID_ARGUMENT if there is nothing to make pairs from, and no short rows.
  absl::Status Plan();
  // Where the first documents without a chunk are, and why, a line each.
  absl::StatusOr<std::string> FirstWithoutChunk() const;
  // Plans the documents that the spec's selection leaves out.
  absl::Status Select();
  absl::Status PlanRest();

  // The spec's benchmarks, read on first use; nullptr if it has none.
  absl::StatusOr<const generator::Decontaminator*> NeedBenchmarks();

  v1::RunSpec spec_;  // With the hash of its benchmarks.
  const BuildOptions& options_;
  const std::string store_path_;
  std::optional<generator::TargetModel> target_;
  std::unique_ptr<inference::Engine> engine_;
  std::unique_ptr<generator::Decontaminator> benchmarks_;
  std::unique_ptr<storage::Store> store_;
};

// The directory of a spec's export: export_dir, or "export" beside the store.
std::string ExportDirOf(const v1::RunSpec& spec);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_RUN_STAGES_H_
