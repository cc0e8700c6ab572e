// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/pairs/target_forms.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace quipu::generator {
namespace {

using ::testing::ElementsAre;

constexpr v1::AnswerForm kLong = v1::ANSWER_FORM_LONG;
constexpr v1::AnswerForm kShort = v1::ANSWER_FORM_SHORT;

// With a short answer: 0 and 2.
const std::vector<std::string>& Sentences() {
  static const auto& sentences =
      *new std::vector<std::string>{"The harbour was opened on 12 May 1821 by the king.",
                                    "It is made of stone and looks very old indeed.",
                                    "In that year about 350 people lived in the town.",
                                    "Nobody knows why the people left it so early."};
  return sentences;
}

// The sentence that each task has after the call.
std::vector<int> Match(const std::vector<v1::AnswerForm>& forms) {
  std::string text;
  std::vector<v1::Task> tasks(forms.size());
  for (size_t i = 0; i < forms.size(); ++i) {
    tasks[i].set_form(forms[i]);
    tasks[i].mutable_target()->set_begin(text.size());
    text += Sentences()[i];
    tasks[i].mutable_target()->set_end(text.size());
    text += " ";
  }
  const std::vector<v1::Task> before = tasks;
  for (v1::Task& task : tasks) task.mutable_chunk()->set_end(text.size());
  MatchTargetsToForms(text, Language::kEnglish, absl::MakeSpan(tasks));
  std::vector<int> sentences;
  for (const v1::Task& task : tasks) {
    for (size_t i = 0; i < before.size(); ++i) {
      if (task.target().begin() == before[i].target().begin()) {
        sentences.push_back(static_cast<int>(i));
      }
    }
  }
  return sentences;
}

TEST(MatchTargetsToForms, GivesSentencesWithShortAnswersToTheShortForm) {
  EXPECT_THAT(Match({kLong, kShort, kLong, kShort}), ElementsAre(1, 0, 3, 2));
  EXPECT_THAT(Match({kLong, kShort, kShort, kShort}), ElementsAre(1, 0, 2, 3));
}

TEST(MatchTargetsToForms, LeavesTheRestAsItIs) {
  EXPECT_THAT(Match({kShort, kLong, kShort, kLong}), ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(Match({kLong, kLong, kLong, kLong}), ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(Match({kShort, kShort, kShort, kShort}), ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(Match({kShort}), ElementsAre(0));
}

TEST(MatchTargetsToForms, StandsTasksWithoutTargets) {
  std::vector<v1::Task> tasks(2);
  tasks[0].set_form(kShort);
  tasks[1].mutable_target()->set_end(99);
  MatchTargetsToForms("short", Language::kEnglish, absl::MakeSpan(tasks));
  EXPECT_EQ(tasks[1].target().end(), 99u);
}

}  // namespace
}  // namespace quipu::generator
