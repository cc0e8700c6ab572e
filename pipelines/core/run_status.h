// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The state of a run as its store has it, in the form in which a coordinator
// tells it: what `status STORE` prints, and what `serve` answers with when its
// pairs are made.
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

// Nobody is leased anything of a store at rest: what has no result is pending.
absl::StatusOr<v1::StatusReply> StatusOf(const storage::StoreView& store);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_CORE_RUN_STATUS_H_
