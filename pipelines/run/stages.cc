// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/run/stages.h"

#include <malloc.h>

#include <utility>
#include <vector>

#include "absl/memory/memory.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/fingerprint.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "base/stop.h"
#include "base/strings.h"
#include "generator/corpus/document_selection.h"
#include "generator/judge/stored_judge.h"
#include "generator/pairs/task_planner.h"
#include "generator/prompts/memory_need.h"
#include "generator/spec/model_identity.h"
#include "generator/spec/run_spec.h"
#include "pipelines/core/engine_factory.h"
#include "pipelines/core/names.h"
#include "pipelines/core/partition.h"
#include "pipelines/core/version.h"
#include "pipelines/export/manifest.h"
#include "pipelines/export/staged_dir.h"
#include "pipelines/ingest/benchmark_reader.h"
#include "pipelines/ingest/input_files.h"
#include "pipelines/ingest/read_stage.h"
#include "pipelines/run/decontaminate_stage.h"
#include "pipelines/run/dedup_stage.h"
#include "pipelines/run/judge_at_start.h"
#include "pipelines/run/pack_stage.h"
#include "pipelines/run/remove_store.h"
#include "pipelines/run/select_documents.h"

namespace quipu::pipelines {
namespace {

// Documents without a chunk that a message names.
constexpr int kShownWithoutChunk = 5;
// Changed files that a message names.
constexpr size_t kShownChanges = 20;

// "3 without a chunk (2 not_prose, 1 mixed)", or those that the selection has left out; empty if
// there are none.
std::string CountedBy(bool selection, absl::string_view what, const storage::RunCounts& counts) {
  uint64_t sum = 0;
  std::string reasons;
  for (const auto& [reason, count] : counts.no_chunk_by_reason) {
    if (generator::IsLeftOutBySelection(reason) != selection) continue;
    absl::StrAppend(&reasons, reasons.empty() ? "" : ", ", count, " ", NoChunkLabel(reason));
    sum += count;
  }
  return sum == 0 ? "" : absl::StrCat(sum, " ", what, " (", reasons, ")");
}

std::string WithoutChunk(const storage::RunCounts& counts) {
  return CountedBy(/*selection=*/false, "without a chunk", counts);
}

std::string LeftOut(const storage::RunCounts& counts) {
  return CountedBy(/*selection=*/true, "left out by the selection", counts);
}

std::string StorePathOf(const v1::RunSpec& spec, const BuildOptions& options) {
  return options.partition.has_value() ? PartitionStorePath(spec.store(), *options.partition)
                                       : spec.store();
}

// The run whose dataset the run's own will replace; empty for none. A partition has no dataset.
absl::StatusOr<std::string> ReplacedRun(const v1::RunSpec& spec, const BuildOptions& options) {
  const std::string dir = ExportDirOf(spec);
  if (options.partition.has_value()) return std::string();
  const absl::StatusOr<std::optional<ParsedManifest>> replaced = ReplacedExport(dir);
  if (!replaced.ok()) return Annotate(replaced.status(), "export_dir");
  return replaced->has_value() ? (*replaced)->run_id : std::string();
}

// ":\n  new: a\n  gone: b", at most kShownChanges of them.
std::string Listed(const std::vector<std::string>& changes) {
  std::string list = ":";
  for (size_t i = 0; i < changes.size() && i < kShownChanges; ++i) {
    absl::StrAppend(&list, "\n  ", changes[i]);
  }
  if (changes.size() > kShownChanges) {
    absl::StrAppend(&list, "\n  and ", changes.size() - kShownChanges, " more");
  }
  return list;
}

}  // namespace

absl::StatusOr<std::unique_ptr<RunStages>> RunStages::Open(const v1::RunSpec& spec,
                                                           const BuildOptions& options) {
  ASSIGN_OR_RETURN(v1::RunSpec resolved, WithBenchmarksHash(spec));
  if (options.partition.has_value() && generator::SelectsDocuments(resolved.selection())) {
    return absl::InvalidArgumentError(
        "selection with --partition: a partition does not see the other partitions' documents; "
        "select in a run of its own, or share the run among workers (quipu serve)");
  }
  auto run = absl::WrapUnique(new RunStages(std::move(resolved), options));
  // Before the work, not when all of it is done.
  ASSIGN_OR_RETURN(const std::string replaced, ReplacedRun(spec, options));
  RETURN_IF_ERROR(run->OpenStore());
  if (!replaced.empty() && replaced != absl::BytesToHexString(run->store_->header().run_id())) {
    LogWarning(absl::StrCat(ExportDirOf(spec), " holds the dataset of another run (", replaced,
                            "), which this run's replaces at its end: move it away to keep it, or "
                            "set export_dir"));
  }
  SetLogContext(absl::BytesToHexString(run->store_->header().run_id()), /*process=*/"");
  return run;
}

RunStages::RunStages(v1::RunSpec spec, const BuildOptions& options)
    : spec_(std::move(spec)), options_(options), store_path_(StorePathOf(spec_, options)) {}

bool RunStages::WillCalibrate(const v1::RunSpec& spec, const BuildOptions& options) {
  return generator::CalibratesAtStart(spec.verification()) &&
         !storage::Store::Exists(StorePathOf(spec, options));
}

RunStages::~RunStages() {
  // The first error was reported already; closing keeps the stored data.
  if (store_ != nullptr) store_->Close().IgnoreError();
}

absl::Status RunStages::OpenStore() {
  ASSIGN_OR_RETURN(target_, MakeTargetModel(spec_.engine(), spec_.instances()));
  const absl::Status removed = FinishRemoval(store_path_);
  if (!removed.ok()) LogWarning(absl::StrCat("remains of a removed store: ", removed.message()));
  if (!storage::Store::Exists(store_path_)) return CreateStore();
  storage::StoreOptions options;
  options.memory = options_.store_memory;
  ASSIGN_OR_RETURN(store_, storage::Store::Open(store_path_, options));
  RETURN_IF_ERROR(CheckPartition());
  const v1::RunSpec asked = spec_;
  ASSIGN_OR_RETURN(spec_, generator::WithStoredJudge(store_->header(), std::move(spec_)));
  ASSIGN_OR_RETURN(const bool planned, store_->IsStageDone(v1::STAGE_PLAN));
  if (!planned && store_->header().merged_partitions() == 0)
    RETURN_IF_ERROR(RestartIfChanged(asked));
  const absl::Status same = CheckSameRun();
  if (!same.ok()) {
    return absl::Status(same.code(), absl::StrCat(same.message(), "; name another store for this ",
                                                  "run, or remove ", store_path_));
  }
  // A finished run may still be exported.
  ASSIGN_OR_RETURN(
      const bool finished,
      store_->IsStageDone(options_.partition.has_value() ? v1::STAGE_GENERATE : v1::STAGE_PACK));
  if (planned) RETURN_IF_ERROR(CheckCorpus(finished));
  if (finished) return absl::OkStatus();
  return Annotate(generator::CheckSameRecipe(store_->header()),
                  absl::StrCat("store ", store_path_));
}

absl::Status RunStages::CheckSameRun() const {
  RETURN_IF_ERROR(generator::CheckSameBehaviour(store_->header().spec(), spec_));
  RETURN_IF_ERROR(generator::CheckSameMath(store_->header().generating_model(), spec_.engine()));
  return generator::CheckSameTarget(store_->header().target_model(),
                                    generator::IdentityOf(*target_));
}

absl::Status RunStages::RestartIfChanged(const v1::RunSpec& asked) {
  ASSIGN_OR_RETURN(const bool read, store_->IsStageDone(v1::STAGE_READ));
  const absl::Status same = CheckSameRun();
  ASSIGN_OR_RETURN(const std::vector<std::string> changes,
                   CorpusChanges(spec_, *store_, /*all_read=*/read));
  if (same.ok() && changes.empty()) return absl::OkStatus();
  LogWarning(absl::StrCat("store ", store_path_, " holds nothing but what was read, and ",
                          same.ok() ? absl::StrCat("the corpus has changed", Listed(changes))
                                    : std::string(same.message()),
                          "; reading begins again"));
  const std::unique_ptr<storage::Store> closing = std::move(store_);
  RETURN_IF_ERROR(closing->Close());
  RETURN_IF_ERROR(RemoveStore(store_path_));
  spec_ = asked;
  return CreateStore();
}

absl::Status RunStages::CheckCorpus(bool finished) const {
  // The machine that merges partitions needs no corpus.
  if (store_->header().merged_partitions() > 0) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::vector<std::string> changes,
                   CorpusChanges(spec_, *store_, /*all_read=*/true));
  if (changes.empty()) return absl::OkStatus();
  const std::string message =
      absl::StrCat("the corpus has changed since store ", store_path_, " read it", Listed(changes));
  if (!finished) {
    LogWarning(absl::StrCat(message, "\nthe run continues with what it has read"));
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(
      absl::StrCat(message,
                   "\nits dataset is that of the corpus as it was: for the new one, name "
                   "another store, or remove this one; quipu export writes the old one"));
}

absl::Status RunStages::CheckPartition() const {
  const v1::RunHeader& header = store_->header();
  const v1::Partition wanted = options_.partition.value_or(v1::Partition());
  if (header.partition().index() == wanted.index() &&
      header.partition().count() == wanted.count()) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(absl::StrCat(
      "store ", store_path_, " has ",
      header.has_partition() ? PartitionName(header.partition()) : "a whole run", ", want ",
      options_.partition.has_value() ? PartitionName(wanted) : "a whole run"));
}

absl::Status RunStages::CreateStore() {
  ASSIGN_OR_RETURN(engine_, MakeEngine(spec_.engine(), spec_.performance()));
  RETURN_IF_ERROR(generator::CheckMemory(spec_, *engine_));
  v1::RunHeader header;
  *header.mutable_generating_model() = generator::IdentityOf(*engine_);
  if (generator::CalibratesAtStart(spec_.verification())) {
    RETURN_IF_ERROR(FitJudge());
    header.set_judge_calibrated(true);
  } else {
    const std::string advice = AdviceOnJudge(spec_.verification(), header.generating_model());
    if (!advice.empty()) LogWarning(advice);
  }
  *header.mutable_spec() = spec_;
  ASSIGN_OR_RETURN(*header.mutable_target_model(),
                   TargetIdentity(spec_.instances(), *target_, header.generating_model()));
  header.set_run_id(
      generator::RunIdOf(spec_, header.generating_model(), header.target_model()).ToBytes());
  header.set_created_by(absl::StrCat("quipu ", kQuipuVersion));
  if (options_.partition.has_value()) *header.mutable_partition() = *options_.partition;
  ASSIGN_OR_RETURN(store_, storage::Store::Create(store_path_, header, options_.store_memory));
  return absl::OkStatus();
}

absl::Status RunStages::FitJudge() {
  // Partitions that differ cannot be merged.
  if (options_.partition.has_value() && spec_.engine().kind() == v1::EngineSpec::OPENAI) {
    return absl::InvalidArgumentError(
        "verification.calibration: AT_START with --partition: a server's results cannot be "
        "reproduced, so each partition would get a judge of its own; run quipu calibrate once, and "
        "copy its judge into the spec");
  }
  RETURN_IF_ERROR(CheckChunksFit());
  ASSIGN_OR_RETURN(*spec_.mutable_verification()->mutable_judge(),
                   FitJudgeAtStart(spec_, engine_.get(), store_path_, options_.clock));
  return absl::OkStatus();
}

absl::StatusOr<inference::Engine*> RunStages::NeedEngine() {
  if (engine_ == nullptr) {
    ASSIGN_OR_RETURN(engine_, MakeEngine(spec_.engine(), spec_.performance()));
    RETURN_IF_ERROR(generator::CheckMemory(spec_, *engine_));
  }
  RETURN_IF_ERROR(generator::CheckSameEngine(store_->header().generating_model(),
                                             generator::IdentityOf(*engine_)));
  return engine_.get();
}

absl::StatusOr<const generator::Decontaminator*> RunStages::NeedBenchmarks() {
  if (benchmarks_ == nullptr && !spec_.decontamination().benchmarks().empty()) {
    ASSIGN_OR_RETURN(benchmarks_, LoadBenchmarks(spec_.decontamination()));
  }
  return benchmarks_.get();
}

absl::Status RunStages::RunStage(v1::Stage stage, absl::FunctionRef<absl::Status()> run) {
  ASSIGN_OR_RETURN(const bool done, store_->IsStageDone(stage));
  if (done) return absl::OkStatus();
  if (StopRequested()) return absl::CancelledError("stopped");
  RETURN_IF_ERROR(run());
  return store_->MarkStageDone(stage);
}

absl::Status RunStages::ReadAndPlan() {
  RETURN_IF_ERROR(RunStage(v1::STAGE_READ, [&] { return Read(); }));
  RETURN_IF_ERROR(RunStage(v1::STAGE_PLAN, [&] { return Plan(); }));
  benchmarks_.reset();  // Frees their memory while pairs are made.
  // What reading has freed is in pieces between what is in use; nothing else returns them.
  malloc_trim(0);
  return absl::OkStatus();
}

absl::Status RunStages::Generate(absl::FunctionRef<absl::Status()> generate) {
  return RunStage(v1::STAGE_GENERATE, [&]() -> absl::Status {
    ASSIGN_OR_RETURN(const storage::RunCounts counts, store_->Count());
    return counts.tasks == 0 ? absl::OkStatus() : generate();
  });
}

absl::StatusOr<BuildSummary> RunStages::Finish() {
  DropEngine();  // Frees its memory before packing.
  BuildSummary summary;
  summary.store = store_path_;
  // Dedup and packing need the whole run, so they follow the merge.
  if (!options_.partition.has_value()) {
    RETURN_IF_ERROR(Decontaminate());
    RETURN_IF_ERROR(RunStage(v1::STAGE_DEDUP,
                             [&] { return DeduplicateResults(spec_.filters(), store_.get()); }));
    RETURN_IF_ERROR(RunStage(v1::STAGE_PACK, [&] { return Pack(); }));
    summary.export_dir = ExportDirOf(spec_);
    ASSIGN_OR_RETURN(summary.exported, Export(*store_, *target_, summary.export_dir));
  }
  ASSIGN_OR_RETURN(summary.counts, store_->Count());
  const std::unique_ptr<storage::Store> closing = std::move(store_);
  RETURN_IF_ERROR(closing->Close());
  return summary;
}

absl::Status RunStages::Decontaminate() {
  if (spec_.decontamination().benchmarks().empty()) return absl::OkStatus();
  return RunStage(v1::STAGE_DECONTAMINATE, [&]() -> absl::Status {
    ASSIGN_OR_RETURN(const generator::Decontaminator* const benchmarks, NeedBenchmarks());
    return RejectContaminated(*benchmarks, store_.get());
  });
}

absl::Status RunStages::Pack() {
  ASSIGN_OR_RETURN(const generator::Decontaminator* const benchmarks, NeedBenchmarks());
  return PackRows(spec_, *target_, benchmarks, store_.get());
}

absl::Status RunStages::Read() {
  RETURN_IF_ERROR(NeedEngine().status());
  ASSIGN_OR_RETURN(const generator::Decontaminator* const benchmarks, NeedBenchmarks());
  RETURN_IF_ERROR(CheckChunksFit());
  LogInfo("reading the corpus");
  RETURN_IF_ERROR(ReadInputs(spec_, options_.max_bad_share.value_or(spec_.read().max_bad_share()),
                             *engine_->tokenizer(), benchmarks, store_.get()));
  ASSIGN_OR_RETURN(const storage::RunCounts counts, store_->Count());
  LogInfo(absl::StrCat(
      "read ", counts.documents, " documents (", counts.document_tokens, " tokens) and ",
      counts.short_rows, " short rows; ", counts.bad_records, " bad records, ", counts.too_short,
      " too short, ", counts.duplicates, " duplicates",
      counts.duplicate_rows == 0
          ? ""
          : absl::StrCat(", ", counts.duplicate_rows, " duplicates of short rows"),
      counts.not_kept == 0 ? "" : absl::StrCat(", ", counts.not_kept, " left out by keep_if"),
      counts.cut_rows == 0 ? ""
                           : absl::StrCat(", ", counts.cut_rows, " short rows cut at an end")));
  // A partition may have no documents.
  if (counts.documents + counts.short_rows == 0 && !options_.partition.has_value()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "nothing to build from: ", counts.too_short, " documents have fewer than ",
        spec_.read().min_document_tokens(), " tokens (read.min_document_tokens), ",
        counts.not_kept == 0 ? "" : absl::StrCat(counts.not_kept, " were left out by keep_if, "),
        counts.bad_records, " records are bad, and there are no short rows"));
  }
  return absl::OkStatus();
}

