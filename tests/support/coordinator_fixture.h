// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A coordinator on a run store in memory and a clock that only moves on command,
// with workers that know every task's correct result.
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

// The run's secret.
inline constexpr char kFixtureSecret[] = "a secret of thirty-two characters";

// The reply to a call, once it has arrived.
template <typename Reply>
struct Pending {
  bool answered = false;
  absl::StatusOr<Reply> reply = absl::UnknownError("no reply yet");
};

class CoordinatorFixture {
 public:
  // This many chunks of this many tasks, one chunk per document. No audits, and
  // no pause because of its rejects, unless the options are changed before
  // Start. `more_text`: bytes of each chunk's text after its tasks' part.
  CoordinatorFixture(int chunks, int tasks, size_t more_text = 0);

  // Starts a coordinator on the stored state; ends the previous one.
  void Start();

  // The worker's session; `process` identifies its process.
  std::string Hello(absl::string_view worker, char process = 'a');
  v1::HelloRequest HelloOf(absl::string_view worker, char process = 'a') const;

  // Polls without waiting for the reply.
  std::shared_ptr<Pending<v1::LeaseReply>> Poll(absl::string_view session, int max,
                                                absl::Duration wait);
  // The reply to a poll that does not wait. Fails the test unless it is OK.
  v1::LeaseReply Lease(absl::string_view session, int max);

  std::shared_ptr<Pending<v1::SubmitReply>> Send(absl::string_view session,
                                                 const std::vector<v1::LeaseResults>& leases);
  // Fails the test unless it is OK.
  v1::SubmitReply Submit(absl::string_view session, const std::vector<v1::LeaseResults>& leases);

  // Correct results of all the chunk's tasks.
  v1::LeaseResults Work(const v1::LeasedChunk& chunk) const;
  // Different results that also pass the checks.
  v1::LeaseResults Lie(const v1::LeasedChunk& chunk) const;

  // Commits until nothing waits.
  void Commit();
  // Advances the clock and lets the coordinator notice.
  void Pass(absl::Duration time);
  // Leases and completes everything, one worker after the other, until nobody
  // gets a lease.
  void WorkAll(const std::vector<std::string>& sessions);

  // Stored results that are not the correct ones.
  int Wrong() const;

  FakeClock clock;
  simulation::MemoryDisk disk;
  pipelines::CoordinatorOptions options;
  std::unique_ptr<simulation::MemoryRunStore> run_store;
  std::unique_ptr<pipelines::Coordinator> coordinator;

 private:
  int drawn_ = 0;
};

}  // namespace quipu::testing

#endif  // QUIPU_TESTS_SUPPORT_COORDINATOR_FIXTURE_H_
