// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/worker/worker_main.h"

#include <unistd.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/random_bytes.h"
#include "base/status_macros.h"
#include "base/stop.h"
#include "base/strings.h"
#include "base/thread.h"
#include "generator/prompts/memory_need.h"
#include "inference/engine.h"
#include "pipelines/coordinator/request_checks.h"
#include "pipelines/core/engine_factory.h"
#include "pipelines/metrics/metrics.h"
#include "pipelines/worker/active_leases.h"
#include "pipelines/worker/worker.h"

namespace quipu::pipelines {
namespace {

constexpr size_t kSuffixBytes = 4;
constexpr size_t kMaxHostChars = 30;
constexpr absl::Duration kPoll = absl::Milliseconds(50);

// The machine's name, in the characters that a worker's name may have.
std::string HostName() {
  char buffer[256] = {};
  if (gethostname(buffer, sizeof(buffer) - 1) != 0) return "host";
  std::string name(buffer);
  name = name.substr(0, std::min(name.find('.'), kMaxHostChars));
  for (char& c : name) {
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c)) && c != '-' && c != '_') c = '_';
  }
  return name.empty() ? "host" : name;
}

// Cancels calls when a stop is requested, during its lifetime: until RunWorker
// takes over, a worker may wait minutes for its coordinator.
class CancelOnStop {
 public:
  explicit CancelOnStop(CoordinatorClient* client) : client_(client) {}
  ~CancelOnStop() {
    over_.Notify();
    thread_.Join();
  }
  CancelOnStop(const CancelOnStop&) = delete;
  CancelOnStop& operator=(const CancelOnStop&) = delete;

  absl::Status Start() {
    ASSIGN_OR_RETURN(thread_, Thread::Start("stop-watcher", [this] { Watch(); }));
    return absl::OkStatus();
  }

 private:
  void Watch() {
    while (!over_.WaitForNotificationWithTimeout(kPoll)) {
      if (!StopRequested()) continue;
      client_->Cancel();
      return;
    }
  }

  CoordinatorClient* const client_;
  absl::Notification over_;
  Thread thread_;
};

v1::RunSpec LocalSpec(const v1::RunSpec& given, const WorkerProcessOptions& options) {
  v1::RunSpec spec = given;
  if (!options.model.empty()) spec.mutable_engine()->set_model(options.model);
  if (!options.chat_template.empty()) {
    spec.mutable_engine()->set_chat_template(options.chat_template);
  }
  v1::PerformanceSpec* performance = spec.mutable_performance();
  if (options.threads > 0) performance->set_threads(static_cast<uint32_t>(options.threads));
  if (options.kv_mib > 0) performance->set_kv_mib(static_cast<uint32_t>(options.kv_mib));
  if (options.chunks_in_flight > 0) {
    performance->set_chunks_in_flight(static_cast<uint32_t>(options.chunks_in_flight));
  }
  return spec;
}

// NOT_FOUND if the chat template is a file that this machine does not have.
absl::Status CheckTemplate(const v1::RunSpec& spec) {
  const std::string& name = spec.engine().chat_template();
  if (!absl::EndsWith(name, ".jinja") || FileExists(name)) return absl::OkStatus();
  return absl::NotFoundError(absl::StrCat("no chat template at ", Snippet(name, kMaxPathBytes),
                                          " on this machine: name the run's with --chat-template"));
}

absl::StatusOr<v1::HelloReply> IntroduceUnlessStopped(CoordinatorClient* client,
                                                      const WorkerOptions& options) {
  CancelOnStop watcher(client);
  RETURN_IF_ERROR(watcher.Start());
  return Introduce(client, options);
}

