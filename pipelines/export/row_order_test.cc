// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/row_order.h"

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
  return spec;
}

// The order in which these numbers are passed on.
std::string Order(const v1::RunSpec& spec, absl::string_view stream, const std::vector<int>& rows) {
  TempDir dir;
  const auto spill = SpillFile::Create(dir.path());
  EXPECT_OK(spill.status());
  std::string written;
  RowOrder order(stream, spec, spill->get(), [&written](absl::string_view record) {
    absl::StrAppend(&written, record, ",");
    return absl::OkStatus();
  });
  for (const int row : rows) {
    const std::string text = absl::StrCat(row);
    EXPECT_OK(order.Add(FingerprintOf(text), text));
  }
  EXPECT_OK(order.Finish());
  return written;
}

TEST(RowOrder, KeepsTheOrderUnlessItShuffles) {
  EXPECT_EQ(Order(Spec(1, false), "tokens", {3, 1, 2}), "3,1,2,");
}

TEST(RowOrder, PlacesARowByItsIdWhateverTheOrderInWhichRowsCome) {
  std::vector<int> rows = {1, 2, 3, 4, 5, 6, 7, 8, 9};
  const std::string forwards = Order(Spec(1, true), "tokens", rows);
  std::reverse(rows.begin(), rows.end());

  EXPECT_EQ(Order(Spec(1, true), "tokens", rows), forwards);
  EXPECT_NE(forwards, Order(Spec(1, false), "tokens", rows));
}

TEST(RowOrder, ShufflesEachStreamAndEachSeedItsOwnWay) {
  const std::vector<int> rows = {1, 2, 3, 4, 5, 6, 7, 8, 9};
  const std::string tokens = Order(Spec(1, true), "tokens", rows);

  EXPECT_NE(Order(Spec(1, true), "messages", rows), tokens);
  EXPECT_NE(Order(Spec(2, true), "tokens", rows), tokens);
}

TEST(RowOrder, ReturnsTheErrorOfARow) {
  for (const bool shuffle : {true, false}) {
    TempDir dir;
    ASSERT_OK_AND_ASSIGN(const auto spill, SpillFile::Create(dir.path()));
    RowOrder order("tokens", Spec(1, shuffle), spill.get(),
                   [](absl::string_view) { return absl::DataLossError("bad"); });

    absl::Status status = order.Add(FingerprintOf("row"), "row");
    if (status.ok()) status = order.Finish();

    EXPECT_THAT(status, StatusIs(absl::StatusCode::kDataLoss, "bad"));
  }
}

}  // namespace
}  // namespace quipu::pipelines
