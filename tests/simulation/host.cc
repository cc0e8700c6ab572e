// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/host.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace quipu::simulation {
namespace {

constexpr absl::Duration kMostCommitDelay = absl::Milliseconds(4);
constexpr absl::Duration kMostDownTime = absl::Seconds(8);

}  // namespace

Host::Host(EventQueue* queue, Network* network, Trace* trace, Judge* judge, MemoryDisk* disk,
           Rng rng, const pipelines::CoordinatorOptions& options)
    : queue_(queue),
      network_(network),
      trace_(trace),
      judge_(judge),
      disk_(disk),
      rng_(rng),
      clock_(queue, rng),
      options_(options) {
  options_.clock = &clock_;
  options_.random_bytes = [this](size_t size) {
    std::string bytes(size, '\0');
    for (char& byte : bytes) byte = static_cast<char>(rng_.Next());
    return bytes;
  };
}

Fate Host::DrawFate() {
  const double drawn = rng_.Uniform();
  if (drawn < troubles_.crash) {
    ++commits_killed_;
    constexpr Fate kCrashes[] = {Fate::kCrashBefore, Fate::kCrashWritten, Fate::kCrashSynced};
    return kCrashes[rng_.Below(3)];
  }
  if (drawn < troubles_.crash + troubles_.fail) {
    ++commits_failed_;
    return rng_.Below(2) == 0 ? Fate::kFail : Fate::kFailWritten;
  }
  return Fate::kOk;
}

void Host::Boot() {
  if (up()) return;
  const int life = ++life_;
  ++starts_;
  process_ = std::make_unique<Process>();
  process_->run_store = std::make_unique<MemoryRunStore>(disk_);
  trace_->Note("boot", disk_->epoch(), 0, disk_->num_results());
  process_->run_store->SetFate([this](const pipelines::JournalBatch& batch, bool sync) {
    const Fate fate = DrawFate();
    trace_->Note("commit", static_cast<uint64_t>(fate), batch.updates.size(),
                 batch.results.size() * 2 + (sync ? 1 : 0));
    return fate;
  });
  process_->run_store->SetCommitted(
      [this](const pipelines::JournalBatch& batch, bool sync) { judge_->Committed(batch, sync); });
  CountStored();
  auto started = pipelines::Coordinator::Start(options_, process_->run_store.get());
  if (!started.ok()) {
    if (started.status().code() != absl::StatusCode::kUnavailable) {
      judge_->Violation(
          absl::StrCat("the coordinator does not start: ", started.status().ToString()));
    }
    return Kill(process_->run_store->dead() && rng_.Below(2) == 0);
  }
  process_->coordinator = *std::move(started);
  process_->coordinator->SetWake([this, life] {
    if (life == life_) Wake();
  });
  Wake();
}

// Counts the store's results, as every starter of a coordinator does.
void Host::CountStored() {
  options_.before = {};
  for (const PlannedChunk& chunk : disk_->chunks()) {
    for (const v1::Task& task : chunk.content.tasks) {
      const MemoryDisk::Made* made = disk_->Find(task.id());
      if (made == nullptr) continue;
      if (made->result.has_reject()) {
        ++options_.before.rejects_by_reason[made->result.reject().reason()];
      } else {
        ++options_.before.accepted;
      }
    }
  }
}

void Host::Kill(bool power_lost) {
  if (process_ == nullptr) return;
  trace_->Note(power_lost ? "power lost" : "killed", life_, 0, disk_->unsynced_writes());
  // Whatever it sends while dying is lost.
  std::unique_ptr<Process> dead = std::move(process_);
  ++life_;
  dead->coordinator.reset();
  if (power_lost) {
    ++power_losses_;
    disk_->LosePower(rng_.Below(disk_->unsynced_writes() + 1));
    clock_.Reboot();
  }
  judge_->Died(power_lost);
  queue_->After(kMostDownTime * rng_.Uniform(), [this] { Boot(); });
}

