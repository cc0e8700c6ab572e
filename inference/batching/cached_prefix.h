// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A prefix that is computed once and that many jobs continue.
//
// Owned by the engine's stepping thread, except `opened` and `status`: any
// thread may wait for `opened` and then read `status`.
#ifndef QUIPU_INFERENCE_BATCHING_CACHED_PREFIX_H_
#define QUIPU_INFERENCE_BATCHING_CACHED_PREFIX_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/synchronization/notification.h"
#include "base/fingerprint.h"
#include "inference/batching/token_sequence.h"
#include "inference/engine.h"
#include "inference/text/token_id.h"

namespace quipu::inference {

// A prefix and its pages. An evicted one is computed again when a job needs it.
struct CachedPrefix {
  enum class State { kWaiting, kComputing, kReady, kEvicted, kFailed };

  Fingerprint key;
  std::vector<TokenId> tokens;
  int64_t order = 0;            // The order of opening.
  Phase phase = Phase::kOther;  // Of the first call that opened it.
  int counted = 0;              // Tokens that EngineStats already counts as needed.
  State state = State::kWaiting;
  TokenSequence sequence;
  int handles = 0;        // Prefix objects, and callers that wait for one.
  int jobs = 0;           // Waiting or running.
  int64_t last_used = 0;  // Step at which a job on it last ended.

  // Notified when the prefix is first computed or has failed; `status` may then
  // be read.
  absl::Notification opened;
  absl::Status status;

  int size() const { return static_cast<int>(tokens.size()); }
  int num_pages() const { return PagesFor(size()); }
  bool resident() const { return state == State::kComputing || state == State::kReady; }
};

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_BATCHING_CACHED_PREFIX_H_
