// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/rows/answer_style.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace quipu::generator {
namespace {

constexpr auto kPlain = v1::InstanceSpec::PLAIN;
constexpr auto kEvidenceFirst = v1::InstanceSpec::EVIDENCE_FIRST;
constexpr auto kCited = v1::InstanceSpec::CITED;

TEST(AnswerStyle, LeavesPlainPairsAsTheyAre) {
  EXPECT_EQ(StyledQuestion(kPlain, "Why?", true), "Why?");
  EXPECT_EQ(StyledAnswer(kPlain, "So.", {"A sentence."}), "So.");
}

TEST(AnswerStyle, QuotesFirst) {
  EXPECT_EQ(StyledAnswer(kEvidenceFirst, "So.", {"A wrapped\n  sentence.", "Another."}),
            "> A wrapped sentence.\n> Another.\n\nSo.");
}

TEST(AnswerStyle, CitesByNumber) {
  EXPECT_EQ(StyledAnswer(kCited, "So.", {"One.", "Two."}), "So. [1][2]\n\n[1] One.\n[2] Two.");
}

TEST(AnswerStyle, AsksForWhatTheAnswerHas) {
  EXPECT_THAT(StyledQuestion(kEvidenceFirst, "Why?", true),
              ::testing::StartsWith("Why?\n\nFirst quote the sentences"));
  EXPECT_THAT(StyledQuestion(kCited, "Why?", true),
              ::testing::StartsWith("Why?\n\nAfter the answer, cite"));
}

TEST(AnswerStyle, IsPlainWithoutEvidence) {
  for (const auto style : {kEvidenceFirst, kCited}) {
    EXPECT_EQ(StyledQuestion(style, "Why?", false), "Why?");
    EXPECT_EQ(StyledAnswer(style, "So.", {}), "So.");
  }
}

}  // namespace
}  // namespace quipu::generator
