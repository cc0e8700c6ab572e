// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/build.h"

#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/fingerprint.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "base/stop.h"
#include "generator/run_spec.h"
#include "generator/task_planner.h"
#include "inference/engine.h"
#include "pipelines/components.h"
#include "pipelines/engine_work.h"
#include "pipelines/generate_stage.h"
#include "pipelines/pack_stage.h"
#include "pipelines/progress.h"
#include "pipelines/read_stage.h"

namespace quipu::pipelines {
namespace {

class BuildRun {
 public:
  BuildRun(const v1::RunSpec& spec, const BuildOptions& options) : spec_(spec), options_(options) {}

  absl::StatusOr<BuildSummary> Run() {
    RETURN_IF_ERROR(OpenStore());
    const absl::Status done = RunStages();
    if (!done.ok()) {
      // The first error is the one to tell; closing keeps what is there.
      store_->Close().IgnoreError();
      return done;
    }
    BuildSummary summary;
    summary.store = spec_.store();
    summary.export_dir = ExportDirOf(spec_);
    ASSIGN_OR_RETURN(summary.exported, Export(*store_, *target_, summary.export_dir));
    ASSIGN_OR_RETURN(summary.counts, store_->Count());
    RETURN_IF_ERROR(store_->Close());
    return summary;
  }

 private:
  absl::Status OpenStore() {
    ASSIGN_OR_RETURN(target_, MakeTargetModel(spec_));
    if (!storage::Store::Exists(spec_.store())) return CreateStore();
    ASSIGN_OR_RETURN(store_, storage::Store::Open(spec_.store(), {}));
    RETURN_IF_ERROR(generator::CheckSameBehaviour(store_->header().spec(), spec_));
    RETURN_IF_ERROR(generator::CheckSameMath(store_->header().generating_model(), spec_));
    return CheckSameTarget(store_->header().target_model(), IdentityOf(*target_));
  }

  absl::Status CreateStore() {
    ASSIGN_OR_RETURN(engine_, MakeEngine(spec_));
    v1::RunHeader header;
    *header.mutable_spec() = spec_;
    *header.mutable_generating_model() = IdentityOf(*engine_);
    ASSIGN_OR_RETURN(*header.mutable_target_model(),
                     TargetIdentity(spec_, *target_, header.generating_model()));
    header.set_run_id(generator::RunIdOf(spec_, header.generating_model(), header.target_model())
                          .ToBytes());
    header.set_created_by(absl::StrCat("quipu ", kQuipuVersion));
    ASSIGN_OR_RETURN(store_, storage::Store::Create(spec_.store(), header));
    return absl::OkStatus();
  }

  // Made when the first stage needs it: a run that is past generating never
  // loads the model.
  absl::Status NeedEngine() {
    if (engine_ == nullptr) {
      ASSIGN_OR_RETURN(engine_, MakeEngine(spec_));
    }
    return CheckSameEngine(store_->header().generating_model(), IdentityOf(*engine_));
  }

  absl::Status RunStage(v1::Stage stage, absl::FunctionRef<absl::Status()> run) {
    ASSIGN_OR_RETURN(const bool done, store_->IsStageDone(stage));
    if (done) return absl::OkStatus();
    if (StopRequested()) return absl::CancelledError("stopped");
    RETURN_IF_ERROR(run());
    return store_->MarkStageDone(stage);
  }

  absl::Status RunStages() {
    RETURN_IF_ERROR(RunStage(v1::STAGE_READ, [&] { return Read(); }));
    RETURN_IF_ERROR(RunStage(v1::STAGE_PLAN, [&] { return Plan(); }));
    RETURN_IF_ERROR(RunStage(v1::STAGE_GENERATE, [&] { return Generate(); }));
    engine_.reset();  // Gives back its memory before packing.
    RETURN_IF_ERROR(
        RunStage(v1::STAGE_SETTLE, [&] { return SettleResults(spec_, store_.get()); }));
    return RunStage(v1::STAGE_PACK, [&] { return PackSequences(spec_, *target_, store_.get()); });
  }

