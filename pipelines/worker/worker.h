// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// One process's work on a run: takes chunks ahead so that the engine is never
// idle, makes pairs of many chunks at once, submits results as they are there,
// keeps its leases alive from a thread of its own, and holds nothing that
// matters when it dies. It has a handful of threads however many chunks are in
// flight: calls on the engine hold none.
//
//   ASSIGN_OR_RETURN(const v1::HelloReply hello, Introduce(client, options));
//   ASSIGN_OR_RETURN(auto engine, MakeEngine(hello.spec().engine(), {}));
//   return RunWorker(client, engine.get(), hello.spec(), options);
#ifndef QUIPU_PIPELINES_WORKER_WORKER_H_
#define QUIPU_PIPELINES_WORKER_WORKER_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "inference/engine.h"
#include "pipelines/coordinator/client.h"
#include "pipelines/worker/active_leases.h"
#include "protos/coordinator.pb.h"
#include "protos/run_spec.pb.h"

namespace quipu::pipelines {

// Chunks worked on at once: performance.chunks_in_flight, or as many as keep
// the engine's steps full, from their size and what the spec says of chunks and
// replies. The engine opens no more of them than its memory allows.
int ChunksInFlight(const v1::RunSpec& spec);

struct WorkerOptions {
  std::string name;         // 1 to 64 of A-Z a-z 0-9 . _ - /
  std::string incarnation;  // 16 random bytes of this process.
  Clock* clock = Clock::Real();
  // Whether the worker should drain: asked every 50 ms.
  std::function<bool()> stop;
  // Where the worker keeps its leases, for others to read how many there are;
  // used for one worker. Null: the worker makes its own.
  ActiveLeases* leases = nullptr;
};

// Says the first Hello: what run there is and what model it wants. Errors of
// the coordinator; FAILED_PRECONDITION for another protocol version.
absl::StatusOr<v1::HelloReply> Introduce(CoordinatorClient* client, const WorkerOptions& options);

// Runs until the coordinator says that the run is done: OK. A stop drains:
// nothing new is taken, calls of the engine are given up, what is done is
// submitted, leases are given back, CANCELLED is returned. FAILED_PRECONDITION,
// naming what differs, if the engine is not the run's. RESOURCE_EXHAUSTED if a
// thread cannot be started. An error of the engine fails that chunk's attempt
// and no other; after several in a row it is the worker's. Errors of the
// coordinator end the work. Blocks; the engine is shut down by a stop or an error
// and of no more use then.
absl::Status RunWorker(CoordinatorClient* client, inference::Engine* engine,
                       const v1::RunSpec& spec, const WorkerOptions& options);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_WORKER_WORKER_H_
