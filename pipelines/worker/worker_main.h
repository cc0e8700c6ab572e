// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A worker process: sends Hello, makes the engine that the run names, and works
// until the run is done.
//
//   WorkerProcessOptions options;
//   options.client.address = "10.0.0.7:7447";
//   RETURN_IF_ERROR(RunWorkerProcess(options));
#ifndef QUIPU_PIPELINES_WORKER_WORKER_MAIN_H_
#define QUIPU_PIPELINES_WORKER_WORKER_MAIN_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "pipelines/metrics/server.h"
#include "pipelines/rpc/grpc_coordinator_client.h"

namespace quipu::pipelines {

struct WorkerProcessOptions {
  GrpcClientOptions client;
  // Empty: DefaultWorkerName.
  std::string name;
  // The model's path on this machine; empty: the run's path.
  std::string model;
  // The path of its chat template (*.jinja) on this machine; empty: what the run says.
  std::string chat_template;
  // Override the run's performance fields if positive.
  int threads = 0;
  int kv_mib = 0;
  int chunks_in_flight = 0;
  // Where to serve metrics; an empty address: nowhere.
  MetricsOptions metrics;
};

// With an identity: the identity, "/" and a suffix; else host, process id and a
// suffix. The suffix is random, so that no two processes have the same name.
std::string DefaultWorkerName(absl::string_view identity);

// OK when the run is done, and after a requested stop, once finished results
// are submitted and leases released. Errors of the coordinator, of making the
// engine, and of RunWorker.
absl::Status RunWorkerProcess(const WorkerProcessOptions& options);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_WORKER_WORKER_MAIN_H_
