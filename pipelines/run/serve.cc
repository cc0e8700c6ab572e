// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/run/serve.h"

#include <malloc.h>
#include <sys/resource.h>

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/cleanup/cleanup.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "base/fingerprint.h"
#include "base/hmac.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "base/stop.h"
#include "base/strings.h"
#include "pipelines/coordinator/coordinator.h"
#include "pipelines/coordinator/finished.h"
#include "pipelines/coordinator/run_secret.h"
#include "pipelines/coordinator/run_store.h"
#include "pipelines/coordinator/runner.h"
#include "pipelines/core/engine_counters.h"
#include "pipelines/core/run_status.h"
#include "pipelines/metrics/metrics.h"
#include "pipelines/report/http/page_server.h"
#include "pipelines/report/live/live_page.h"
#include "pipelines/rpc/address.h"
#include "pipelines/run/progress.h"

namespace quipu::pipelines {
namespace {

constexpr absl::Duration kPoll = absl::Milliseconds(50);
// A stop may take 5 s in all: calls in progress get one second of it.
constexpr absl::Duration kGrace = absl::Seconds(1);

// Logs a reason when it appears and when it is gone.
class PauseLog {
 public:
  void Update(const std::string& reason) {
    if (reason == last_) return;
    last_ = reason;
    if (reason.empty()) {
      LogInfo("the run is resumed");
    } else {
      LogWarning(absl::StrCat("the run is paused: ", reason,
                              "; `quipu control ADDRESS resume` resumes it"));
    }
  }

 private:
  std::string last_;
};

// Returns free memory to the system now and then. What one thread allocates and another frees
// stays in the first one's heap: at full rate, as much again as is in use.
class FreeMemory {
 public:
  void Return(absl::Duration now) {
    if (now < next_) return;
    malloc_trim(0);
    next_ = now + kEvery;
  }

 private:
  static constexpr absl::Duration kEvery = absl::Seconds(10);

  absl::Duration next_ = -absl::InfiniteDuration();
};

// Every worker is a connection, and shells usually limit a process to 1,024
// files.
void AllowManyConnections() {
  rlimit files = {};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur >= files.rlim_max) return;
  files.rlim_cur = files.rlim_max;
  if (setrlimit(RLIMIT_NOFILE, &files) != 0) LogWarning("cannot raise the limit of open files");
}

class ServeRun {
 public:
  ServeRun(const v1::RunSpec& spec, const ServeOptions& options) : spec_(spec), options_(options) {}
  // Until its shutdown the service has handlers inside the coordinators, and
  // until their stop those have waiting callers.
  ~ServeRun() {
    if (runner_ != nullptr) runner_->Stop();
    metrics_server_.reset();
    page_.reset();
    if (service_ != nullptr) service_->Shutdown(kGrace);
  }

  absl::StatusOr<BuildSummary> Run() {
    CoordinatorServiceOptions service = options_.service;
    service.complete_status = [this](v1::StatusReply* status) {
      absl::MutexLock lock(&progress_mutex_);
      if (progress_ != nullptr) progress_->AddTo(status);
    };
    ASSIGN_OR_RETURN(service_, CoordinatorService::Create(service));
    if (!options_.metrics.address.empty()) RETURN_IF_ERROR(CheckMetricsAddress(options_.metrics));
    if (!options_.page.empty()) {
      RETURN_IF_ERROR(Annotate(PageServer::Check(PageOptions()), "--page"));
    }
    AllowManyConnections();
    // A calibration may take longer than whoever watches the service waits for it to answer.
    const bool listens_first = RunStages::WillCalibrate(spec_, options_.build);
    if (listens_first) RETURN_IF_ERROR(service_->Listen());
    ASSIGN_OR_RETURN(stages_, RunStages::Open(spec_, options_.build));
    if (!listens_first) RETURN_IF_ERROR(service_->Listen());
    SetLogContext(absl::BytesToHexString(stages_->store()->header().run_id()), "serve");
    LogInfo(absl::StrCat("serving on ", service_->address()));
    RETURN_IF_ERROR(StartPage());
    service_->SetStage(v1::STAGE_READ);
    RETURN_IF_ERROR(stages_->ReadAndPlan());
    stages_->DropEngine();  // Workers have their own.
    service_->SetStage(v1::STAGE_GENERATE);
    RETURN_IF_ERROR(stages_->Generate([&] { return ServeUntilDone(); }));
    RETURN_IF_ERROR(HandOver());
    DropCoordinator();
    absl::StatusOr<BuildSummary> summary = stages_->Finish();
    if (summary.ok()) Linger();
    return summary;
  }

