// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/report/reason_texts.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace quipu::pipelines {
namespace {

// Of short rows alone.
bool IsOfRows(v1::RejectReason reason) {
  return reason == v1::REJECT_REASON_ROW_TOO_LONG || reason == v1::REJECT_REASON_NOTHING_TO_TRAIN;
}

TEST(ReasonTextsTest, EveryReasonOfAPairHasWords) {
  for (int i = v1::RejectReason_MIN + 1; i <= v1::RejectReason_MAX; ++i) {
    if (!v1::RejectReason_IsValid(i)) continue;
    const auto reason = static_cast<v1::RejectReason>(i);
    if (IsOfRows(reason)) continue;
    EXPECT_FALSE(TextOf(reason).meaning.empty()) << v1::RejectReason_Name(reason);
    EXPECT_FALSE(TextOf(reason).remedy.empty()) << v1::RejectReason_Name(reason);
  }
}

TEST(ReasonTextsTest, EveryReasonNamesItsFieldsWithTheirValues) {
  for (int i = v1::RejectReason_MIN + 1; i <= v1::RejectReason_MAX; ++i) {
    if (!v1::RejectReason_IsValid(i)) continue;
    const ReasonText& text = TextOf(static_cast<v1::RejectReason>(i));
    EXPECT_EQ(FieldValues(text, v1::RunSpec()).empty(), text.fields.empty());
  }
}

TEST(ReasonTextsTest, ValuesAreThoseOfTheRunOrTheDefaults) {
  v1::RunSpec spec;
  const ReasonText& text = TextOf(v1::REJECT_REASON_DISAGREES);
  EXPECT_EQ(FieldValues(text, spec),
            "verification.min_second_overlap: 0.5; verification.second_answer: ALL");
  spec.mutable_verification()->set_min_second_overlap(0.75);
  EXPECT_THAT(FieldValues(text, spec),
              ::testing::StartsWith("verification.min_second_overlap: 0.75;"));
}

TEST(ReasonTextsTest, EveryReasonOfADocumentHasWords) {
  for (int i = v1::NoChunkReason_MIN + 1; i <= v1::NoChunkReason_MAX; ++i) {
    if (!v1::NoChunkReason_IsValid(i)) continue;
    EXPECT_FALSE(TextOf(static_cast<v1::NoChunkReason>(i)).empty()) << i;
  }
}

TEST(ReasonTextsTest, AReasonFromALaterVersionHasNone) {
  EXPECT_TRUE(TextOf(static_cast<v1::RejectReason>(9999)).meaning.empty());
  EXPECT_EQ(TextOf(static_cast<v1::RejectReason>(9999)).step, RejectStep::kRun);
}

TEST(ReasonTextsTest, EveryStepHasATitle) {
  EXPECT_EQ(RejectSteps().size(), 5u);
  for (const RejectStep step : RejectSteps()) EXPECT_FALSE(StepTitle(step).empty());
}

}  // namespace
}  // namespace quipu::pipelines
