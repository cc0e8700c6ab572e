// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The number of threads of this process.
//
//   EXPECT_LE(testing::ThreadCount(), before + 4);
#ifndef QUIPU_TESTS_SUPPORT_THREAD_COUNT_H_
#define QUIPU_TESTS_SUPPORT_THREAD_COUNT_H_

#include <filesystem>
#include <iterator>

namespace quipu::testing {

inline int ThreadCount() {
  const std::filesystem::directory_iterator threads("/proc/self/task");
  return static_cast<int>(std::distance(begin(threads), end(threads)));
}

}  // namespace quipu::testing

#endif  // QUIPU_TESTS_SUPPORT_THREAD_COUNT_H_
