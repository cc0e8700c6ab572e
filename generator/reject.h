// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Makes a reject: the reason why a pair is refused, and the detail that decided. Pure, thread-safe.
//
//   *result.mutable_reject() = MakeReject(v1::REJECT_REASON_EMPTY, "answer has no letter or digit");
#ifndef QUIPU_GENERATOR_REJECT_H_
#define QUIPU_GENERATOR_REJECT_H_

#include <string>

#include "protos/sample.pb.h"

namespace quipu::generator {

v1::Reject MakeReject(v1::RejectReason reason, std::string detail);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_REJECT_H_
