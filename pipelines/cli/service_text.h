// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What `quipu status ADDRESS` prints of a running service. Pure functions.
#ifndef QUIPU_PIPELINES_CLI_SERVICE_TEXT_H_
#define QUIPU_PIPELINES_CLI_SERVICE_TEXT_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "protos/coordinator.pb.h"

namespace quipu::pipelines {

// Counts, rates, time left, rejects by reason, and at most `max_workers` workers.
std::string ServiceText(const v1::StatusReply& status, absl::string_view address, int max_workers);
// The same figures, and all workers, as one JSON object.
absl::StatusOr<std::string> ServiceJson(const v1::StatusReply& status);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_CLI_SERVICE_TEXT_H_
