// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/corpus/item_index.h"

#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace quipu::generator {
namespace {

class ItemIndexTest : public ::testing::Test {
 protected:
  // Whether an index of this item alone has the pair.
  static bool Has(const std::string& question, const std::vector<std::string>& answers,
                  absl::string_view asked, absl::string_view answer, double least = 0.6) {
    ItemIndex index(least);
    index.Add(question, answers);
    index.Finish();
    return index.Find(asked, answer).has_value();
  }
};

TEST_F(ItemIndexTest, FindsAQuestionWithItsAnswer) {
  const std::string question = "In which year did Ann Weir sell the mill to her brother?";

  EXPECT_TRUE(Has(question, {"1901"}, question, "She sold it in 1901."));
  EXPECT_TRUE(Has(question, {"no idea", "in the year 1901"}, question, "1901"));
  EXPECT_TRUE(
      Has(question, {"1901"}, "In which year did Ann Weir sell her mill to her brother?", "1901"))
      << "one word changed";
  EXPECT_FALSE(Has(question, {"1901"}, question, "She sold it in 1902."));
  EXPECT_FALSE(Has(question, {"1901"}, "In which year did Tom Gray buy the bakery?", "1901"));
}

TEST_F(ItemIndexTest, NeedsTheAnswerOfAQuestionThatManyAsk) {
  EXPECT_TRUE(Has("What is the capital of France and its largest city?", {"Paris"},
                  "What is the capital of France and its largest city?", "Paris."));
  EXPECT_FALSE(Has("What is the capital of France and its largest city?", {"Paris"},
                   "What is the capital of Spain and its largest city?", "Madrid."));
}

TEST_F(ItemIndexTest, ComparesAShortItemAsAWhole) {
  EXPECT_TRUE(
      Has("Who is the author?", {"Ann Weir"}, "Who is the author?", "The author is Ann Weir."));
  EXPECT_FALSE(
      Has("Who is the author?", {"Ann Weir"}, "Who is the author of the letter?", "Ann Weir"));
  EXPECT_FALSE(Has("Who is the author?", {"Ann Weir"}, "Who is the author?", "Tom Gray"));
  EXPECT_TRUE(Has("Why?", {"Rain"}, "why", "Because of the rain"));
}

TEST_F(ItemIndexTest, NeedsAllOfAQuestionWithoutAnswer) {
  const std::string question = "Which river drove the wheel of the old mill?";

  EXPECT_TRUE(Has(question, {}, question, "The Tay."));
  EXPECT_FALSE(Has(question, {}, "Which river drove the wheel of the new mill?", "The Tay."));
  EXPECT_FALSE(Has("Who sold the mill?", {}, "Who sold the mill?", "Ann")) << "under 8 words";
}

TEST_F(ItemIndexTest, FindsALongAnswerUnderAnyQuestion) {
  std::string summary;
  for (int i = 0; i < 25; ++i) absl::StrAppend(&summary, "word", i, " ");

  EXPECT_TRUE(Has("Summarise the report.", {summary}, "What does it say?", "It says: " + summary));
  EXPECT_TRUE(Has("", {summary}, "What does it say?", summary));
  EXPECT_FALSE(Has("Summarise the report.", {summary}, "What does it say?", "word1 word2 word3"));
  EXPECT_FALSE(Has("", {summary.substr(0, 40)}, "What does it say?", summary)) << "short";
}

TEST_F(ItemIndexTest, FindsAnItemInsideALongPrompt) {
  std::string prompt = "Answer from the text. ";
  for (int i = 0; i < 2000; ++i) absl::StrAppend(&prompt, "filler", i, " ");
  absl::StrAppend(&prompt, "Q: Which river drove the wheel of the old mill?");

  EXPECT_TRUE(Has("Which river drove the wheel of the old mill?", {"the Tay"}, prompt, "The Tay"));
}

TEST_F(ItemIndexTest, ComparesCharactersWithoutSpaces) {
  EXPECT_TRUE(Has("谁在一九零一年把磨坊卖给了她的兄弟？", {"安"},
                  "谁在一九零一年把磨坊卖给了她的兄弟", "是安。"));
  EXPECT_FALSE(
      Has("谁在一九零一年把磨坊卖给了她的兄弟？", {"安"}, "哪条河推动了水车的轮子？", "安"));
}

TEST_F(ItemIndexTest, FindsExactlyAtTheLimit) {
  // 10 trigrams; a change of the first words costs as many of them.
  const std::string question = "a1 a2 a3 a4 a5 a6 a7 a8 a9 a10 a11 a12";

  EXPECT_TRUE(Has(question, {"x"}, "b1 b2 b3 b4 a5 a6 a7 a8 a9 a10 a11 a12", "x", 0.6));
  EXPECT_FALSE(Has(question, {"x"}, "b1 b2 b3 b4 b5 a6 a7 a8 a9 a10 a11 a12", "x", 0.6));
}

TEST_F(ItemIndexTest, FindsEachOfManyItemsWithCommonWords) {
  ItemIndex index(0.6);
  for (int i = 0; i < 3000; ++i) {
    index.Add(absl::StrCat("What is the name of the mill with number ", i, " in the old book?"),
              {absl::StrCat("mill", i)});
  }
  index.Finish();

  for (int i = 0; i < 3000; i += 37) {
    const auto match = index.Find(
        absl::StrCat("What is the name of the mill with number ", i, " in the old book?"),
        absl::StrCat("It is mill", i));
    ASSERT_TRUE(match.has_value());
    EXPECT_EQ(match->item, static_cast<uint32_t>(i));
  }
}

TEST_F(ItemIndexTest, NumbersOnlyWhatCanBeCompared) {
  ItemIndex index(0.6);

  EXPECT_EQ(index.Add("", {}), std::nullopt);
  EXPECT_EQ(index.Add("", {"short"}), std::nullopt);
  EXPECT_EQ(index.Add("Who sold the mill in 1901?", {"Ann"}), 0u);
  EXPECT_EQ(index.Add("???", {"!"}), std::nullopt);
  EXPECT_EQ(index.Add("Who bought the mill in 1901?", {"Tom"}), 1u);
  index.Finish();
  EXPECT_FALSE(index.Find("", "").has_value());
}

}  // namespace
}  // namespace quipu::generator
