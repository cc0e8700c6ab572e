// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "tests/faults/fault_run.h"

#include <memory>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/random_bytes.h"
#include "base/status_macros.h"
#include "generator/spec/run_spec.h"
#include "gtest/gtest.h"
#include "pipelines/coordinator/client.h"
#include "pipelines/coordinator/coordinator.h"
#include "pipelines/coordinator/run_store.h"
#include "pipelines/coordinator/runner.h"
#include "pipelines/core/engine_factory.h"
#include "pipelines/ingest/read_stage.h"
#include "pipelines/run/build.h"
#include "pipelines/run/dedup_stage.h"
#include "pipelines/run/pack_stage.h"
#include "pipelines/worker/worker.h"
#include "storage/store_impl.h"
#include "tests/support/dataset_checks.h"
#include "tests/support/status_matchers.h"

namespace quipu::testing {
namespace {

using storage::StoreImpl;

constexpr int kDocuments = 5;
constexpr int kSentences = 130;
constexpr size_t kSecretBytes = 32;

std::string TextOf(int salt) {
  const std::vector<std::string> who = {"The keeper", "A traveller", "The captain", "Her sister",
                                        "The weaver", "A clerk",     "The miller"};
  const std::vector<std::string> did = {"counted", "carried", "found", "sold", "painted"};
  const std::vector<std::string> what = {"knotted cords", "silver coins", "river stones"};
  std::string text;
  for (int i = 0; i < kSentences; ++i) {
    const int k = i * 31 + salt * 17;
    absl::StrAppend(&text, who[k % 7], " ", did[(k / 7) % 5], " ", k + 3, " ", what[(k / 3) % 3],
                    " before the year ", 1200 + k, " was over", i % 5 == 4 ? ".\n\n" : ". ");
  }
  return text;
}

}  // namespace

// Passes calls on, and records which results the coordinator says are stored.
class FaultRun::RecordingClient final : public pipelines::CoordinatorClient {
 public:
  RecordingClient(std::unique_ptr<CoordinatorClient> real, FaultRun* run)
      : real_(std::move(real)), run_(run) {}

  absl::StatusOr<v1::HelloReply> Hello(const v1::HelloRequest& request) override {
    return real_->Hello(request);
  }
  absl::StatusOr<v1::LeaseReply> Lease(const v1::LeaseRequest& request) override {
    return real_->Lease(request);
  }
  absl::StatusOr<v1::RenewReply> Renew(const v1::RenewRequest& request) override {
    return real_->Renew(request);
  }
  absl::StatusOr<v1::SubmitReply> Submit(const v1::SubmitRequest& request) override {
    absl::StatusOr<v1::SubmitReply> reply = real_->Submit(request);
    for (int i = 0; reply.ok() && i < reply->leases_size(); ++i) {
      for (int k = 0; k < reply->leases(i).results_size(); ++k) {
        const v1::SubmitOutcome outcome = reply->leases(i).results(k);
        if (outcome != v1::SUBMIT_OUTCOME_STORED && outcome != v1::SUBMIT_OUTCOME_DUPLICATE)
          continue;
        run_->Acknowledge({request.leases(i).results(k).task().id(), v1::STAGE_UNSPECIFIED});
      }
    }
    return reply;
  }
  void CancelLeases() override { real_->CancelLeases(); }
  void Cancel() override { real_->Cancel(); }

