// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Reasons of rejects by the names that manifests and the protocol have.
//
//   RejectName(v1::REJECT_REASON_TOO_LONG)    "TOO_LONG"
//
// Pure.
#ifndef QUIPU_PIPELINES_CORE_REJECT_NAME_H_
#define QUIPU_PIPELINES_CORE_REJECT_NAME_H_

#include <string>

#include "protos/sample.pb.h"

namespace quipu::pipelines {

// "REASON_99" for one that this version does not know.
std::string RejectName(v1::RejectReason reason);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_CORE_REJECT_NAME_H_
