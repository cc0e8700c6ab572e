// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The state of a run, read from its store, in the form that a coordinator
// reports: `status STORE` prints it, and `serve` replies with it once all pairs
// are made.
//
//   ASSIGN_OR_RETURN(const v1::StatusReply status, StatusOf(*store));
//   status.tasks().accepted();
//
// Only reads. Thread-safe, as the store is.
#ifndef QUIPU_PIPELINES_CORE_RUN_STATUS_H_
#define QUIPU_PIPELINES_CORE_RUN_STATUS_H_

#include "absl/status/statusor.h"
#include "protos/coordinator.pb.h"
#include "storage/store_view.h"

namespace quipu::pipelines {

// A store at rest has no leases: a task without a result is pending.
absl::StatusOr<v1::StatusReply> StatusOf(const storage::StoreView& store);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_CORE_RUN_STATUS_H_
