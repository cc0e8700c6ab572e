// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A run with real processes: one coordinator on a unix socket, and workers,
// which the test starts, stops and kills.
//
//   ServiceRun run(workload, seed);
//   run.StartCoordinator();
//   run.StartWorker("ann");
//   ASSERT_TRUE(run.AwaitStatus([](const v1::StatusReply& s) { return s.granted() > 0; }));
//   run.coordinator()->Kill();
//   run.StartCoordinator();
//   run.Finish(DigestLeftAlone(workload, seed));
//
// Thread-compatible.
#ifndef QUIPU_TESTS_CRASH_SERVICE_RUN_H_
#define QUIPU_TESTS_CRASH_SERVICE_RUN_H_

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/fingerprint.h"
#include "pipelines/rpc/grpc_coordinator_client.h"
#include "protos/coordinator.pb.h"
#include "tests/crash/run_directory.h"
#include "tests/support/child_process.h"
#include "tests/support/temp_dir.h"

namespace quipu::testing {

// The status of one worker; all zero if the coordinator does not know it.
v1::WorkerStatus StatusOf(const v1::StatusReply& status, absl::string_view worker);

// Tasks that have a result.
uint64_t DoneOf(const v1::StatusReply& status);

class ServiceRun {
 public:
  ServiceRun(const Workload& workload, const Fingerprint& seed);
  ~ServiceRun();  // Kills all its processes.
  ServiceRun(const ServiceRun&) = delete;
  ServiceRun& operator=(const ServiceRun&) = delete;

  const RunDirectory& dir() const { return dir_; }
  // As RunDirectory's: what is started from now on.
  void SetProgram(std::vector<std::string> argv) { dir_.SetProgram(std::move(argv)); }
  // The coordinator's address: "unix:PATH".
  const std::string& address() const { return address_; }

  // Starts it, replacing one that has ended; it may not answer yet.
  void StartCoordinator();
  ChildProcess* coordinator() { return coordinator_.get(); }
  // Whether the coordinator has ended by itself: the run is done.
  bool Ended();

  // Starts a worker, replacing an earlier one of that name, which is killed if
  // still running. `address`: the address to connect to; default: the
  // coordinator's.
  void StartWorker(const std::string& name, absl::string_view address = "");
  ChildProcess* worker(const std::string& name) { return workers_.at(name).get(); }

  // One try; UNAVAILABLE if the coordinator does not answer.
  absl::StatusOr<v1::StatusReply> Status();
  // Polls until `done` is true for the answer; false after `limit`, or when the
  // coordinator has ended.
  bool AwaitStatus(absl::FunctionRef<bool(const v1::StatusReply&)> done,
                   absl::Duration limit = absl::Minutes(1));

  // Waits for the end of the run and of its workers (which are stopped if they
  // have missed it), and expects exit codes 0, the expected export and a valid
  // store.
  void Finish(const std::string& wanted, int exit_code = 0);

  // The tail of every process's log, for failures.
  std::string Logs() const;

 private:
  RunDirectory dir_;
  const TempDir socket_dir_;
  std::string address_;
  std::unique_ptr<pipelines::GrpcCoordinatorClient> client_;  // Made on first use.
  std::unique_ptr<ChildProcess> coordinator_;
  std::map<std::string, std::unique_ptr<ChildProcess>> workers_;
};

}  // namespace quipu::testing

#endif  // QUIPU_TESTS_CRASH_SERVICE_RUN_H_
