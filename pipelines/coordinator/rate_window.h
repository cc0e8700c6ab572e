// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The rate of events over the last minute, counted per second.
//
//   window.Add(12, now);
//   const double per_second = window.PerSecond(now);
//
// Times are those of a monotonic clock. Thread-compatible.
#ifndef QUIPU_PIPELINES_COORDINATOR_RATE_WINDOW_H_
#define QUIPU_PIPELINES_COORDINATOR_RATE_WINDOW_H_

#include <array>
#include <cstdint>

#include "absl/time/time.h"

namespace quipu::pipelines {

class RateWindow {
 public:
  explicit RateWindow(absl::Duration start) : start_(start) {}

  void Add(uint64_t count, absl::Duration now) {
    const int64_t second = now / absl::Seconds(1);
    Bucket& bucket = buckets_[Index(second)];
    if (bucket.second != second) bucket = {second, 0};
    bucket.count += count;
  }

  // Over the last minute, or since the start if that is shorter.
  double PerSecond(absl::Duration now) const {
    const int64_t second = now / absl::Seconds(1);
    uint64_t sum = 0;
    for (const Bucket& bucket : buckets_) {
      if (bucket.second > second - kSeconds && bucket.second <= second) sum += bucket.count;
    }
    const double seconds = absl::ToDoubleSeconds(now - start_);
    return static_cast<double>(sum) / (seconds < 1 ? 1 : seconds > kSeconds ? kSeconds : seconds);
  }

 private:
  static constexpr int kSeconds = 60;
  struct Bucket {
    int64_t second = -1;
    uint64_t count = 0;
  };
  static size_t Index(int64_t second) {
    return static_cast<size_t>((second % kSeconds + kSeconds) % kSeconds);
  }

  const absl::Duration start_;
  std::array<Bucket, kSeconds> buckets_;
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_COORDINATOR_RATE_WINDOW_H_
