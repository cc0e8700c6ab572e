// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/vague_question.h"

#include "gtest/gtest.h"

namespace quipu::generator {
namespace {

TEST(VagueQuestion, NamesNothing) {
  for (const char* question : {
           "What is the name of the company?",
           "Who is the character who describes the incident?",
           "What is the main purpose of the project?",
           "What did he do?",
           "Why were they considered important?",
           "What is the process of the second step?",
           "How is it used?",
           "What is it for?",
           "Who?",
       }) {
    EXPECT_NE(FindVagueness(question, Language::kEnglish), "") << question;
  }
}

TEST(VagueQuestion, IsNotOneThatNamesSomething) {
  for (const char* question : {
           "What is the name of the knot?",
           "What is the name of the company that Henry Ford founded?",
           "What happened in 1902?",
           "What is the purpose of `umask`?",
           "What does \"main\" mean?",
           "What did he do in Ghent?",
           "What is it called when a knot slips?",
           "How do knots work?",
           "Which university has its origins in a school of medicine?",
           "How was it determined how many camps there were?",
           "什么是结绳记事？",
       }) {
    EXPECT_EQ(FindVagueness(question, Language::kEnglish), "") << question;
  }
}

}  // namespace
}  // namespace quipu::generator
