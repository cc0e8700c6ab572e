// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/crc32.h"

#include "gtest/gtest.h"

namespace quipu {
namespace {

TEST(Crc32, GivesTheKnownAnswers) {
  EXPECT_EQ(Crc32(""), 0u);
  EXPECT_EQ(Crc32(absl::string_view()), 0u);
  EXPECT_EQ(Crc32("123456789"), 0xcbf43926u);
}

}  // namespace
}  // namespace quipu
