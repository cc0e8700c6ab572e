// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/checks/question_check.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace quipu::generator {
namespace {

using ::testing::HasSubstr;

TEST(QuestionCheck, AcceptsQuestions) {
  for (const char* question : {
           "How are knots read?",
           "In which year was the mill sold?",
           "when did season 2 of the series start",
           "handmaid's tale how many episodes in series 2",
           "What is the rope used for?",
           "what is the base of the statue made of",
           "the purpose of the mill at the river is to enable the town to make what",
           "How many items are in the collection of the V&A?",
           "Is the mill older than the bridge?",
           "Describe the way in which the knots are tied.",
           "List the three uses of the rope.",
           "According to Ptolemy, what is the centre of the world?",
           "What is a knot? What is it for?",
           "The mill was sold in 1902. Who bought it?",
           "He asked: \"Who goes there?\"",
           "What does the miller mean by \"flour\"?",
           "结绳是如何工作的？",
           "Πότε πουλήθηκε ο μύλος\u037e",
           "Πότε πουλήθηκε ο μύλος;",
           "ما هو الحبل؟",
       }) {
    EXPECT_EQ(WhyNotAQuestion(question, Language::kEnglish), "") << question;
  }
}

TEST(QuestionCheck, RefusesStatements) {
  for (const char* statement : {
           "Knots are read by experts.",
           "The reason why the mill was sold is its age.",
           "The history of the mill",
           "Because I reinstall the system regularly.",
           "结绳记事是古代人的方法。",
       }) {
    EXPECT_THAT(WhyNotAQuestion(statement, Language::kEnglish), HasSubstr("no question word"))
        << statement;
    EXPECT_FALSE(Asks(statement, Language::kEnglish)) << statement;
  }
}

TEST(QuestionCheck, RefusesPhrasesThatBreakOff) {
  for (const char* phrase :
       {"What is the purpose of the", "What is the name of a", "How does the mill, which is",
        "What is the purpose of the?", "What is the mill used for...",
        "What does the miller say about rope and"}) {
    EXPECT_THAT(WhyNotAQuestion(phrase, Language::kEnglish), HasSubstr("breaks off")) << phrase;
  }
}

TEST(QuestionCheck, RefusesPastedParagraphs) {
  std::string text = "The mill at the river was sold in spring.";
  while (text.size() < 500) absl::StrAppend(&text, " Its owner moved to the coast.");

  EXPECT_THAT(WhyNotAQuestion(text, Language::kEnglish), HasSubstr("no question word"));
  EXPECT_THAT(WhyNotAQuestion(text + " Why did he go?", Language::kEnglish),
              HasSubstr("words, limit 80"));
}

TEST(QuestionCheck, AllowsSeveralQuestionsOnlyIfTheyAreShort) {
  std::string text = "What is a knot, and who ties it where, and with which kind of a rope?";
  EXPECT_EQ(WhyNotAQuestion(text, Language::kEnglish), "");

  text = absl::StrCat(text, " ", text, " ", text);

  EXPECT_THAT(WhyNotAQuestion(text, Language::kEnglish),
              HasSubstr("3 questions in 48 words, limit 40"));
}

}  // namespace
}  // namespace quipu::generator
