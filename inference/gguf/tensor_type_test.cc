// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/gguf/tensor_type.h"

#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace quipu::inference {
namespace {

using ::quipu::testing::IsOkAndHolds;
using ::quipu::testing::StatusIs;

TEST(TensorType, KnowsTheSizesOfBlocks) {
  EXPECT_EQ(RowBytes(TensorType::kF32, 10), 40u);
  EXPECT_EQ(RowBytes(TensorType::kQ4_1, 576), 360u);
  EXPECT_EQ(RowBytes(TensorType::kQ8_0, 576), 612u);
  EXPECT_EQ(RowBytes(TensorType::kQ4_K, 1536), 864u);
  EXPECT_EQ(RowBytes(TensorType::kQ6_K, 1536), 1260u);
  EXPECT_EQ(RowBytes(TensorType::kQ3_K, 1536), 660u);
  EXPECT_EQ(RowBytes(TensorType::kIQ4_NL, 576), 324u);
  EXPECT_EQ(RowBytes(TensorType::kMXFP4, 576), 306u);
  EXPECT_EQ(RowBytes(TensorType::kQ2_K, 1536), 504u);
  EXPECT_EQ(RowBytes(TensorType::kIQ4_XS, 1536), 816u);
}

TEST(TensorType, NamesTypesThatAreNotSupported) {
  EXPECT_THAT(TensorTypeFromGguf(12), IsOkAndHolds(TensorType::kQ4_K));
  EXPECT_THAT(TensorTypeFromGguf(30), IsOkAndHolds(TensorType::kBF16));
  EXPECT_THAT(TensorTypeFromGguf(16), StatusIs(absl::StatusCode::kUnimplemented, "IQ2_XXS"));
  EXPECT_THAT(TensorTypeFromGguf(4), StatusIs(absl::StatusCode::kUnimplemented, "4"));
  EXPECT_THAT(TensorTypeFromGguf(4000000000u), StatusIs(absl::StatusCode::kUnimplemented));
}

}  // namespace
}  // namespace quipu::inference
