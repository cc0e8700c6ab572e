// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/words/english_content.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace quipu::generator {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(EnglishContent, IsWordsWithTheirEndings) {
  EXPECT_THAT(EnglishContent("The 3 Packages were installed: the packages."),
              ElementsAre("3", "installed", "packages"));
  EXPECT_THAT(EnglishContent("It is of the."), IsEmpty());
}

}  // namespace
}  // namespace quipu::generator