absl::Status RunStages::CheckChunksFit() const {
  const int context = engine_->info().context_tokens;
  if (2 * int64_t{spec_.chunks().max_tokens()} <= context) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("chunks.max_tokens is ",
                                                 spec_.chunks().max_tokens(),
                                                 ", over half of the engine's context of ", context,
                                                 " tokens: the question and answer need room too"));
}

absl::Status RunStages::Plan() {
  RETURN_IF_ERROR(NeedEngine().status());
  RETURN_IF_ERROR(CheckChunksFit());
  ASSIGN_OR_RETURN(storage::RunCounts counts, store_->Count());
  // Documents are planned as they are read; where some may be left out, all are planned here, and
  // so are those that an older version has read.
  if (counts.planned_documents < counts.documents) {
    RETURN_IF_ERROR(Select());
    RETURN_IF_ERROR(PlanRest());
    ASSIGN_OR_RETURN(counts, store_->Count());
  }
  const std::string without_chunk = WithoutChunk(counts);
  const std::string left_out = LeftOut(counts);
  LogInfo(absl::StrCat("planned ", counts.tasks, " pairs from ", counts.documents, " documents",
                       left_out.empty() ? "" : ", ", left_out, without_chunk.empty() ? "" : ", ",
                       without_chunk));
  if (without_chunk.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::string first, FirstWithoutChunk());
  // A partition may have no pairs.
  const bool empty = counts.tasks + counts.short_rows == 0 && !options_.partition.has_value();
  if (!empty) {
    LogWarning(absl::StrCat("documents without a chunk; the first:", first));
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrCat("nothing to build from: of ", counts.documents, " documents, ", left_out,
                   left_out.empty() ? "" : ", ", without_chunk,
                   ", and there are no short rows; the first:", first));
}