WorkerFigures FiguresOf(const v1::HelloReply& hello, const WorkerOptions& worker,
                        const ActiveLeases& leases, const inference::Engine& engine) {
  const ActiveLeases::Counts counts = leases.counts();
  WorkerFigures figures;
  figures.run_id = hello.run_id();
  figures.worker = worker.name;
  figures.chunks_held = counts.held;
  figures.chunks_taken = counts.taken;
  figures.leases_lost = counts.lost;
  figures.stored = counts.stored;
  figures.duplicate = counts.duplicate;
  figures.conflict = counts.conflict;
  figures.stale = counts.stale;
  figures.invalid = counts.invalid;
  figures.engine = engine.stats();
  return figures;
}

absl::Status RunWithEngine(CoordinatorClient* client, const v1::HelloReply& hello,
                           WorkerOptions worker, const WorkerProcessOptions& options) {
  const v1::RunSpec spec = LocalSpec(hello.spec(), options);
  RETURN_IF_ERROR(CheckTemplate(spec));
  ASSIGN_OR_RETURN(const std::unique_ptr<inference::Engine> engine,
                   MakeEngine(spec.engine(), spec.performance()));
  RETURN_IF_ERROR(generator::CheckMemory(spec, *engine));
  if (StopRequested()) return absl::CancelledError("stopped before working");
  ActiveLeases leases(worker.clock);
  worker.leases = &leases;
  std::unique_ptr<MetricsServer> metrics;
  if (!options.metrics.address.empty()) {
    ASSIGN_OR_RETURN(metrics, MetricsServer::Start(options.metrics, [&] {
                       return WorkerFamilies(FiguresOf(hello, worker, leases, *engine));
                     }));
  }
  LogInfo(absl::StrCat("working as ", worker.name));
  return RunWorker(client, engine.get(), spec, worker);
}

}  // namespace

std::string DefaultWorkerName(absl::string_view identity) {
  const std::string suffix = absl::BytesToHexString(RandomBytes(kSuffixBytes));
  if (identity.empty()) return absl::StrCat(HostName(), "-", getpid(), "-", suffix);
  // As much of the host's name as fits: it tells people where to look.
  const std::string tail = absl::StrCat("-", getpid(), "-", suffix);
  const size_t taken = identity.size() + 1 + tail.size();
  if (taken > kMaxWorkerNameBytes) {
    const bool fits = identity.size() + 1 + suffix.size() <= kMaxWorkerNameBytes;
    return fits ? absl::StrCat(identity, "/", suffix) : std::string(identity);
  }
  return absl::StrCat(identity, "/", HostName().substr(0, kMaxWorkerNameBytes - taken), tail);
}

absl::Status RunWorkerProcess(const WorkerProcessOptions& options) {
  if (!options.metrics.address.empty()) RETURN_IF_ERROR(CheckMetricsAddress(options.metrics));
  if (!options.name.empty()) RETURN_IF_ERROR(Annotate(CheckWorkerName(options.name), "--name"));
  ASSIGN_OR_RETURN(const std::unique_ptr<GrpcCoordinatorClient> client,
                   GrpcCoordinatorClient::Create(options.client));
  WorkerOptions worker;
  worker.name = options.name.empty() ? DefaultWorkerName(client->identity()) : options.name;
  worker.incarnation = RandomBytes(kIncarnationBytes);
  worker.clock = options.client.clock;
  worker.stop = &StopRequested;
  const absl::StatusOr<v1::HelloReply> hello = IntroduceUnlessStopped(client.get(), worker);
  if (StopRequested()) return absl::OkStatus();
  RETURN_IF_ERROR(hello.status());
  SetLogContext(absl::BytesToHexString(hello->run_id()), absl::StrCat("work/", worker.name));
  if (!hello->has_spec()) {
    LogInfo("the run is done: no work is left");
    return absl::OkStatus();
  }
  const absl::Status worked = RunWithEngine(client.get(), *hello, worker, options);
  // A requested stop is not a failure: Kubernetes and Slurm look at the exit
  // code.
  if (absl::IsCancelled(worked) && StopRequested()) {
    LogInfo("stopped; other workers take over any unreleased chunks when their leases expire");
    return absl::OkStatus();
  }
  if (worked.ok()) LogInfo("the run is done");
  return worked;
}

}  // namespace quipu::pipelines
