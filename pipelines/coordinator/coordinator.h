// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The owner of a run while its pairs are made: checks workers' requests, decides with the lease
// table, commits, applies, answers. protos/coordinator.proto describes the protocol. It has no
// sockets and no threads: workers call it through api.h, and loop.h drives it.
//
//   ASSIGN_OR_RETURN(auto coordinator, Coordinator::Start(options, run_store.get()));
//   ASSIGN_OR_RETURN(auto runner, CoordinatorRunner::Start(coordinator.get()));
//   coordinator->Submit(peer, request, [](absl::StatusOr<v1::SubmitReply> r) { Use(r); });
//
// Results wait in a queue for CommitSome, which writes many with one sync and answers their
// callers. Callbacks are called without locks, from any thread, exactly once. Thread-safe, as its
// interfaces say.
#ifndef QUIPU_PIPELINES_COORDINATOR_COORDINATOR_H_
#define QUIPU_PIPELINES_COORDINATOR_COORDINATOR_H_

#include <functional>
#include <memory>

#include "absl/status/statusor.h"
#include "pipelines/coordinator/api.h"
#include "pipelines/coordinator/loop.h"
#include "pipelines/coordinator/options.h"
#include "pipelines/coordinator/run_store.h"

namespace quipu::pipelines {

class Coordinator : public CoordinatorApi, public CoordinatorLoop {
 public:
  // Loads the plan, the results and the journal. `run_store` must outlive it.
  // Errors of the run store; INVALID_ARGUMENT for a short secret.
  static absl::StatusOr<std::unique_ptr<Coordinator>> Start(const CoordinatorOptions& options,
                                                            RunStore* run_store);
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_COORDINATOR_COORDINATOR_H_