absl::StatusOr<std::string> RunStages::FirstWithoutChunk() const {
  std::string lines;
  int shown = 0;
  const absl::Status read = store_->ForEachPlan([&](const v1::DocumentPlan& plan) -> absl::Status {
    if (!plan.tasks().empty() || generator::IsLeftOutBySelection(plan.no_chunk())) {
      return absl::OkStatus();
    }
    if (shown++ == kShownWithoutChunk) return absl::OutOfRangeError("enough");
    ASSIGN_OR_RETURN(const v1::Document document, store_->GetDocument(plan.document_id()));
    const v1::Provenance& from = document.provenance();  // A text file has no line.
    absl::StrAppend(&lines, "\n  ", from.source(),
                    from.line() == 0 ? "" : absl::StrCat(":", from.line()), ": ",
                    NoChunkLabel(plan.no_chunk()), plan.contaminated_by().empty() ? "" : ": ",
                    plan.contaminated_by());
    return absl::OkStatus();
  });
  if (!read.ok() && shown <= kShownWithoutChunk) return read;
  return lines;
}

absl::Status RunStages::Select() {
  if (!generator::SelectsDocuments(spec_.selection())) return absl::OkStatus();
  LogInfo("choosing documents");
  ASSIGN_OR_RETURN(const generator::Decontaminator* const benchmarks, NeedBenchmarks());
  return SelectDocuments(spec_, benchmarks, store_.get());
}

