// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Statuses that threads pass to each other.
//
//   status_ = OwnCopy(status);  // Shares nothing with the caller's.
//
// Thread-safe (pure function).
#ifndef QUIPU_INFERENCE_BATCHING_OWN_STATUS_H_
#define QUIPU_INFERENCE_BATCHING_OWN_STATUS_H_

#include "absl/status/status.h"

namespace quipu::inference {

// A copy that shares nothing with the original. (Abseil's copies share a
// reference count that is inside a library, which ThreadSanitizer does not
// see.)
inline absl::Status OwnCopy(const absl::Status& status) {
  return absl::Status(status.code(), status.message());
}

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_BATCHING_OWN_STATUS_H_
