// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Statuses that threads hand to each other.
//
//   status_ = OwnCopy(status);  // Shares nothing with the caller's.
//
// Thread-safe (pure function).
#ifndef QUIPU_INFERENCE_BATCHING_OWN_STATUS_H_
#define QUIPU_INFERENCE_BATCHING_OWN_STATUS_H_

#include "absl/status/status.h"

namespace quipu::inference {

// The same status without a part in common: the count by which Abseil's copies
// share one is in a library that ThreadSanitizer does not see.
inline absl::Status OwnCopy(const absl::Status& status) {
  return absl::Status(status.code(), status.message());
}

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_BATCHING_OWN_STATUS_H_
