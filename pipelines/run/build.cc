// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/run/build.h"

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/random_bytes.h"
#include "base/status_macros.h"
#include "base/stop.h"
#include "inference/engine.h"
#include "pipelines/coordinator/client.h"
#include "pipelines/coordinator/coordinator.h"
#include "pipelines/coordinator/run_store.h"
#include "pipelines/coordinator/runner.h"
#include "pipelines/core/engine_counters.h"
#include "pipelines/run/progress.h"
#include "pipelines/worker/worker.h"

namespace quipu::pipelines {
namespace {

constexpr size_t kSecretBytes = 32;

// The coordinator of a run in a single process: nobody else can audit it, and
// its secret lives as long as its tickets.
CoordinatorOptions LocalOptions(const v1::ServiceSpec& service, Clock* clock) {
  CoordinatorOptions options;
  options.clock = clock;
  options.leases = LeaseOptionsOf(service);
  options.leases.audit_share = 0;
  options.leases.trusted = true;
  options.secret = RandomBytes(kSecretBytes);
  options.workers_outlive_it = false;
  options.max_invalid_results = static_cast<int>(service.max_invalid_results());
  return options;
}

// Whether nothing is left to do, for which no engine is needed.
absl::StatusOr<bool> AllMade(const v1::RunSpec& spec, Clock* clock, storage::Store* store) {
  ASSIGN_OR_RETURN(const storage::RunCounts counts, store->Count());
  if (counts.accepted + counts.rejected != counts.tasks) return false;
  ASSIGN_OR_RETURN(const std::unique_ptr<RunStore> run_store, MakeRunStore(store));
  ASSIGN_OR_RETURN(const std::unique_ptr<Coordinator> coordinator,
                   Coordinator::Start(LocalOptions(spec.service(), clock), run_store.get()));
  return coordinator->Done();
}

absl::Status Paused(const std::string& reason) {
  return absl::AbortedError(
      absl::StrCat("the run is paused: ", reason,
                   "; read them (quipu show --rejects); the same command resumes, ",
                   "and service.pause_reject_share sets when to pause"));
}

absl::Status MakePairs(const v1::RunSpec& spec, const BuildOptions& options,
                       inference::Engine* engine, storage::Store* store) {
  ASSIGN_OR_RETURN(const storage::RunCounts counts, store->Count());
  ProgressStart start = {counts.accepted + counts.rejected, counts.accepted, counts.tasks, {}};
  ASSIGN_OR_RETURN(start.expected, ExpectedWork(*store));
  Progress progress(options.clock, options.terminal, start,
                    [engine, before = CountersOf(engine->stats())] {
                      return CountersSince(CountersOf(engine->stats()), before);
                    });
  ASSIGN_OR_RETURN(const std::unique_ptr<RunStore> run_store, MakeRunStore(store));
  CoordinatorOptions local = LocalOptions(spec.service(), options.clock);
  local.on_result = [&progress](bool accepted) { progress.AddResult(accepted); };
  ASSIGN_OR_RETURN(const std::unique_ptr<Coordinator> coordinator,
                   Coordinator::Start(local, run_store.get()));
  if (!coordinator->Paused().empty()) {
    v1::ControlRequest resume;
    resume.set_verb(v1::ControlRequest::RESUME);
    RETURN_IF_ERROR(coordinator->Control(resume).status());
  }
  ASSIGN_OR_RETURN(const std::unique_ptr<CoordinatorRunner> runner,
                   CoordinatorRunner::Start(coordinator.get()));
  const std::unique_ptr<CoordinatorClient> client = MakeLocalCoordinatorClient(coordinator.get());
  WorkerOptions worker;
  worker.name = "build";
  worker.incarnation = RandomBytes(kIncarnationBytes);
  worker.clock = options.clock;
  worker.stop = [&coordinator] {
    return StopRequested() || !coordinator->Paused().empty() || !coordinator->Failed().ok();
  };
  const absl::Status worked = RunWorker(client.get(), engine, spec, worker);
  runner->Stop();
  RETURN_IF_ERROR(coordinator->Failed());
  if (StopRequested())
    return absl::CancelledError("stopped while generating; the same command resumes");
  // Also if the last results paused the run, which ended the worker.
  if (coordinator->Done()) return absl::OkStatus();
  if (!coordinator->Paused().empty()) return Paused(coordinator->Paused());
  return worked;
}

}  // namespace

absl::StatusOr<BuildSummary> Build(const v1::RunSpec& spec, const BuildOptions& options) {
  ASSIGN_OR_RETURN(const std::unique_ptr<RunStages> run, RunStages::Open(spec, options));
  RETURN_IF_ERROR(run->ReadAndPlan());
  RETURN_IF_ERROR(run->Generate([&]() -> absl::Status {
    ASSIGN_OR_RETURN(const bool made, AllMade(run->spec(), options.clock, run->store()));
    if (made) return absl::OkStatus();
    ASSIGN_OR_RETURN(inference::Engine* const engine, run->NeedEngine());
    return MakePairs(run->spec(), options, engine, run->store());
  }));
  return run->Finish();
}

}  // namespace quipu::pipelines
