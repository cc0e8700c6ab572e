// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/report/evidence_window.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace quipu::pipelines {
namespace {

// The text of a window, the chunk in [ ], its evidence in { }.
std::string Shown(const EvidenceWindow& window) {
  std::string shown = window.cut_before ? "..." : "";
  for (const WindowPiece& piece : window.pieces) {
    if (piece.kind == WindowPiece::kAround) absl::StrAppend(&shown, piece.text);
    if (piece.kind == WindowPiece::kChunk) absl::StrAppend(&shown, "[", piece.text, "]");
    if (piece.kind == WindowPiece::kEvidence) absl::StrAppend(&shown, "{", piece.text, "}");
  }
  return shown + (window.cut_after ? "..." : "");
}

v1::Result ResultOf(uint64_t begin, uint64_t end, absl::string_view question,
                    absl::string_view answer) {
  v1::Result result;
  result.mutable_task()->mutable_chunk()->set_begin(begin);
  result.mutable_task()->mutable_chunk()->set_end(end);
  result.set_question(std::string(question));
  result.set_answer(std::string(answer));
  return result;
}

TEST(EvidenceWindowTest, MarksTheChunkAndTheSentenceThatSupportsTheAnswer) {
  v1::Document document;
  document.set_text("Before it. The sea is wide. The miller sold nine sacks. After it.");

  const auto windows =
      WindowsOf(document, ResultOf(11, 55, "How many sacks did the miller sell?", "Nine sacks."));

  ASSERT_EQ(windows.size(), 1u);
  EXPECT_EQ(Shown(windows[0]),
            "Before it. [The sea is wide. ]{The miller sold nine sacks.} After it.");
}

TEST(EvidenceWindowTest, IsBoundedForAnyChunk) {
  v1::Document document;
  std::string text;
  for (int i = 0; i < 20000; ++i) absl::StrAppend(&text, "Wörter ohne Ende ", i, ". ");
  document.set_text(text);

  const auto windows =
      WindowsOf(document, ResultOf(0, text.size(), "Welche Wörter sind 15000?", "ohne Ende 15000"));

  ASSERT_EQ(windows.size(), 1u);
  EXPECT_LE(Shown(windows[0]).size(), WindowSize().most + 50);
  EXPECT_THAT(Shown(windows[0]), ::testing::HasSubstr("{Wörter ohne Ende 15000.}"));
  EXPECT_TRUE(windows[0].cut_before);
  EXPECT_TRUE(windows[0].cut_after);
}

TEST(EvidenceWindowTest, ToleratesAChunkOutsideItsDocument) {
  v1::Document document;
  document.set_text("Short.");

  const auto windows = WindowsOf(document, ResultOf(100, 50, "What?", "That."));

  ASSERT_EQ(windows.size(), 1u);
  EXPECT_EQ(Shown(windows[0]), "Short.");
}

TEST(EvidenceWindowTest, ShowsTheBeginningForASummary) {
  v1::Document document;
  document.set_text(std::string(20000, 'a'));
  v1::Result result = ResultOf(0, 100, "Summarise it.", "It is long.");
  result.mutable_task()->set_kind(v1::TASK_KIND_SUMMARY);

  const auto windows = WindowsOf(document, result);

  ASSERT_EQ(windows.size(), 1u);
  EXPECT_FALSE(windows[0].cut_before);
  EXPECT_TRUE(windows[0].cut_after);
}

}  // namespace
}  // namespace quipu::pipelines
