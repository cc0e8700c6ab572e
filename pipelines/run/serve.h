// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A build whose pairs are made by workers on other machines: read, plan, serve
// until every task has a result, then drop duplicates, pack, export.
//
//   ServeOptions options;
//   options.service.listen = "127.0.0.1:7447";
//   ASSIGN_OR_RETURN(const BuildSummary summary, Serve(spec, options));
//
// It listens as soon as the store is open, or before the judge of a new run is fitted, so
// that it answers health and status calls from then on, and until a few seconds after the dataset is complete, so
// that workers learn that the run is done.
#ifndef QUIPU_PIPELINES_RUN_SERVE_H_
#define QUIPU_PIPELINES_RUN_SERVE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "pipelines/metrics/server.h"
#include "pipelines/rpc/coordinator_service.h"
#include "pipelines/run/stages.h"
#include "protos/run_spec.pb.h"

namespace quipu::pipelines {

struct ServeOptions {
  BuildOptions build;
  CoordinatorServiceOptions service;
  // Where to serve metrics; an empty address: nowhere.
  MetricsOptions metrics;
  // Where to serve the live page of the run, with the service's certificate and tokens; empty:
  // nowhere.
  std::string page;
  // How long to tell workers that the run is done.
  absl::Duration linger = absl::Seconds(3);
};

// Runs the whole job. CANCELLED if a stop was requested: grants end, submitted
// results are committed, the store is closed, and the same command resumes.
// INVALID_ARGUMENT for addresses and files of the service, before the store is
// touched; UNAVAILABLE if it cannot listen; other errors as those of Build,
// except that a pause does not end it: an operator resumes the run.
absl::StatusOr<BuildSummary> Serve(const v1::RunSpec& spec, const ServeOptions& options);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_RUN_SERVE_H_