 private:
  const std::unique_ptr<CoordinatorClient> real_;
  FaultRun* const run_;
};

FaultRun::FaultRun() {
  for (int i = 0; i < kDocuments; ++i) {
    EXPECT_OK(MakeDirs(dir_.Path("corpus")));
    EXPECT_OK(WriteFileAtomic(dir_.Path(absl::StrCat("corpus/", i, ".txt")), TextOf(i)));
  }
  std::string rows;
  for (int i = 0; i < 20; ++i) {
    absl::StrAppend(&rows, "{\"prompt\":\"What is ", i, " plus one?\",\"completion\":\"", i + 1,
                    "\"}\n");
  }
  EXPECT_OK(WriteFileAtomic(dir_.Path("short.jsonl"), rows));
  const v1::RunSpec spec = SpecFor("undisturbed");
  const auto built = pipelines::Build(spec, {});
  EXPECT_OK(built.status());
  if (!built.ok()) return;
  tasks_ = built->counts.tasks;
  wanted_ = DirDigest(spec.export_dir());
  const auto store = storage::Store::Open(spec.store(), {/*read_only=*/true});
  EXPECT_OK(store.status());
  if (store.ok()) header_ = (*store)->header();
}

v1::RunSpec FaultRun::SpecFor(absl::string_view name) const {
  auto spec = generator::ParseRunSpec(
      absl::StrCat("seed: 3 store: \"", dir_.Path(name), "\" export_dir: \"",
                   dir_.Path(absl::StrCat(name, "-export")), "\" documents { path: \"",
                   dir_.Path("corpus"), "\" } short_rows { path: \"", dir_.Path("short.jsonl"),
                   "\" } engine { kind: SCRIPTED } chunks { min_tokens: 200 max_tokens: 400"
                   " tokens_per_chunk: 1000 } performance { chunks_in_flight: 2 }"),
      "test");
  EXPECT_OK(spec.status());
  return *spec;
}

std::string FaultRun::NewStore(absl::string_view name) {
  {
    absl::MutexLock lock(&mutex_);
    acknowledged_.clear();
  }
  const auto store = storage::Store::Create(dir_.Path(name), header_);
  EXPECT_OK(store.status());
  if (store.ok()) {
    EXPECT_OK((*store)->Close());
  }
  return dir_.Path(name);
}

absl::Status FaultRun::Run(absl::string_view name, rocksdb::Env* env) {
  ASSIGN_OR_RETURN(const std::unique_ptr<StoreImpl> store,
                   StoreImpl::Open(dir_.Path(name), {}, Clock::Real(), env));
  RETURN_IF_ERROR(ReadAll(store.get()));
  RETURN_IF_ERROR(MakePairs(store.get()));
  RETURN_IF_ERROR(Mark(v1::STAGE_GENERATE, store.get()));
  const v1::RunSpec spec = SpecFor(name);
  RETURN_IF_ERROR(pipelines::DeduplicateResults(spec.filters(), store.get()));
  RETURN_IF_ERROR(Mark(v1::STAGE_DEDUP, store.get()));
  ASSIGN_OR_RETURN(const generator::TargetModel target,
                   pipelines::MakeTargetModel(spec.engine(), spec.instances()));
  RETURN_IF_ERROR(pipelines::PackRows(spec, target, /*benchmarks=*/nullptr, store.get()));
  RETURN_IF_ERROR(Mark(v1::STAGE_PACK, store.get()));
  return store->Close();
}

absl::Status FaultRun::ReadAll(storage::Store* store) {
  const v1::RunSpec& spec = store->header().spec();
  ASSIGN_OR_RETURN(const std::unique_ptr<inference::Engine> engine,
                   pipelines::MakeEngine(spec.engine(), spec.performance()));
  RETURN_IF_ERROR(pipelines::ReadInputs(spec, spec.read().max_bad_share(), *engine->tokenizer(),
                                        /*benchmarks=*/nullptr, store));
  RETURN_IF_ERROR(Mark(v1::STAGE_READ, store));
  return Mark(v1::STAGE_PLAN, store);  // Documents are planned as they are read.
}

absl::Status FaultRun::MakePairs(storage::Store* store) {
  const v1::RunSpec& spec = store->header().spec();
  ASSIGN_OR_RETURN(const std::unique_ptr<inference::Engine> engine,
                   pipelines::MakeEngine(spec.engine(), spec.performance()));
  pipelines::CoordinatorOptions options;
  options.leases = pipelines::LeaseOptionsOf(spec.service());
  options.leases.audit_share = 0;
  options.secret = RandomBytes(kSecretBytes);
  options.workers_outlive_it = false;
  ASSIGN_OR_RETURN(const std::unique_ptr<pipelines::RunStore> run_store,
                   pipelines::MakeRunStore(store));
  ASSIGN_OR_RETURN(const std::unique_ptr<pipelines::Coordinator> coordinator,
                   pipelines::Coordinator::Start(options, run_store.get()));
  ASSIGN_OR_RETURN(const std::unique_ptr<pipelines::CoordinatorRunner> runner,
                   pipelines::CoordinatorRunner::Start(coordinator.get()));
  RecordingClient client(pipelines::MakeLocalCoordinatorClient(coordinator.get()), this);
  pipelines::WorkerOptions worker;
  worker.name = "faults";
  worker.incarnation = RandomBytes(16);
  worker.stop = [&coordinator] { return !coordinator->Failed().ok(); };
  const absl::Status worked = pipelines::RunWorker(&client, engine.get(), spec, worker);
  runner->Stop();
  RETURN_IF_ERROR(coordinator->Failed());
  return worked;
}

absl::Status FaultRun::Mark(v1::Stage stage, storage::Store* store) {
  RETURN_IF_ERROR(store->MarkStageDone(stage));
  Acknowledge({"", stage});
  return absl::OkStatus();
}

void FaultRun::Acknowledge(Acknowledgement acknowledgement) {
  absl::MutexLock lock(&mutex_);
  acknowledged_.push_back(std::move(acknowledgement));
}

std::vector<FaultRun::Acknowledgement> FaultRun::acknowledged() const {
  absl::MutexLock lock(&mutex_);
  return acknowledged_;
}

size_t FaultRun::NumAcknowledged() const {
  absl::MutexLock lock(&mutex_);
  return acknowledged_.size();
}

absl::StatusOr<std::vector<std::string>> FaultRun::Missing(
    absl::string_view name, const std::vector<Acknowledgement>& acknowledged) const {
  ASSIGN_OR_RETURN(const std::unique_ptr<storage::Store> store,
                   storage::Store::Open(dir_.Path(name), {}));
  std::vector<std::string> missing;
  for (const Acknowledgement& a : acknowledged) {
    if (a.task.empty()) {
      ASSIGN_OR_RETURN(const bool done, store->IsStageDone(a.stage));
      if (!done) missing.push_back(absl::StrCat(v1::Stage_Name(a.stage), " is not done"));
      continue;
    }
    const absl::Status got = store->GetResult(a.task).status();
    if (!got.ok()) {
      missing.push_back(absl::StrCat(absl::BytesToHexString(a.task), ": ", got.message()));
    }
  }
  ASSIGN_OR_RETURN(const std::vector<std::string> findings, store->CheckIntegrity());
  missing.insert(missing.end(), findings.begin(), findings.end());
  return missing;
}

absl::StatusOr<std::string> FaultRun::Resume(absl::string_view name) const {
  const v1::RunSpec spec = SpecFor(name);
  RETURN_IF_ERROR(pipelines::Build(spec, {}).status());
  return DirDigest(spec.export_dir());
}

}  // namespace quipu::testing
