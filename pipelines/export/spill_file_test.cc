// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/spill_file.h"

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
using ::testing::IsEmpty;

TEST(SpillFile, ReadsSpilledBytesInAnyOrder) {
  TempDir dir;
  ASSERT_OK_AND_ASSIGN(const auto spill, SpillFile::Create(dir.path()));
  // Below, at and over what is written at once, and nothing.
  std::vector<std::string> pieces;
  std::vector<Extent> places;
  for (const size_t size : {1 << 10, 1 << 20, (1 << 20) + 1, 0, 3 << 20, 1}) {
    pieces.push_back(std::string(size, static_cast<char>('a' + pieces.size())));
    ASSERT_OK_AND_ASSIGN(places.emplace_back(), spill->Append(pieces.back()));
  }

  std::string bytes;
  for (size_t i = pieces.size(); i-- > 0;) {
    ASSERT_OK(spill->Read(places[i], &bytes));
    EXPECT_TRUE(bytes == pieces[i]) << i;
  }
}

TEST(SpillFile, ReplacesWhatAKilledProcessLeft) {
  TempDir dir;
  ASSERT_OK(WriteFileAtomic(dir.Path(".spill"), "old"));

  ASSERT_OK_AND_ASSIGN(const auto spill, SpillFile::Create(dir.path()));
  ASSERT_OK_AND_ASSIGN(const Extent place, spill->Append("new"));

  std::string bytes;
  ASSERT_OK(spill->Read(place, &bytes));
  EXPECT_EQ(bytes, "new");
}

TEST(SpillFile, TakesMoreAfterItWasRead) {
  TempDir dir;
  ASSERT_OK_AND_ASSIGN(const auto spill, SpillFile::Create(dir.path()));
  ASSERT_OK_AND_ASSIGN(const Extent first, spill->Append("first"));
  std::string bytes;
  ASSERT_OK(spill->Read(first, &bytes));
  ASSERT_OK_AND_ASSIGN(const Extent second, spill->Append("second"));

  ASSERT_OK(spill->Read(second, &bytes));
  EXPECT_EQ(bytes, "second");
  ASSERT_OK(spill->Read(first, &bytes));
  EXPECT_EQ(bytes, "first");
}

TEST(SpillFile, LeavesNoFileBesideTheOthers) {
  TempDir dir;
  ASSERT_OK_AND_ASSIGN(const auto first, SpillFile::Create(dir.path()));
  ASSERT_OK_AND_ASSIGN(const auto second, SpillFile::Create(dir.path()));
  ASSERT_OK(first->Append(std::string(2 << 20, 'x')).status());

  EXPECT_THAT(ListDir(dir.path()), IsOkAndHolds(IsEmpty()));
}

TEST(SpillFile, TellsWhereItCannotBeMade) {
  TempDir dir;

  EXPECT_THAT(SpillFile::Create(dir.Path("missing")).status(),
              StatusIs(absl::StatusCode::kNotFound, "missing"));
}

TEST(SpillFile, NoticesThatItEndsTooSoon) {
  TempDir dir;
  ASSERT_OK_AND_ASSIGN(const auto spill, SpillFile::Create(dir.path()));
  ASSERT_OK(spill->Append("short").status());
  std::string bytes;

  EXPECT_THAT(spill->Read({0, 6}, &bytes), StatusIs(absl::StatusCode::kDataLoss, "ends at 5"));
}

}  // namespace
}  // namespace quipu::pipelines
