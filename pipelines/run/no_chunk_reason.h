// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Why a stored document has no chunk: one that a stage left out is used nowhere.
//
//   ASSIGN_OR_RETURN(const v1::NoChunkReason reason, NoChunkReasonOf(id, *store));
//   if (reason == v1::NO_CHUNK_REASON_CONTAMINATED) return absl::OkStatus();
#ifndef QUIPU_PIPELINES_RUN_NO_CHUNK_REASON_H_
#define QUIPU_PIPELINES_RUN_NO_CHUNK_REASON_H_

#include <string>

#include "absl/status/statusor.h"
#include "storage/store.h"

namespace quipu::pipelines {

// The reason in the document's plan: UNSPECIFIED if it has chunks, or is not planned yet.
absl::StatusOr<v1::NoChunkReason> NoChunkReasonOf(const std::string& document_id,
                                                  const storage::Store& store);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_RUN_NO_CHUNK_REASON_H_