void Host::Bury() {
  if (!up() || in_commit_) return;
  const bool failed = process_->coordinator != nullptr && !process_->coordinator->Failed().ok();
  if (!process_->run_store->dead() && !failed) return;
  if (failed && !process_->run_store->dead()) {
    trace_->Note("gives up", life_);
    const absl::Status why = process_->coordinator->Failed();
    if (why.code() != absl::StatusCode::kUnavailable) {
      judge_->Violation(absl::StrCat("the coordinator failed: ", why.ToString()));
    }
  }
  Kill(rng_.Below(2) == 0);
}

bool Host::Speaks(int life) const { return up() && life == life_ && !process_->run_store->dead(); }

void Host::Wake() {
  ScheduleCommit();
  ScheduleTick(absl::ZeroDuration());
}

void Host::ScheduleCommit() {
  if (std::exchange(process_->commit_scheduled, true)) return;
  queue_->After(kMostCommitDelay * rng_.Uniform(), [this, life = life_] {
    if (life != life_ || !up()) return;
    process_->commit_scheduled = false;
    Commit();
  });
}

void Host::Commit() {
  in_commit_ = true;
  const int answered = process_->coordinator->CommitSome();
  in_commit_ = false;
  if (answered > 0) ScheduleCommit();
  Bury();
}

void Host::ScheduleTick(absl::Duration delay) {
  if (process_->tick_now) return;
  process_->tick_now = delay == absl::ZeroDuration();
  queue_->After(delay, [this, tick = ++process_->tick, life = life_] {
    if (life != life_ || !up() || tick != process_->tick) return;
    process_->tick_now = false;
    const absl::Duration next = process_->coordinator->Tick();
    Bury();
    if (!up() || life != life_) return;
    ScheduleTick(std::clamp(next, absl::Milliseconds(1), absl::Seconds(5)));
  });
}

void Host::Count() {
  if (up()) judge_->Counted(process_->coordinator->Status());
}

void Host::Hello(const v1::HelloRequest& request, pipelines::ReplyFn<v1::HelloReply> done) {
  absl::StatusOr<v1::HelloReply> reply = process_->coordinator->Hello({}, request);
  trace_->Note("hello", reply.ok(), request.has_model());
  if (!reply.ok()) judge_->Refused("Hello", reply.status());
  done(std::move(reply));
  Bury();
}

void Host::Lease(const v1::LeaseRequest& request, pipelines::ReplyFn<v1::LeaseReply> done) {
  process_->coordinator->Lease(
      {}, request, [this, life = life_, done](absl::StatusOr<v1::LeaseReply> reply) {
        if (!Speaks(life)) return;
        trace_->Note("leased", static_cast<uint64_t>(reply.status().code()), 0,
                     reply.ok() ? reply->chunks_size() : 0);
        if (reply.ok()) {
          judge_->Leased(*reply);
        } else {
          judge_->Refused("Lease", reply.status());
        }
        done(std::move(reply));
      });
  Bury();
}

void Host::Renew(const v1::RenewRequest& request, pipelines::ReplyFn<v1::RenewReply> done) {
  absl::StatusOr<v1::RenewReply> reply = process_->coordinator->Renew({}, request);
  trace_->Note("renewed", reply.ok(), 0, request.tickets_size());
  if (!reply.ok()) judge_->Refused("Renew", reply.status());
  done(std::move(reply));
  Bury();
}

void Host::Submit(const v1::SubmitRequest& request, pipelines::ReplyFn<v1::SubmitReply> done) {
  process_->coordinator->Submit(
      {}, request, [this, life = life_, request, done](absl::StatusOr<v1::SubmitReply> reply) {
        if (!Speaks(life)) return;
        trace_->Note("submitted", static_cast<uint64_t>(reply.status().code()), 0,
                     reply.ok() ? reply->commit_number() : 0);
        if (reply.ok()) {
          judge_->Answered(request, *reply);
        } else {
          judge_->Refused("Submit", reply.status());
        }
        done(std::move(reply));
      });
  Bury();
}

}  // namespace quipu::simulation
