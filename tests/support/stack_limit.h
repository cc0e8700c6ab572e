// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A process that cannot start any thread, as under a limit on processes or
// address space: new threads must have stacks for which there is no room.
//
//   const testing::NoMoreThreads none;
//   EXPECT_THAT(Thread::Start("late", [] {}).status(), StatusIs(kExhausted));
//
// Limits on processes do not apply to root, who runs tests in containers.
// Thread-compatible; one at a time.
#ifndef QUIPU_TESTS_SUPPORT_STACK_LIMIT_H_
#define QUIPU_TESTS_SUPPORT_STACK_LIMIT_H_

#include <pthread.h>

#include <cstddef>

#include "gtest/gtest.h"

namespace quipu::testing {

class NoMoreThreads {
 public:
  // More than a process can address.
  static constexpr size_t kStackBytes = size_t{1} << 47;

  explicit NoMoreThreads(size_t stack_bytes = kStackBytes) {
    EXPECT_EQ(pthread_getattr_default_np(&before_), 0);
    pthread_attr_t huge;
    EXPECT_EQ(pthread_getattr_default_np(&huge), 0);
    EXPECT_EQ(pthread_attr_setstacksize(&huge, stack_bytes), 0);
    EXPECT_EQ(pthread_setattr_default_np(&huge), 0);
    pthread_attr_destroy(&huge);
  }
  ~NoMoreThreads() {
    EXPECT_EQ(pthread_setattr_default_np(&before_), 0);
    pthread_attr_destroy(&before_);
  }
  NoMoreThreads(const NoMoreThreads&) = delete;
  NoMoreThreads& operator=(const NoMoreThreads&) = delete;

 private:
  pthread_attr_t before_;
};

}  // namespace quipu::testing

#endif  // QUIPU_TESTS_SUPPORT_STACK_LIMIT_H_
