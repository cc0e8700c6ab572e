// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/words/scripts.h"

#include "gtest/gtest.h"

namespace quipu::generator {
namespace {

TEST(Scripts, AreUnspacedWhereMostLettersAre) {
  EXPECT_TRUE(IsUnspaced("结绳记事"));
  EXPECT_TRUE(IsUnspaced("ひもの結び目 (knot)"));
  EXPECT_TRUE(IsUnspaced("การผูกเชือก"));
  EXPECT_FALSE(IsUnspaced("A knot, 结."));
  EXPECT_FALSE(IsUnspaced("매듭을 묶다"));
  EXPECT_FALSE(IsUnspaced(""));
}

TEST(Scripts, MarkSentenceEndsExceptThai) {
  EXPECT_TRUE(MarksSentenceEnds("A knot"));
  EXPECT_TRUE(MarksSentenceEnds("结绳记事"));
  EXPECT_FALSE(MarksSentenceEnds("การผูกเชือก"));
}

TEST(Scripts, HaveTheirMarks) {
  for (const char32_t c : {U'?', U'？', U'؟', U'\u037e', U'⁇'}) EXPECT_TRUE(IsQuestionMark(c));
  for (const char32_t c : {U'.', U';', U'。', U'a'}) EXPECT_FALSE(IsQuestionMark(c));
  for (const char32_t c : {U'.', U'!', U'?', U'。', U'।', U'؟'}) EXPECT_TRUE(EndsSentence(c));
  for (const char32_t c : {U',', U':', U'a', U'、'}) EXPECT_FALSE(EndsSentence(c));
}

}  // namespace
}  // namespace quipu::generator
