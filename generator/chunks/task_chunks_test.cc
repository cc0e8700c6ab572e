// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/chunks/task_chunks.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace quipu::generator {
namespace {

using ::quipu::testing::IsOkAndHolds;
using ::quipu::testing::StatusIs;
using ::testing::ElementsAre;

constexpr char kText[] = "One knot. Two cords. Tr\u00e8s long.";

v1::Task TaskOf(const std::vector<TextRange>& chunks) {
  v1::Task task;
  for (size_t i = 0; i < chunks.size(); ++i) {
    v1::Span& span = i == 0 ? *task.mutable_chunk() : *task.add_more_chunks();
    span.set_begin(chunks[i].begin);
    span.set_end(chunks[i].end);
  }
  return task;
}

TEST(TaskChunks, SendsAllChunksAndSplitsThemAgain) {
  const v1::Task task = TaskOf({{0, 9}, {10, 20}});

  ASSERT_OK_AND_ASSIGN(const std::string sent, LeasedText(kText, task));

  EXPECT_EQ(sent, "One knot.Two cords.");
  ASSERT_OK_AND_ASSIGN(const auto chunks, SplitChunks(task, sent));
  EXPECT_THAT(chunks, ElementsAre("One knot.", "Two cords."));
  EXPECT_EQ(JoinChunks(chunks), "One knot.\n\n[...]\n\nTwo cords.");
}

TEST(TaskChunks, TakesTheOnlyChunkAsItIs) {
  EXPECT_THAT(SplitChunks(TaskOf({{0, 9}}), "Any text"), IsOkAndHolds(ElementsAre("Any text")));
}

TEST(TaskChunks, RefusesATextOfAnotherLength) {
  const v1::Task task = TaskOf({{0, 9}, {10, 20}});
  for (const char* text : {"", "One knot.", "One knot.Two cords", "One knot.Two cords.."}) {
    EXPECT_THAT(SplitChunks(task, text), StatusIs(absl::StatusCode::kInvalidArgument)) << text;
  }
  v1::Task backwards = task;
  backwards.mutable_more_chunks(0)->set_end(5);
  EXPECT_THAT(SplitChunks(backwards, "One knot."), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(TaskChunks, RefusesSpansThatDoNotFitTheDocument) {
  struct Case {
    const char* name;
    std::vector<TextRange> chunks;
  };
  const Case cases[] = {{"empty", {{0, 9}, {10, 10}}},
                        {"out of order", {{10, 20}, {0, 9}}},
                        {"overlapping", {{0, 9}, {8, 20}}},
                        {"behind the end", {{0, 9}, {10, 90}}},
                        {"inside a character", {{0, 9}, {10, 24}}}};
  for (const Case& c : cases) {
    EXPECT_THAT(LeasedText(kText, TaskOf(c.chunks)), StatusIs(absl::StatusCode::kDataLoss))
        << c.name;
  }
}

TEST(TaskChunks, ARowNeedsItsChunksAndASummaryTheWholeDocument) {
  v1::Task task = TaskOf({{5, 9}, {20, 30}});
  task.set_kind(v1::TASK_KIND_TWO_CHUNKS);
  ASSERT_EQ(RowChunks(task, 100).size(), 2u);
  EXPECT_EQ(RowChunks(task, 100)[1].begin, 20u);
  const TextRange hull = HullOf(RowChunks(task, 100));
  EXPECT_EQ(hull.begin, 5u);
  EXPECT_EQ(hull.end, 30u);

  task.set_kind(v1::TASK_KIND_SUMMARY);
  ASSERT_EQ(RowChunks(task, 100).size(), 1u);
  EXPECT_EQ(RowChunks(task, 100)[0].begin, 0u);
  EXPECT_EQ(RowChunks(task, 100)[0].end, 100u);
}

}  // namespace
}  // namespace quipu::generator
