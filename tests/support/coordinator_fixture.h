// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A coordinator on a ledger in memory and a clock that stands still, and workers
// who know every task's right result.
//
//   CoordinatorFixture run(/*chunks=*/10, /*tasks=*/4);
//   const std::string session = run.Hello("ann");
//   const v1::LeaseReply granted = run.Lease(session, 2);
//   run.Submit(session, {run.Work(granted.chunks(0))});
#ifndef QUIPU_TESTS_SUPPORT_COORDINATOR_FIXTURE_H_
#define QUIPU_TESTS_SUPPORT_COORDINATOR_FIXTURE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "pipelines/coordinator/coordinator.h"
#include "protos/coordinator.pb.h"
#include "tests/simulation/memory_run_store.h"
#include "tests/support/fake_clock.h"

namespace quipu::testing {

// Of the run.
inline constexpr char kFixtureSecret[] = "a secret of thirty-two characters";

// The reply to a call, when it has come.
template <typename Reply>
struct Pending {
  bool answered = false;
  absl::StatusOr<Reply> reply = absl::UnknownError("no reply yet");
};

class CoordinatorFixture {
 public:
  // So many chunks of so many tasks, one chunk a document. No audits, and no pause
  // for its rejects, unless the options are changed before Start.
  CoordinatorFixture(int chunks, int tasks);

  // Starts a coordinator on what is on the disk; ends the one before.
  void Start();

  // The worker's session; its process is told by `process`.
  std::string Hello(absl::string_view worker, char process = 'a');
  v1::HelloRequest HelloOf(absl::string_view worker, char process = 'a') const;

  // Polls that are not waited for.
  std::shared_ptr<Pending<v1::LeaseReply>> Poll(absl::string_view session, int max,
                                                absl::Duration wait);
  // Of a poll that does not wait. Fails the test unless it is OK.
  v1::LeaseReply Lease(absl::string_view session, int max);

  std::shared_ptr<Pending<v1::SubmitReply>> Send(absl::string_view session,
                                                 const std::vector<v1::LeaseResults>& leases);
  // Fails the test unless it is OK.
  v1::SubmitReply Submit(absl::string_view session, const std::vector<v1::LeaseResults>& leases);

  // Right results of all the chunk's tasks.
  v1::LeaseResults Work(const v1::LeasedChunk& chunk) const;
  // Others that pass the checks as well.
  v1::LeaseResults Lie(const v1::LeasedChunk& chunk) const;

  // Commits until nothing waits.
  void Commit();
  // Lets time pass, and the coordinator notice.
  void Pass(absl::Duration time);
  // Leases and does all that there is to do, one worker after the other, until
  // nobody is given anything.
  void WorkAll(const std::vector<std::string>& sessions);

  // Stored results that are not the right ones.
  int Wrong() const;

  FakeClock clock;
  simulation::MemoryDisk disk;
  pipelines::CoordinatorOptions options;
  std::unique_ptr<simulation::MemoryRunStore> ledger;
  std::unique_ptr<pipelines::Coordinator> coordinator;

 private:
  int drawn_ = 0;
};

}  // namespace quipu::testing

#endif  // QUIPU_TESTS_SUPPORT_COORDINATOR_FIXTURE_H_
