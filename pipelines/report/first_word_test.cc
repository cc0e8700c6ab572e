// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/report/first_word.h"

#include <string>

#include "gtest/gtest.h"

namespace quipu::pipelines {
namespace {

TEST(FirstWordTest, IsInLowerCaseAndWithoutPunctuation) {
  EXPECT_EQ(FirstWord("What is it?"), "what");
  EXPECT_EQ(FirstWord("  \"Where's it?"), "where");
  EXPECT_EQ(FirstWord("¿Qué es?"), "qué");
  EXPECT_EQ(FirstWord("ÉTAIT-il là ?"), "était");
}

TEST(FirstWordTest, IsTwoCharactersWhereWordsAreNotSeparated) {
  EXPECT_EQ(FirstWord("什么是奇普?"), "什么");
  EXPECT_EQ(FirstWord("この船は何ですか"), "この");
}

TEST(FirstWordTest, IsNeverLong) {
  EXPECT_EQ(FirstWord(std::string(1000, 'a')), std::string(20, 'a'));
  EXPECT_EQ(FirstWord("... ?"), "");
  EXPECT_EQ(FirstWord(""), "");
}

}  // namespace
}  // namespace quipu::pipelines