  absl::Status Read() {
    RETURN_IF_ERROR(NeedEngine());
    LogInfo("reading the corpus");
    RETURN_IF_ERROR(ReadInputs(spec_, options_.max_bad_share.value_or(spec_.read().max_bad_share()),
                               *engine_->tokenizer(), store_.get()));
    ASSIGN_OR_RETURN(const storage::RunCounts counts, store_->Count());
    LogInfo(absl::StrCat("read ", counts.documents, " documents (", counts.document_tokens,
                         " tokens) and ", counts.short_rows, " short rows; ", counts.bad_records,
                         " bad records, ", counts.too_short, " too short, ", counts.duplicates,
                         " duplicates"));
    if (counts.documents + counts.short_rows == 0) {
      return absl::InvalidArgumentError(absl::StrCat(
          "nothing to build from: no document has ", spec_.read().min_document_tokens(),
          " tokens (read.min_document_tokens) and there are no short rows"));
    }
    return absl::OkStatus();
  }

  absl::Status Plan() {
    RETURN_IF_ERROR(NeedEngine());
    const int context = engine_->info().context_tokens;
    if (2 * int64_t{spec_.chunks().max_tokens()} > context) {
      return absl::InvalidArgumentError(absl::StrCat(
          "chunks.max_tokens is ", spec_.chunks().max_tokens(), ", over half of the engine's context of ",
          context, " tokens: the question and answer need room too"));
    }
    ASSIGN_OR_RETURN(const Fingerprint run_id, Fingerprint::FromBytes(store_->header().run_id()));
    ASSIGN_OR_RETURN(const std::vector<std::string> ids, store_->ListDocumentIds());
    uint64_t tasks = 0;
    for (const std::string& id : ids) {
      if (StopRequested()) return absl::CancelledError("stopped while planning");
      absl::StatusOr<v1::DocumentPlan> plan = store_->GetPlan(id);
      if (absl::IsNotFound(plan.status())) {
        ASSIGN_OR_RETURN(const v1::Document document, store_->GetDocument(id));
        plan = generator::PlanDocument(document, spec_, run_id, *engine_->tokenizer());
        if (plan.ok()) RETURN_IF_ERROR(store_->AddPlan(*plan));
      }
      RETURN_IF_ERROR(plan.status());
      tasks += plan->tasks_size();
    }
    LogInfo(absl::StrCat("planned ", tasks, " pairs from ", ids.size(), " documents"));
    return absl::OkStatus();
  }

  absl::Status Generate() {
    RETURN_IF_ERROR(NeedEngine());
    ASSIGN_OR_RETURN(const storage::RunCounts counts, store_->Count());
    if (counts.accepted + counts.rejected == counts.tasks) return absl::OkStatus();
    ASSIGN_OR_RETURN(const std::unique_ptr<EngineWorkRecorder> recorder,
                     EngineWorkRecorder::Start(*engine_, store_.get()));
    absl::Status done;
    {
      Progress progress(options_.clock, options_.terminal, counts.accepted + counts.rejected,
                        counts.accepted, counts.tasks, [this] { return engine_->stats(); });
      done = GenerateResults(spec_, engine_.get(), store_.get(), &progress);
    }
    done.Update(recorder->Finish());
    return done;
  }

  const v1::RunSpec& spec_;
  const BuildOptions& options_;
  std::optional<generator::TargetModel> target_;
  std::unique_ptr<inference::Engine> engine_;
  std::unique_ptr<storage::Store> store_;
};

}  // namespace

std::string ExportDirOf(const v1::RunSpec& spec) {
  if (!spec.export_dir().empty()) return spec.export_dir();
  const std::string& store = spec.store();
  const size_t slash = store.find_last_of('/', store.find_last_not_of('/'));
  return slash == std::string::npos ? "export" : JoinPath(store.substr(0, slash + 1), "export");
}

absl::StatusOr<BuildSummary> Build(const v1::RunSpec& spec, const BuildOptions& options) {
  return BuildRun(spec, options).Run();
}

}  // namespace quipu::pipelines
