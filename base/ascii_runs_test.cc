// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/ascii_runs.h"

#include <string>

#include "gtest/gtest.h"

namespace quipu {
namespace {

TEST(AsciiRuns, EndAtTheFirstByteBeyond) {
  for (size_t size = 0; size < 30; ++size) {
    const std::string plain(size, '~');
    EXPECT_TRUE(IsAscii(plain)) << size;
    for (size_t at = 0; at < size; ++at) {
      std::string text = plain;
      text[at] = '\x80';
      EXPECT_EQ(SkipAscii(text, 0), at) << size;
      EXPECT_EQ(SkipAscii(text, at), at) << size;
      EXPECT_EQ(SkipAscii(text, at + 1), size) << at;
      EXPECT_FALSE(IsAscii(text)) << at;
    }
  }
}

}  // namespace
}  // namespace quipu
