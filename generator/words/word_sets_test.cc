// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/words/word_sets.h"

#include "gtest/gtest.h"

namespace quipu::generator {
namespace {

TEST(Containment, IsTheShareOfTheSmallerSet) {
  EXPECT_EQ(Containment({"a", "b"}, {"b", "c", "d"}), 0.5);
  EXPECT_EQ(Containment({"a", "b", "c"}, {"b"}), 1);
  EXPECT_EQ(Containment({}, {"b"}), 0);
}

TEST(Jaccard, IsTheShareOfCommonWords) {
  EXPECT_EQ(Jaccard({"a", "b"}, {"b", "c"}), 1.0 / 3);
  EXPECT_EQ(Jaccard({"a"}, {"a"}), 1.0);
  EXPECT_EQ(Jaccard({}, {}), 0.0);
}

}  // namespace
}  // namespace quipu::generator
