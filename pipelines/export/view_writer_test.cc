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
  auto writer = ViewWriter::Create(dir.path(), view, spec);
  EXPECT_OK(writer.status());
  for (const int row : rows) {
    const std::string text = absl::StrCat(row);
    EXPECT_OK((*writer)->Append(FingerprintOf(text), absl::StrCat(text, ",")));
  }
  const auto shards = (*writer)->Finish();
  EXPECT_OK(shards.status());
  EXPECT_EQ(shards->size(), 1u);
  EXPECT_EQ(ListDir(dir.path()).value(), std::vector<std::string>{shards->at(0).name});
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

}  // namespace
}  // namespace quipu::pipelines
