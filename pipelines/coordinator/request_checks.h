// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Checks of a request before any of it is used: the bounds of every field, the
// claimed identity, and whether a worker fits the run.
//
//   RETURN_IF_ERROR(CheckHello(request));
//   RETURN_IF_ERROR(CheckWorkerIsPeer(request.worker(), peer));
//
// INVALID_ARGUMENT names the field, its value and the limit. Pure, thread-safe.
#ifndef QUIPU_PIPELINES_COORDINATOR_REQUEST_CHECKS_H_
#define QUIPU_PIPELINES_COORDINATOR_REQUEST_CHECKS_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "pipelines/coordinator/types.h"
#include "protos/coordinator.pb.h"
#include "protos/store.pb.h"

namespace quipu::pipelines {

// INVALID_ARGUMENT unless it is a worker's name (HelloRequest.worker).
absl::Status CheckWorkerName(absl::string_view worker);

absl::Status CheckHello(const v1::HelloRequest& request);
absl::Status CheckLease(const v1::LeaseRequest& request, uint32_t max_leases);
absl::Status CheckRenew(const v1::RenewRequest& request);
absl::Status CheckSubmit(const v1::SubmitRequest& request);
absl::Status CheckControl(const v1::ControlRequest& request);

// PERMISSION_DENIED unless the name is the peer's identity or begins with it
// and "/"; a peer without identity may use any name.
absl::Status CheckWorkerIsPeer(absl::string_view worker, const Peer& peer);

// FAILED_PRECONDITION, naming both, for another major version of the protocol,
// another run, or a model that would not give the run's results.
absl::Status CheckVersion(const v1::ProtocolVersion& version);
absl::Status CheckRun(absl::string_view run_id, absl::string_view worker_has);
absl::Status CheckModel(const v1::ModelIdentity& run_has, const v1::ModelIdentity& worker_has);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_COORDINATOR_REQUEST_CHECKS_H_
