// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/checks/unfit_text.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace quipu::generator {
namespace {

using ::testing::StartsWith;

std::string Find(const char* question, const char* answer,
                 v1::AnswerForm form = v1::ANSWER_FORM_LONG) {
  return FindUnfitText({question, answer, "", form});
}

TEST(UnfitText, PassesOrdinaryPairs) {
  for (const char* answer : {
           "The mill was sold in spring.",
           "The miller said: \"I sold my mill because we needed flour.\"",
           "The army of Elizabeth I crossed the river, and World War I began.",
           "Type I errors are rejections of true claims.",
           "nine sacks of rye flour",
           "The array is written as int[] in C.",
           "The steps are:\n- mill the grain\n- sell the flour",
           "It calls __init__ first.",
           "Nine sacks were sold. Two sacks were sold. Three sacks were kept.",
           "It cost 5 euros in 2001. It cost 7 euros in 2004.",
           "磨坊在春天被卖掉了。",
       }) {
    EXPECT_EQ(Find("What happened to the mill?", answer), "") << answer;
  }
  EXPECT_EQ(Find("How do I install the package?", "With apt."), "");
  EXPECT_EQ(Find("What can I do if I lose the key?", "Make another one."), "");
  EXPECT_EQ(Find("How do we install the package?", "With apt."), "");
}

TEST(UnfitText, FindsTemplateBlanks) {
  for (const char* answer :
       {"The fee is US$[ ].", "The price is [●] a share.", "The fee is $[] a day.",
        "It was signed on ____ in Ghent.", "It is due on XX/XX.", "It is paid to [insert name].",
        "The number is XXXXX."}) {
    EXPECT_THAT(Find("What is the fee?", answer), StartsWith("answer: blank: ")) << answer;
  }
  EXPECT_THAT(Find("What is the fee of [ ]?", "Nine euros."), StartsWith("question: blank: "));
}

TEST(UnfitText, FindsLeftoversOfMarkup) {
  for (const char* answer : {"It is old.</answer>", "### Answer\nIt is old.", "Answer: it is old.",
                             "It is old.<|im_end|>", "It is old. Question: Who sold it?"}) {
    EXPECT_THAT(Find("What is the mill?", answer), StartsWith("answer: markup: ")) << answer;
  }
  EXPECT_THAT(Find("<question> What is it?", "A mill."), StartsWith("question: markup: "));
}

TEST(UnfitText, FindsNarrators) {
  for (const char* answer :
       {"Because I reinstall the system regularly.", "I’m fond of it.", "It is my favourite mill.",
        "In spring we sold the mill.", "The author says I sold it.", "It gives us flour.",
        "It made our bread."}) {
    EXPECT_THAT(Find("Why was it sold?", answer), StartsWith("answer: narrator: ")) << answer;
  }
  for (const char* question : {"Why did the miller whom I met leave?", "When will we pay our loan?",
                               "What are we milling?", "Who owns our mill?"}) {
    EXPECT_THAT(Find(question, "He was old."), StartsWith("question: narrator: ")) << question;
  }
}

TEST(UnfitText, FindsNarratorsOfAnswersInOtherLanguages) {
  const auto find = [](absl::string_view answer, Language language) {
    return FindUnfitText({"Was ist das?", answer, "", v1::ANSWER_FORM_SHORT, language});
  };
  EXPECT_EQ(find("weil wir die Mühle verkauft haben", Language::kGerman), "answer: narrator: wir");
  EXPECT_EQ(find("parce que j'ai vendu le moulin", Language::kFrench), "answer: narrator: j'ai");
  EXPECT_EQ(find("私は風車を売った", Language::kJapanese), "answer: narrator: 私は");
  EXPECT_EQ(find("我们卖了风车", Language::kChinese), "answer: narrator: 我们");

  EXPECT_EQ(find("Sie meinen die Mühle", Language::kGerman), "");
  EXPECT_EQ(find("„Wir verkaufen die Mühle“", Language::kGerman), "");
  EXPECT_EQ(find("「私は売らない」と言った", Language::kJapanese), "");
  EXPECT_EQ(find("私立の学校", Language::kJapanese), "");
  EXPECT_EQ(find("我国的风车", Language::kChinese), "");
}

TEST(UnfitText, FindsRepeatedSentences) {
  EXPECT_THAT(Find("What is it?",
                   "The mill grinds grain for the town. It is old. The mill grinds grain for the "
                   "town."),
              StartsWith("answer: repeated sentence: The mill grinds"));
}

TEST(UnfitText, FindsLongAnswersThatBreakOff) {
  EXPECT_EQ(Find("What is it?", "The mill is old. It grinds grain for the"),
            "answer: breaks off: The mill is old. It grinds grain for the");
  EXPECT_EQ(Find("What is it?", "grain for the town", v1::ANSWER_FORM_SHORT), "");
  EXPECT_EQ(Find("What is it?", "It is called \"the mill.\""), "");
}

TEST(ShortForm, IsOverWithALongSentence) {
  const std::string sentence =
      "The mill at the river was sold in spring because its owner had moved to the coast and "
      "nobody was left who could grind the grain of the town.";
  EXPECT_EQ(WordsOverShortForm({"Why?", sentence, "", v1::ANSWER_FORM_SHORT}), 29);
  EXPECT_EQ(WordsOverShortForm({"Why?", sentence, "", v1::ANSWER_FORM_LONG}), 0);
}

TEST(ShortForm, MayBeALongList) {
  const std::string list =
      "wheat flour, rye flour, oat flakes, barley groats, buckwheat, millet, maize meal, rice "
      "flour, chestnut flour, pea meal, bean meal, linseed meal, malt, bran";
  EXPECT_EQ(WordsOverShortForm({"What is ground?", list, "", v1::ANSWER_FORM_SHORT}), 0);
}

}  // namespace
}  // namespace quipu::generator
