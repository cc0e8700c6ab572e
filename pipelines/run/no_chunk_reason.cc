// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/run/no_chunk_reason.h"

#include "absl/status/status.h"
#include "base/status_macros.h"

namespace quipu::pipelines {

absl::StatusOr<v1::NoChunkReason> NoChunkReasonOf(const std::string& document_id,
                                                  const storage::Store& store) {
  const absl::StatusOr<v1::DocumentPlan> plan = store.GetPlan(document_id);
  if (absl::IsNotFound(plan.status())) return v1::NO_CHUNK_REASON_UNSPECIFIED;
  RETURN_IF_ERROR(plan.status());
  return plan->no_chunk();
}

}  // namespace quipu::pipelines
