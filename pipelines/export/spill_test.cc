// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/spill.h"

#include <string>
#include <vector>

#include "base/file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines {
namespace {

using ::quipu::testing::IsOkAndHolds;
using ::quipu::testing::StatusIs;
using ::quipu::testing::TempDir;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> LinesOf(Spill* spill) {
  std::vector<std::string> lines;
  EXPECT_OK(spill->ForEachInOrder([&lines](absl::string_view line) {
    lines.emplace_back(line);
    return absl::OkStatus();
  }));
  return lines;
}

TEST(Spill, GivesLinesByTheirOrderAndEqualOnesAsTheyCame) {
  TempDir dir;
  ASSERT_OK_AND_ASSIGN(const auto spill, Spill::Create(dir.path()));
  ASSERT_OK(spill->Append({2, 0}, "two\n"));
  ASSERT_OK(spill->Append({1, 9}, "one, nine, first\n"));
  ASSERT_OK(spill->Append({1, 3}, ""));
  ASSERT_OK(spill->Append({1, 9}, "one, nine, again\n"));

  EXPECT_THAT(LinesOf(spill.get()),
              ElementsAre("", "one, nine, first\n", "one, nine, again\n", "two\n"));
}

TEST(Spill, OfNothingGivesNothing) {
  TempDir dir;
  ASSERT_OK_AND_ASSIGN(const auto spill, Spill::Create(dir.path()));

  EXPECT_THAT(LinesOf(spill.get()), IsEmpty());
}

TEST(Spill, KeepsEveryByteOfLongLinesThatDoNotShrink) {
  TempDir dir;
  ASSERT_OK_AND_ASSIGN(const auto spill, Spill::Create(dir.path()));
  // Below, at and over what is written at once, and beyond it in sum.
  std::vector<std::string> lines;
  for (const size_t size : {1 << 10, 1 << 20, (1 << 20) + 1, 3 << 20, 1}) {
    std::string line(size, '\0');
    uint32_t state = static_cast<uint32_t>(size);
    for (char& c : line) c = static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
    lines.push_back(line);
  }
  for (size_t i = 0; i < lines.size(); ++i) {
    ASSERT_OK(spill->Append({lines.size() - i, 0}, lines[i]));
  }

  std::vector<std::string> backwards(lines.rbegin(), lines.rend());
  EXPECT_EQ(LinesOf(spill.get()), backwards);
}

TEST(Spill, LeavesNoFileBesideTheOthers) {
  TempDir dir;
  ASSERT_OK_AND_ASSIGN(const auto first, Spill::Create(dir.path()));
  ASSERT_OK_AND_ASSIGN(const auto second, Spill::Create(dir.path()));
  ASSERT_OK(first->Append({}, "line\n"));

  EXPECT_THAT(ListDir(dir.path()), IsOkAndHolds(IsEmpty()));
}

TEST(Spill, StopsAtTheFirstErrorOfItsReader) {
  TempDir dir;
  ASSERT_OK_AND_ASSIGN(const auto spill, Spill::Create(dir.path()));
  ASSERT_OK(spill->Append({1, 0}, "a"));
  ASSERT_OK(spill->Append({2, 0}, "b"));
  int calls = 0;

  EXPECT_THAT(spill->ForEachInOrder([&calls](absl::string_view) {
    ++calls;
    return absl::CancelledError("enough");
  }),
              StatusIs(absl::StatusCode::kCancelled, "enough"));
  EXPECT_EQ(calls, 1);
}

TEST(Spill, TellsWhereItCannotBeMade) {
  TempDir dir;

  EXPECT_THAT(Spill::Create(dir.Path("missing")).status(),
              StatusIs(absl::StatusCode::kNotFound, "missing"));
}

}  // namespace
}  // namespace quipu::pipelines
