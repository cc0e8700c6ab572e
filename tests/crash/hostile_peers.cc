// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "tests/crash/hostile_peers.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/crash/hostile_connections.h"
#include "tests/crash/hostile_worker.h"

namespace quipu::testing {
namespace {

// One round of an attack; returns whether it did what it wanted to do.
using Round = bool (*)(HostileWorker* worker);

struct Attack {
  const char* name;
  Round round;
  absl::Duration pause;  // Between rounds.
};

bool Socket(HostileWorker* worker, bool (*fn)(const std::string& path)) {
  return fn(worker->socket_path());
}

// The rows of the threat model's table "Workers", then "Network".
const Attack kAttacks[] = {
    {"takes all leases and is silent", [](HostileWorker* w) { return w->TakeAndForget(); },
     absl::Milliseconds(200)},
    {"takes all leases and renews", [](HostileWorker* w) { return w->TakeAndRenew(); },
     absl::Milliseconds(100)},
    {"takes leases, dies, is restarted", [](HostileWorker* w) { return w->TakeAndRestart(); },
     absl::Milliseconds(100)},
    {"takes leases under new names", [](HostileWorker* w) { return w->TakeUnderNewNames(); },
     absl::Milliseconds(300)},
    {"opens sessions under new names", [](HostileWorker* w) { return w->OpenSessions(); },
     absl::Milliseconds(500)},
    {"takes leases and releases them", [](HostileWorker* w) { return w->TakeAndRelease(); },
     absl::Milliseconds(200)},
    {"says that the engine fails", [](HostileWorker* w) { return w->TakeAndFail(); },
     absl::Milliseconds(50)},
    // One name: three liars that differ on one chunk pause the run (docs/threat_model.md).
    {"forges results, in five ways", [](HostileWorker* w) { return w->Forge(); },
     absl::Milliseconds(300)},
    {"forges tickets", [](HostileWorker* w) { return w->ForgeTickets(); }, absl::Milliseconds(200)},
    {"submits results of other chunks", [](HostileWorker* w) { return w->SubmitOtherTasks(); },
     absl::Milliseconds(200)},
    {"submits control characters", [](HostileWorker* w) { return w->SubmitControlCharacters(); },
     absl::Milliseconds(200)},
    {"submits huge messages", [](HostileWorker* w) { return w->SubmitHugeMessages(); },
     absl::Milliseconds(500)},
    {"invents a lost commit", [](HostileWorker* w) { return w->InventALoss(); },
     absl::Milliseconds(300)},
    {"has another model, run or version", [](HostileWorker* w) { return w->BeAnother(); },
     absl::Milliseconds(300)},
    {"polls and cancels", [](HostileWorker* w) { return w->PollAndCancel(); },
     absl::Milliseconds(200)},
    {"asks for the status", [](HostileWorker* w) { return w->AskStatus(); },
     absl::Milliseconds(100)},
    {"sends noise", [](HostileWorker* w) { return Socket(w, SendNoise); }, absl::Milliseconds(200)},
    {"sends pings", [](HostileWorker* w) { return Socket(w, SendPings); }, absl::Milliseconds(200)},
    {"sends a byte at a time", [](HostileWorker* w) { return Socket(w, SendSlowly); },
     absl::Milliseconds(10)},
    {"holds idle connections", [](HostileWorker* w) { return Socket(w, HoldConnections); },
     absl::Milliseconds(500)},
};

}  // namespace

struct HostilePeers::Running {
  const Attack* attack = nullptr;
  std::atomic<int> made{0};
  Thread thread;
};

HostilePeers::HostilePeers(absl::string_view address, absl::Duration ttl)
    : address_(address), ttl_(ttl) {}

HostilePeers::~HostilePeers() { Stop(); }

bool HostilePeers::Start() {
  for (const Attack& attack : kAttacks) {
    Running* const running = running_.emplace_back(std::make_unique<Running>()).get();
    running->attack = &attack;
    const std::string name = absl::StrCat("mal-", running_.size());
    absl::StatusOr<Thread> thread = Thread::Start(name, [this, running, name] {
      HostileWorker worker(address_, name, ttl_, &stop_);
      while (!stop_.HasBeenNotified()) {
        if (running->attack->round(&worker)) ++running->made;
        stop_.WaitForNotificationWithTimeout(running->attack->pause);
      }
    });
    if (!thread.ok()) return false;
    running->thread = *std::move(thread);
  }
  return true;
}

void HostilePeers::Stop() {
  if (stop_.HasBeenNotified()) return;
  stop_.Notify();
  for (const std::unique_ptr<Running>& running : running_) running->thread.Join();
}

std::vector<std::string> HostilePeers::Counts() const {
  std::vector<std::string> counts;
  for (const std::unique_ptr<Running>& running : running_) {
    counts.push_back(absl::StrCat(running->attack->name, " ", running->made.load()));
  }
  return counts;
}

std::vector<std::string> HostilePeers::Idle() const {
  std::vector<std::string> idle;
  for (const std::unique_ptr<Running>& running : running_) {
    if (running->made == 0) idle.push_back(running->attack->name);
  }
  return idle;
}

}  // namespace quipu::testing
