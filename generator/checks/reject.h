// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Rejects: the reason why a pair is refused, and the detail that decided. Pure, thread-safe.
//
//   *result.mutable_reject() = MakeReject(v1::REJECT_REASON_EMPTY, "answer has no letter or digit");
#ifndef QUIPU_GENERATOR_CHECKS_REJECT_H_
#define QUIPU_GENERATOR_CHECKS_REJECT_H_

#include <string>

#include "protos/sample.pb.h"

namespace quipu::generator {

v1::Reject MakeReject(v1::RejectReason reason, std::string detail);

// Whether a pair is rejected for this reason only after all pairs were made, by what
// compares it with other pairs or with its whole document. Its result is otherwise as
// it was made: without the reject it is accepted again.
bool IsRejectedLater(v1::RejectReason reason);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_CHECKS_REJECT_H_
