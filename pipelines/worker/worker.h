// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// One process's work on a run. Leases chunks ahead so that the engine is never
// idle, makes the pairs of many chunks at once, submits results as they
// complete, and renews its leases from a separate thread. Its death loses
// nothing that cannot be repeated. It has a handful of threads however many
// chunks are in flight: calls to the engine block no thread.
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
// the engine's steps full, computed from the size of steps and the spec's
// chunks and replies. The engine opens no more of them than its memory allows.
int ChunksInFlight(const v1::RunSpec& spec);

struct WorkerOptions {
  std::string name;         // 1 to 64 of A-Z a-z 0-9 . _ - /
  std::string incarnation;  // 16 random bytes of this process.
  Clock* clock = Clock::Real();
  // Whether the worker should drain; polled every 50 ms.
  std::function<bool()> stop;
  // The worker's leases, so that others can read their counts; for one worker
  // only. Null: the worker makes its own.
  ActiveLeases* leases = nullptr;
};

// Sends the first Hello, which returns the run and the model that it needs.
// Errors of the coordinator; FAILED_PRECONDITION for another protocol version.
absl::StatusOr<v1::HelloReply> Introduce(CoordinatorClient* client, const WorkerOptions& options);

// Runs until the coordinator says that the run is done: OK. A stop drains: the
// worker starts nothing new, cancels calls to the engine, submits finished
// results, releases its leases and returns CANCELLED. FAILED_PRECONDITION,
// naming what differs, if the engine is not the run's. RESOURCE_EXHAUSTED if a
// thread cannot be started. An error of the engine fails that chunk's attempt
// only; after several in a row, the worker fails. Errors of the coordinator end
// the work. Blocks; a stop or an error shuts the engine down for good.
absl::Status RunWorker(CoordinatorClient* client, inference::Engine* engine,
                       const v1::RunSpec& spec, const WorkerOptions& options);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_WORKER_WORKER_H_
