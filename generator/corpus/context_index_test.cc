// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/corpus/context_index.h"

#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace quipu::generator {
namespace {

// `count` words that no other `name` has.
std::string Words(absl::string_view name, int begin, int count) {
  std::string text;
  for (int i = begin; i < begin + count; ++i) absl::StrAppend(&text, name, i, i % 9 ? " " : ".\n");
  return text;
}

TEST(ContextIndex, FindsAContextInsideADocument) {
  ContextIndex index;
  EXPECT_EQ(index.Add(Words("other", 0, 200)), 0u);
  EXPECT_EQ(index.Add(Words("mill", 0, 200)), 1u);
  index.Finish();

  const auto match =
      index.Find(Words("a", 0, 5000) + Words("MILL", 0, 200) + Words("b", 0, 5000), 0.5);

  ASSERT_TRUE(match.has_value());
  EXPECT_EQ(match->context, 1u);
  EXPECT_EQ(match->of_context, 1.0);
  EXPECT_LT(match->of_document, 0.05);
}

TEST(ContextIndex, FindsADocumentInsideAContext) {
  ContextIndex index;
  index.Add(Words("book", 0, 50000));
  index.Finish();

  const auto match = index.Find(Words("book", 20000, 3000), 0.5);

  ASSERT_TRUE(match.has_value());
  EXPECT_LT(match->of_context, 0.1);
  EXPECT_GT(match->of_document, 0.9);
}

TEST(ContextIndex, CountsAShareExactlyAndFindsAtTheLimit) {
  ContextIndex index;
  index.Add(Words("w", 0, 112));  // 100 grams.
  index.Finish();
  const std::string half = Words("w", 0, 62) + Words("x", 0, 900);  // 50 of them.

  ASSERT_TRUE(index.Find(half, 0.5).has_value());
  EXPECT_EQ(index.Find(half, 0.5)->of_context, 0.5);
  EXPECT_FALSE(index.Find(half, 0.51).has_value());
  EXPECT_FALSE(index.Find(Words("x", 0, 900), 0.01).has_value());
}

TEST(ContextIndex, EstimatesTheShareOfALongContextFromASampleOfItsGrams) {
  ContextIndex index;
  index.Add(Words("long", 0, 40000));
  index.Finish();
  EXPECT_LT(index.bytes(), 80000u) << "over 2 bytes a word";

  const auto match = index.Find(Words("long", 0, 24000) + Words("x", 0, 60000), 0.5);

  ASSERT_TRUE(match.has_value());
  EXPECT_NEAR(match->of_context, 0.6, 0.04);
  EXPECT_NEAR(match->of_document, 24.0 / 84.0, 0.03);
}

TEST(ContextIndex, IgnoresQuotations) {
  ContextIndex index;
  EXPECT_EQ(index.Add(Words("short", 0, 49)), std::nullopt);
  EXPECT_EQ(index.Add(Words("short", 0, 50)), 0u);
  index.Finish();

  // 7 common grams of 38.
  EXPECT_FALSE(index.Find(Words("short", 0, 19) + Words("x", 0, 500), 0.1).has_value());
  EXPECT_TRUE(index.Find(Words("short", 0, 20) + Words("x", 0, 500), 0.1).has_value());
}

TEST(ContextIndex, GivesTheSameWordsOneNumber) {
  ContextIndex index;
  EXPECT_EQ(index.Add(Words("mill", 0, 60)), 0u);
  EXPECT_EQ(index.Add("<p>" + Words("Mill", 0, 60) + "</p>"), 0u);
  EXPECT_EQ(index.Add(Words("mill", 0, 61)), 1u);
}

TEST(ContextIndex, FindsTextThatManyContextsHave) {
  ContextIndex index;
  for (int i = 0; i < 40; ++i)
    index.Add(Words("essay", 0, 300) + Words(absl::StrCat(i, "n"), 0, 9));
  index.Finish();

  const auto match = index.Find(Words("essay", 0, 300), 0.5);

  ASSERT_TRUE(match.has_value());
  EXPECT_EQ(match->context, 0u) << "the first of several";
  EXPECT_FALSE(index.Find(Words("39n", 0, 9) + Words("x", 0, 300), 0.1).has_value())
      << "a context whose other text is that of 16 earlier ones is not compared";
}

TEST(ContextIndex, ComparesCharactersWithoutSpaces) {
  const std::string text =
      "结绳记事是文字发明之前人们所使用的一种记事方法即在一条绳子上打结用以记事"
      "上古时期的中国及秘鲁印第安人皆有此习惯即到近代一些没有文字的民族仍然采用结绳记事来传播信息"
      "大事打大结小事打小结结的多少随事物的多寡而定";
  ContextIndex index;
  ASSERT_EQ(index.Add(text), 0u);
  index.Finish();

  EXPECT_TRUE(index.Find("序言" + text + "。完", 0.9).has_value());
  EXPECT_FALSE(index.Find("印加人用绳结来计数和记录历史事件这种绳结被称为奇普", 0.1).has_value());
}

TEST(ContextIndex, FindsNothingWhenEmpty) {
  ContextIndex index;
  index.Finish();

  EXPECT_FALSE(index.Find(Words("x", 0, 100), 0.1).has_value());
}

}  // namespace
}  // namespace quipu::generator
