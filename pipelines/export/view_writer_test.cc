// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/view_writer.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines {
namespace {

using ::quipu::testing::StatusIs;
using ::quipu::testing::TempDir;

v1::RunSpec Spec(uint64_t seed, bool shuffle) {
  v1::RunSpec spec;
  spec.set_seed(seed);
  spec.mutable_export_()->set_shuffle(shuffle);
  spec.mutable_export_()->set_shard_bytes(1 << 20);
  return spec;
}

// The one shard of a view whose rows are these numbers.
std::string Write(const v1::RunSpec& spec, absl::string_view view, const std::vector<int>& rows) {
  TempDir dir;
  const auto spill = SpillFile::Create(dir.path());
  EXPECT_OK(spill.status());
  ViewWriter writer(dir.path(), view, spec, spill->get(),
                    [](absl::string_view record, std::string* line) {
                      absl::StrAppend(line, record, ",");
                      return absl::OkStatus();
                    });
  for (const int row : rows) {
    const std::string text = absl::StrCat(row);
    EXPECT_OK(writer.Add(FingerprintOf(text), text));
  }
  const auto shards = writer.Finish();
  EXPECT_OK(shards.status());
  EXPECT_EQ(shards->size(), 1u);
  return ReadFile(dir.Path(shards->at(0).name), 1 << 20).value_or("CANNOT READ");
}

TEST(ViewWriter, KeepsTheOrderUnlessItShuffles) {
  EXPECT_EQ(Write(Spec(1, false), "tokens", {3, 1, 2}), "3,1,2,");
}

TEST(ViewWriter, PlacesARowByItsIdWhateverTheOrderInWhichRowsCome) {
  std::vector<int> rows = {1, 2, 3, 4, 5, 6, 7, 8, 9};
  const std::string forwards = Write(Spec(1, true), "tokens", rows);
  std::reverse(rows.begin(), rows.end());

  EXPECT_EQ(Write(Spec(1, true), "tokens", rows), forwards);
  EXPECT_NE(forwards, Write(Spec(1, false), "tokens", rows));
}

TEST(ViewWriter, ShufflesEachViewAndEachSeedItsOwnWay) {
  const std::vector<int> rows = {1, 2, 3, 4, 5, 6, 7, 8, 9};
  const std::string tokens = Write(Spec(1, true), "tokens", rows);

  EXPECT_NE(Write(Spec(1, true), "messages", rows), tokens);
  EXPECT_NE(Write(Spec(2, true), "tokens", rows), tokens);
}

TEST(ViewWriter, ReturnsTheErrorOfARow) {
  for (const bool shuffle : {true, false}) {
    TempDir dir;
    ASSERT_OK_AND_ASSIGN(const auto spill, SpillFile::Create(dir.path()));
    ViewWriter writer(dir.path(), "tokens", Spec(1, shuffle), spill.get(),
                      [](absl::string_view, std::string*) { return absl::DataLossError("bad"); });

    absl::Status status = writer.Add(FingerprintOf("row"), "row");
    if (status.ok()) status = writer.Finish().status();

    EXPECT_THAT(status, StatusIs(absl::StatusCode::kDataLoss, "bad"));
  }
}

}  // namespace
}  // namespace quipu::pipelines
