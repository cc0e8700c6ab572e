// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A worker as a process: introduces itself, makes the engine that the run wants,
// and works until nothing is left to do.
//
//   WorkOptions options;
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

struct WorkOptions {
  GrpcClientOptions client;
  // Empty: DefaultWorkerName.
  std::string name;
  // The GGUF's place on this machine; empty: as the run says.
  std::string model;
  // Override the run's performance fields if positive.
  int threads = 0;
  int kv_mib = 0;
  int chunks_in_flight = 0;
  // Where metrics are shown; an empty address: nowhere.
  MetricsOptions metrics;
};

// With an identity, it and "/" and a suffix; else host, process and a suffix.
// The suffix is random, so that no two processes have one name.
std::string DefaultWorkerName(absl::string_view identity);

// OK when the run is done, and when a stop was requested: what was finished has
// been handed in then and leases were given back. Errors of the coordinator, of
// making the engine, and of RunWorker.
absl::Status RunWorkerProcess(const WorkOptions& options);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_WORKER_WORKER_MAIN_H_
