// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A worker that lies, hoards or is silent. Each call is one round of an attack; it returns
// whether the attack was made, which says nothing of its success.
//
//   HostileWorker worker("unix:/tmp/s", "mal-1", absl::Seconds(1), &stop);
//   while (!stop.HasBeenNotified()) worker.TakeAndForget();
//
// Thread-compatible. The notification ends its waits and must outlive it.
#ifndef QUIPU_TESTS_CRASH_HOSTILE_WORKER_H_
#define QUIPU_TESTS_CRASH_HOSTILE_WORKER_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "pipelines/rpc/grpc_coordinator_client.h"
#include "protos/coordinator.pb.h"

namespace quipu::testing {

class HostileWorker {
 public:
  HostileWorker(absl::string_view address, absl::string_view name, absl::Duration ttl,
                const absl::Notification* stop);

  // The path of the coordinator's unix socket.
  const std::string& socket_path() const { return socket_path_; }

  // ---- Takes work and does not do it.
  bool TakeAndForget();
  bool TakeAndRenew();
  bool TakeAndRestart();  // The same name, another process.
  bool TakeUnderNewNames();
  bool OpenSessions();  // Many, of new names.
  bool TakeAndRelease();
  bool TakeAndFail();

  // ---- Submits what it must not.
  bool Forge();  // In turn: rejects, a part, late, and failing afterwards, again and again.
  bool ForgeTickets();
  bool SubmitOtherTasks();
  bool SubmitControlCharacters();
  bool SubmitHugeMessages();

  // ---- Calls.
  bool InventALoss();
  bool BeAnother();  // Another model, run, version; names and ids of wrong sizes.
  bool PollAndCancel();
  bool AskStatus();

 private:
  std::unique_ptr<pipelines::GrpcCoordinatorClient> Connect() const;
  v1::HelloRequest Hello() const;
  // Has a session under `name_`, if the coordinator lets it.
  bool Enter();
  // As a new process under another name.
  bool EnterAs(absl::string_view name);
  bool Take(int chunks, v1::LeaseReply* reply);
  bool Submit(v1::SubmitRequest request);
  void Wait(absl::Duration time) const { stop_->WaitForNotificationWithTimeout(time); }
  // A forged reject of a task, which the checks let pass; no two are equal.
  v1::Result Forged(const v1::Task& task);
  v1::LeaseResults ForgedLease(const v1::LeasedChunk& chunk, int most);
  bool ForgeRejects();
  bool ForgeAPart();
  bool DeliverLate();
  bool DeliverAndFail();
  bool SubmitAgainAndAgain();
  bool EndAll(const v1::LeaseReply& leases, v1::AttemptFailure failure);

  const std::string address_;
  const std::string socket_path_;
  const std::string base_name_;
  const absl::Duration ttl_;
  const absl::Notification* const stop_;
  std::unique_ptr<pipelines::GrpcCoordinatorClient> client_;
  std::string name_;
  std::string incarnation_;
  v1::HelloReply run_;  // The first Hello's.
  std::string session_;
  int max_leases_ = 1;
  int made_ = 0;    // Forgeries and names.
  int forged_ = 0;  // Rounds.
  std::vector<v1::SignedTicket> held_;
};

}  // namespace quipu::testing

#endif  // QUIPU_TESTS_CRASH_HOSTILE_WORKER_H_
