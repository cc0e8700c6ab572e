// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/random_bytes.h"

#include <set>
#include <string>

#include "gtest/gtest.h"

namespace quipu {
namespace {

TEST(RandomBytes, AreAsManyAsWantedAndNeverTheSame) {
  EXPECT_EQ(RandomBytes(0), "");
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string bytes = RandomBytes(16);
    ASSERT_EQ(bytes.size(), 16u);
    EXPECT_TRUE(seen.insert(bytes).second);
  }
}

}  // namespace
}  // namespace quipu