 private:
  absl::Status StartCoordinator(const RunFigures& before, Progress* progress) {
    CoordinatorOptions options;
    options.before = before;
    ASSIGN_OR_RETURN(options.run, StatusOf(*stages_->store()));
    // The coordinator counts these itself.
    options.run.clear_tasks();
    options.run.clear_rejects_by_reason();
    options.run.clear_work();
    options.clock = options_.build.clock;
    ASSIGN_OR_RETURN(options.secret, LoadOrCreateRunSecret(SecretPathOf(stages_->store()->path())));
    options.leases = LeaseOptionsOf(spec_.service());
    options.spec = spec_;
    ASSIGN_OR_RETURN(options.leases.key,
                     Fingerprint::FromBytes(HmacSha256(options.secret, "leases").substr(0, 16)));
    options.max_invalid_results = static_cast<int>(spec_.service().max_invalid_results());
    options.reproducible = spec_.engine().kind() != v1::EngineSpec::OPENAI;
    options.on_result = [progress](bool accepted) { progress->AddResult(accepted); };
    options.on_removed = [progress](bool accepted) { progress->RemoveResult(accepted); };
    options.on_commit = [this](absl::Duration latency, int results) {
      commits_.Observe(latency, results);
    };
    ASSIGN_OR_RETURN(run_store_, MakeRunStore(stages_->store()));
    ASSIGN_OR_RETURN(coordinator_, Coordinator::Start(options, run_store_.get()));
    ASSIGN_OR_RETURN(runner_, CoordinatorRunner::Start(coordinator_.get()));
    return absl::OkStatus();
  }

  absl::Status StartMetrics() {
    if (options_.metrics.address.empty()) return absl::OkStatus();
    ASSIGN_OR_RETURN(metrics_server_, MetricsServer::Start(options_.metrics, [this] {
                       return CoordinatorFamilies(*CurrentStatus(), commits_);
                     }));
    return absl::OkStatus();
  }

  PageServerOptions PageOptions() const {
    const SecurityFiles& security = options_.service.security;
    PageServerOptions page;
    page.address = options_.page;
    const absl::StatusOr<Address> address = ParseAddress(options_.page);
    if (address.ok() && address->local) return page;  // Who has an account may look.
    page.tokens = security.tokens;
    page.cert = security.cert;
    page.key = security.key;
    return page;
  }

  absl::Status StartPage() {
    if (options_.page.empty()) return absl::OkStatus();
    ASSIGN_OR_RETURN(page_, LivePage::Start(PageOptions(), [this] {
                       RunNow now;
                       now.status = CurrentStatus();
                       absl::MutexLock lock(&progress_mutex_);
                       if (progress_ != nullptr) now.progress = progress_->Line();
                       return now;
                     }));
    LogInfo(absl::StrCat("the run's page is ", page_->url()));
    return absl::OkStatus();
  }

  // What page and status show while pairs are made; null and null: the last report, no time left.
  void Show(const storage::StoreView* store, const Progress* progress) {
    {
      absl::MutexLock lock(&progress_mutex_);
      progress_ = progress;
    }
    if (page_ != nullptr) page_->SetStore(store);
  }

