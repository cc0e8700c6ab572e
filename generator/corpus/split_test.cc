// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/corpus/split.h"

#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace quipu::generator {
namespace {

v1::RunSpec Spec(double share, uint64_t seed = 1) {
  v1::RunSpec spec;
  spec.set_seed(seed);
  spec.mutable_export_()->set_validation_share(share);
  return spec;
}

int CountValidation(const v1::RunSpec& spec, int ids) {
  int count = 0;
  for (int i = 0; i < ids; ++i) {
    count += SplitOf(spec, absl::StrCat("id ", i)) == Split::kValidation ? 1 : 0;
  }
  return count;
}

TEST(Split, TrainsEverythingByDefault) {
  EXPECT_EQ(CountValidation(v1::RunSpec(), 1000), 0);
  EXPECT_EQ(CountValidation(Spec(0), 1000), 0);
}

TEST(Split, TakesTheShare) {
  EXPECT_NEAR(CountValidation(Spec(0.1), 10000), 1000, 150);
  EXPECT_NEAR(CountValidation(Spec(0.5), 10000), 5000, 250);
}

TEST(Split, DependsOnTheSeedAndAGreaterShareKeepsTheSmallerOnesChoice) {
  int moved = 0;
  for (int i = 0; i < 1000; ++i) {
    const std::string id = absl::StrCat("id ", i);
    if (SplitOf(Spec(0.1), id) == Split::kValidation) {
      EXPECT_EQ(SplitOf(Spec(0.3), id), Split::kValidation);
    }
    moved += SplitOf(Spec(0.3, 1), id) != SplitOf(Spec(0.3, 2), id) ? 1 : 0;
  }
  EXPECT_GT(moved, 100);
}

TEST(Split, OfALongRowIsItsDocuments) {
  const v1::RunSpec spec = Spec(0.5);
  for (int i = 0; i < 50; ++i) {
    v1::TrainingRow row;
    row.add_segments()->set_source_id(absl::StrCat("task ", i));
    EXPECT_EQ(SplitOfRow(spec, row), SplitOf(spec, absl::StrCat("task ", i)));
    row.mutable_long_details()->set_document_id("document");
    EXPECT_EQ(SplitOfRow(spec, row), SplitOf(spec, "document"));
  }
}

TEST(Split, HasTheNamesOfTheHub) {
  EXPECT_EQ(SplitName(Split::kTrain), "train");
  EXPECT_EQ(SplitName(Split::kValidation), "validation");
}

}  // namespace
}  // namespace quipu::generator
