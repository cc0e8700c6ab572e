// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Queries gRPC's health service, also over TLS, which Kubernetes probes do not
// support.
//
//   RETURN_IF_ERROR(CheckHealth("localhost:7447", files, "", absl::Seconds(5)));
//
// Thread-safe.
#ifndef QUIPU_PIPELINES_RPC_HEALTH_CLIENT_H_
#define QUIPU_PIPELINES_RPC_HEALTH_CLIENT_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "pipelines/rpc/credentials.h"

namespace quipu::pipelines {

// OK if `service` is serving ("": the process). UNAVAILABLE if it is not
// serving or not reachable; NOT_FOUND if there is no such service; errors of
// addresses and files.
absl::Status CheckHealth(absl::string_view address, const SecurityFiles& files,
                         absl::string_view service, absl::Duration timeout);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_RPC_HEALTH_CLIENT_H_