absl::Status RunStages::PlanRest() {
  ASSIGN_OR_RETURN(const Fingerprint run_id, Fingerprint::FromBytes(store_->header().run_id()));
  const generator::TaskPlanner planner(spec_.chunks(), spec_.generation(), run_id,
                                       *engine_->tokenizer(), spec_.instances().context_tokens());
  ASSIGN_OR_RETURN(const generator::Decontaminator* const benchmarks, NeedBenchmarks());
  return store_->ForEachDocumentSummary([&](const std::string& id, uint64_t) -> absl::Status {
    if (StopRequested()) return absl::CancelledError("stopped while planning");
    const absl::Status planned = store_->GetPlan(id).status();
    if (!absl::IsNotFound(planned)) return planned;
    ASSIGN_OR_RETURN(const v1::Document document, store_->GetDocument(id));
    const std::optional<std::string> found =
        benchmarks == nullptr ? std::nullopt : benchmarks->FindDocument(document.text());
    if (found.has_value()) return store_->AddPlan(generator::PlanOfContaminated(id, *found));
    ASSIGN_OR_RETURN(const v1::DocumentPlan plan, planner.Plan(document));
    return store_->AddPlan(plan);
  });
}

std::string ExportDirOf(const v1::RunSpec& spec) {
  if (!spec.export_dir().empty()) return spec.export_dir();
  const std::string& store = spec.store();
  const size_t slash = store.find_last_of('/', store.find_last_not_of('/'));
  return slash == std::string::npos ? "export" : JoinPath(store.substr(0, slash + 1), "export");
}

}  // namespace quipu::pipelines
