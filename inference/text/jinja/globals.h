// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The functions that a chat template finds in its environment: namespace, range,
// raise_exception and strftime_now.
//
//   ASSIGN_OR_RETURN(Value numbers, CallGlobal("range", {{Value(int64_t{3})}, {}}));
//
// Pure, thread-safe.
#ifndef QUIPU_INFERENCE_TEXT_JINJA_GLOBALS_H_
#define QUIPU_INFERENCE_TEXT_JINJA_GLOBALS_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "inference/text/jinja/builtins.h"
#include "inference/text/jinja/value.h"

namespace quipu::inference::jinja {

bool IsGlobal(absl::string_view name);

// REQUIRES: IsGlobal(name). FAILED_PRECONDITION with the message for raise_exception;
// UNIMPLEMENTED and INVALID_ARGUMENT as for builtins.h; RESOURCE_EXHAUSTED for a long range.
absl::StatusOr<Value> CallGlobal(absl::string_view name, const Arguments& arguments);

// UNIMPLEMENTED for a namespace: it may be changed, so inside another value it could come to
// have itself.
absl::Status CheckMember(const Value& value);

}  // namespace quipu::inference::jinja

#endif  // QUIPU_INFERENCE_TEXT_JINJA_GLOBALS_H_
