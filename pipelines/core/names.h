// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Names of stages and reasons: in manifests and the protocol, and as
// people read and type them.
//
//   RejectName(v1::REJECT_REASON_TOO_LONG);   // "TOO_LONG"
//   RejectLabel(v1::REJECT_REASON_TOO_LONG);  // "too_long"
//   StageName(v1::STAGE_DEDUP);               // "dedup"
//   NoChunkName(v1::NO_CHUNK_REASON_MIXED);   // "MIXED"
//
// Pure.
#ifndef QUIPU_PIPELINES_CORE_NAMES_H_
#define QUIPU_PIPELINES_CORE_NAMES_H_

#include <string>

#include "protos/sample.pb.h"
#include "protos/store.pb.h"

namespace quipu::pipelines {

// "REASON_99" for a reason unknown to this version.
std::string RejectName(v1::RejectReason reason);
// The same in lower case.
std::string RejectLabel(v1::RejectReason reason);

// Why a document has no chunk. "UNKNOWN" if its plan does not say, "REASON_99" as above.
std::string NoChunkName(v1::NoChunkReason reason);
// The same in lower case.
std::string NoChunkLabel(v1::NoChunkReason reason);

// "none" for STAGE_UNSPECIFIED and for a stage unknown to this version.
std::string StageName(v1::Stage stage);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_CORE_NAMES_H_
