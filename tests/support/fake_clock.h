// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A clock that moves only on command.
//
//   FakeClock clock;
//   clock.Advance(absl::Seconds(3));   // Both times.
//   clock.JumpWall(absl::Hours(-24));  // Only wall time, as if an operator set it.
//
// Thread-safe.
#ifndef QUIPU_TESTS_SUPPORT_FAKE_CLOCK_H_
#define QUIPU_TESTS_SUPPORT_FAKE_CLOCK_H_

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "base/clock.h"

namespace quipu::testing {

class FakeClock final : public Clock {
 public:
  absl::Time Now() override {
    absl::MutexLock lock(&mutex_);
    return wall_;
  }
  absl::Duration Monotonic() override {
    absl::MutexLock lock(&mutex_);
    return monotonic_;
  }
  void Advance(absl::Duration by) {
    absl::MutexLock lock(&mutex_);
    wall_ += by;
    monotonic_ += by;
  }
  void JumpWall(absl::Duration by) {
    absl::MutexLock lock(&mutex_);
    wall_ += by;
  }

 private:
  absl::Mutex mutex_;
  absl::Time wall_ ABSL_GUARDED_BY(mutex_) = absl::FromUnixSeconds(1700000000);
  absl::Duration monotonic_ ABSL_GUARDED_BY(mutex_) = absl::Seconds(1000);
};

}  // namespace quipu::testing

#endif  // QUIPU_TESTS_SUPPORT_FAKE_CLOCK_H_
