// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Writes gRPC's own log lines to our log. Anybody who can connect can cause
// them (by a failed handshake, for example), so their rate is limited.
#ifndef QUIPU_PIPELINES_RPC_GRPC_LOG_H_
#define QUIPU_PIPELINES_RPC_GRPC_LOG_H_

#include <cstdint>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace quipu::pipelines {

// Allows at most `most` lines a minute. Thread-safe.
class LineLimit {
 public:
  explicit LineLimit(int most) : most_(most) {}

  // Whether a line may be written at `now` (monotonic). `*left_out`: the number
  // of lines suppressed since the last one written.
  bool Allow(absl::Duration now, uint64_t* left_out);

 private:
  const int most_;
  absl::Mutex mutex_;
  absl::Duration minute_ ABSL_GUARDED_BY(mutex_) = -absl::InfiniteDuration();
  int written_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t left_out_ ABSL_GUARDED_BY(mutex_) = 0;
};

// From now on gRPC's errors become our warnings, at most ten a minute. All its
// other lines are suppressed, and so are protobuf's about bytes that do not
// parse. Call before starting other threads.
void InstallGrpcLog();

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_RPC_GRPC_LOG_H_