  // Returns OK when all tasks have results.
  absl::Status ServeUntilDone() {
    ASSIGN_OR_RETURN(const storage::RunCounts counts, stages_->store()->Count());
    RunFigures figures;
    figures.accepted = counts.accepted;
    figures.rejects_by_reason = counts.rejects_by_reason;
    ASSIGN_OR_RETURN(figures.work, stages_->store()->GetEngineCounters());
    ProgressStart start = {counts.accepted + counts.rejected, counts.accepted, counts.tasks, {}};
    ASSIGN_OR_RETURN(start.expected, ExpectedWork(*stages_->store()));
    Progress progress(
        options_.build.clock, options_.build.terminal, start, [this, before = figures.work] {
          const std::optional<v1::StatusReply> status = CurrentStatus();
          return status.has_value() ? CountersSince(status->work(), before) : v1::EngineCounters();
        });
    RETURN_IF_ERROR(StartCoordinator(figures, &progress));
    SetCurrent(coordinator_.get());
    Show(stages_->store(), &progress);
    const auto hide = absl::MakeCleanup([this] { Show(nullptr, nullptr); });
    const absl::Status metrics = StartMetrics();
    if (!metrics.ok()) runner_->Stop();  // It calls `progress`.
    RETURN_IF_ERROR(metrics);
    PauseLog pauses;
    FreeMemory free_memory;
    bool done = coordinator_->Done();
    while (!done && coordinator_->Failed().ok() && !StopRequested()) {
      pauses.Update(coordinator_->Paused());
      free_memory.Return(options_.build.clock->Monotonic());
      absl::SleepFor(kPoll);
      done = coordinator_->Done();
    }
    done = done && coordinator_->Failed().ok();
    // Nothing calls `progress` from here on.
    if (done) RETURN_IF_ERROR(HandOver());
    runner_->Stop();
    RETURN_IF_ERROR(coordinator_->Failed());
    return done ? absl::OkStatus()
                : absl::CancelledError("stopped while serving; the same command resumes");
  }

  // Answers workers without the store, which is about to be packed and closed.
  absl::Status HandOver() {
    if (finished_ == nullptr) {
      v1::StatusReply last;
      if (coordinator_ != nullptr) {
        last = coordinator_->Status();
        last.add_done_stages(v1::STAGE_GENERATE);
      } else {  // An earlier process made all pairs.
        ASSIGN_OR_RETURN(last, StatusOf(*stages_->store()));
      }
      finished_ = std::make_unique<FinishedCoordinator>(std::move(last));
      service_->SetStage(v1::STAGE_PACK);
      SetCurrent(finished_.get());
    }
    if (runner_ != nullptr) runner_->Stop();
    return absl::OkStatus();
  }

  // Sets who answers workers, progress and metrics from now on.
  void SetCurrent(CoordinatorApi* coordinator) {
    service_->SetCoordinator(coordinator);
    absl::MutexLock lock(&current_mutex_);
    current_ = coordinator;
  }

  // Empty until there is a coordinator.
  std::optional<v1::StatusReply> CurrentStatus() const {
    absl::MutexLock lock(&current_mutex_);
    if (current_ == nullptr) return std::nullopt;
    return current_->Status();
  }

  // The store is about to be closed, and these refer to it.
  void DropCoordinator() {
    runner_.reset();
    coordinator_.reset();
    run_store_.reset();
  }

  void Linger() {
    const absl::Duration until = options_.build.clock->Monotonic() + options_.linger;
    while (!StopRequested() && options_.build.clock->Monotonic() < until) absl::SleepFor(kPoll);
  }

  const v1::RunSpec& spec_;
  const ServeOptions& options_;
  CommitMetrics commits_;
  std::unique_ptr<CoordinatorService> service_;
  std::unique_ptr<RunStages> stages_;
  std::unique_ptr<RunStore> run_store_;
  std::unique_ptr<Coordinator> coordinator_;
  std::unique_ptr<CoordinatorRunner> runner_;
  std::unique_ptr<FinishedCoordinator> finished_;
  mutable absl::Mutex current_mutex_;
  CoordinatorApi* current_ ABSL_GUARDED_BY(current_mutex_) = nullptr;
  std::unique_ptr<MetricsServer> metrics_server_;
  absl::Mutex progress_mutex_;
  const Progress* progress_ ABSL_GUARDED_BY(progress_mutex_) = nullptr;
  std::unique_ptr<LivePage> page_;
};

}  // namespace

absl::StatusOr<BuildSummary> Serve(const v1::RunSpec& spec, const ServeOptions& options) {
  ServeOptions with_memory = options;
  with_memory.build.store_memory = storage::StoreMemory::kService;
  return ServeRun(spec, with_memory).Run();
}

}  // namespace quipu::pipelines
