// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/ingest/benchmark_text.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace quipu::pipelines {
namespace {

using Strings = std::vector<std::string>;

TEST(ResolveOptions, ReplacesLettersByTheOptionsTheyName) {
  const auto question =
      ResolveOptions("Why did the mill stop?\n\n (A) The frost. \n (B) The drought. ", {"B"});

  EXPECT_EQ(question.question, "Why did the mill stop?");
  EXPECT_EQ(question.answers, (Strings{"The drought. "}));
}

TEST(ResolveOptions, TakesSeveralLettersAndOtherStyles) {
  const auto question =
      ResolveOptions("Which are rivers?\nA. Tay\nB. Perth\nC. Esk", {"AC", "(C)"});

  EXPECT_EQ(question.question, "Which are rivers?");
  EXPECT_EQ(question.answers, (Strings{"Tay", "Esk", "Esk"}));
}

TEST(ResolveOptions, LeavesOtherAnswersAndQuestions) {
  EXPECT_EQ(ResolveOptions("Which?\nA. Tay\nB. Esk", {"(A) Tay", "J"}).answers,
            (Strings{"(A) Tay"}))
      << "J names no option";
  EXPECT_EQ(ResolveOptions("Who?\nA. Weir sold it.", {"A"}).answers, (Strings{"A"}));
  EXPECT_EQ(ResolveOptions("Who?\nA. Weir sold it.", {"A"}).question, "Who?\nA. Weir sold it.");
  EXPECT_EQ(ResolveOptions("", {}).question, "");
}

TEST(SplitPassages, SplitsAtHeadingsOfTheirOwn) {
  EXPECT_EQ(SplitPassages("Passage 1:\nMill\nthe mill\n\nPassage 2:\nInn\nthe inn\n"),
            (Strings{"Passage 1:\nMill\nthe mill\n\n", "Passage 2:\nInn\nthe inn\n"}));
  EXPECT_EQ(SplitPassages("Passage 1:\nonly one"), (Strings{"Passage 1:\nonly one"}));
  EXPECT_EQ(SplitPassages("see Document 1: and Document 2: here").size(), 1u);
  EXPECT_EQ(SplitPassages(""), (Strings{""}));
}

TEST(CodePoints, CountsCharactersAndNotBytes) {
  EXPECT_EQ(CodePoints("Mühle am Fluß", 1, 5), "ühle");
  EXPECT_EQ(CodePoints("abc", 1, 99), "bc");
  EXPECT_EQ(CodePoints("abc", 3, 3), "");
  EXPECT_EQ(CodePoints("abc", 5, 9), "");
  EXPECT_EQ(CodePoints("abc", 2, 1), "");
}

}  // namespace
}  // namespace quipu::pipelines
