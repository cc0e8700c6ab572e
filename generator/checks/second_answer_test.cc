// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/checks/second_answer.h"

#include "gtest/gtest.h"

namespace quipu::generator {
namespace {

TEST(AnswerOverlap, IsTheShareOfTheShorterAnswersContentWords) {
  EXPECT_EQ(AnswerOverlap("the red boats", "Red boats.", Language::kEnglish), 1);
  EXPECT_EQ(AnswerOverlap("Red boats carried the stones along the river.", "red boats",
                          Language::kEnglish),
            1);
  EXPECT_EQ(AnswerOverlap("red boats", "Red boats carried the stones along the river.",
                          Language::kEnglish),
            1);
  EXPECT_EQ(AnswerOverlap("red boats", "green boats", Language::kEnglish), 0.5);
  EXPECT_EQ(AnswerOverlap("red boats", "woollen blankets", Language::kEnglish), 0);
}

TEST(AnswerOverlap, IsZeroWhereNumbersDiffer) {
  EXPECT_EQ(AnswerOverlap("about 40 red boats", "about 41 red boats", Language::kEnglish), 0);
  EXPECT_EQ(AnswerOverlap("three red boats", "3 red boats", Language::kEnglish), 1);
  EXPECT_EQ(AnswerOverlap("40 red boats in 1994", "40 red boats", Language::kEnglish), 1);
  EXPECT_EQ(AnswerOverlap("red boats", "40 red boats", Language::kEnglish), 1);
}

TEST(AnswerOverlap, IsZeroWhereNamesDiffer) {
  EXPECT_EQ(AnswerOverlap("the author was Miguel", "the author was Federico", Language::kEnglish),
            0);
  // At the beginning of a sentence a name does not look like one.
  EXPECT_EQ(AnswerOverlap("Miguel de Icaza", "It was Miguel", Language::kEnglish), 1);
  EXPECT_EQ(AnswerOverlap("It was written by Miguel de Icaza in Mexico.", "by Miguel",
                          Language::kEnglish),
            1);
}

TEST(AnswerOverlap, ComparesYesAndNo) {
  EXPECT_EQ(AnswerOverlap("Yes, the boats are red.", "No, the boats are red.", Language::kEnglish),
            0);
  EXPECT_EQ(AnswerOverlap("Yes, the boats are red.", "Yes.", Language::kEnglish), 1);
  EXPECT_EQ(AnswerOverlap("no", "No", Language::kEnglish), 1);
}

TEST(AnswerOverlap, IsZeroWithoutWords) {
  EXPECT_EQ(AnswerOverlap("red boats", "", Language::kEnglish), 0);
  EXPECT_EQ(AnswerOverlap("...", "...", Language::kEnglish), 0);
  EXPECT_EQ(AnswerOverlap("the", "red boats", Language::kEnglish), 0);
}

TEST(SecondAnswer, IsAskedGreedilyWithTheFormsLimit) {
  const inference::CompleteRequest brief = SecondAnswerRequest("Why?", v1::ANSWER_FORM_SHORT);
  EXPECT_EQ(brief.user_rest, "Why?");
  EXPECT_EQ(brief.sampling.temperature, 0);
  ASSERT_EQ(brief.reply_template.size(), 2u);
  EXPECT_EQ(brief.reply_template[1].max_tokens, 32);
  EXPECT_TRUE(inference::ValidateRequest(brief).ok());
  EXPECT_EQ(SecondAnswerRequest("", v1::ANSWER_FORM_LONG).reply_template[1].max_tokens, 96);
}

TEST(SecondAnswer, IsReadFromAPartOrFromAWholeReply) {
  inference::Completion reply;
  EXPECT_EQ(SecondAnswerOf(reply), "");
  reply.parts.resize(1);
  reply.parts[0].text = " red boats\n";
  EXPECT_EQ(SecondAnswerOf(reply), "red boats");
  reply.parts[0].text = "Here: <answer>red boats</answer> That is all.";
  EXPECT_EQ(SecondAnswerOf(reply), "red boats");
}

TEST(AddsNumberOrName, FindsWhatNeitherAnswerNorQuestionHas) {
  const auto adds = [](absl::string_view second, absl::string_view answer,
                       absl::string_view question) {
    return AddsNumberOrName(second, answer, question, Language::kEnglish);
  };
  EXPECT_TRUE(adds("at 10:20", "20", "When is the break?"));
  EXPECT_TRUE(adds("It was Ron, Hermione and Harry", "Ron and Hermione", "Who leaves?"));
  EXPECT_FALSE(adds("It was Ron and Hermione in 1998", "Ron and Hermione", "Who left in 1998?"));
  EXPECT_FALSE(adds("It was Anna of Velmar", "Anna", "Who opened the harbour of Velmar?"));
  EXPECT_FALSE(adds("the old boats", "boats", "What sank?"));
}

}  // namespace
}  // namespace quipu::generator
