// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// gRPC's own log lines, in ours. Whoever can connect can cause them (a failed
// handshake is one), so there are only so many.
#ifndef QUIPU_PIPELINES_RPC_GRPC_LOG_H_
#define QUIPU_PIPELINES_RPC_GRPC_LOG_H_

#include <cstdint>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace quipu::pipelines {

// At most `most` a minute. Thread-safe.
class LineLimit {
 public:
  explicit LineLimit(int most) : most_(most) {}

  // Whether a line may be written at `now` (monotonic). `*left_out`: how many
  // were not since the last one that was.
  bool Allow(absl::Duration now, uint64_t* left_out);

 private:
  const int most_;
  absl::Mutex mutex_;
  absl::Duration minute_ ABSL_GUARDED_BY(mutex_) = -absl::InfiniteDuration();
  int written_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t left_out_ ABSL_GUARDED_BY(mutex_) = 0;
};

// From now on gRPC's errors are warnings of ours, at most ten a minute; what else
// it says is left out, and so is what protobuf says of bytes that do not parse.
// Call before there are other threads.
void InstallGrpcLog();

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_RPC_GRPC_LOG_H_
