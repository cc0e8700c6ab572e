// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/status_macros.h"

#include <memory>

#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace quipu {
namespace {

using testing::IsOkAndHolds;
using testing::StatusIs;

absl::Status Check(int value) {
  if (value < 0) return absl::OutOfRangeError("negative");
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<int>> Box(int value) {
  RETURN_IF_ERROR(Check(value));
  return std::make_unique<int>(value);
}

absl::StatusOr<int> Twice(int value) {
  RETURN_IF_ERROR(Check(value));
  return 2 * value;
}

absl::StatusOr<int> Sum(int a, int b) {
  ASSIGN_OR_RETURN(const std::unique_ptr<int> first, Box(a));
  int second = 0;
  ASSIGN_OR_RETURN(second, Twice(b));
  return *first + second;
}

TEST(StatusMacros, GoOnWhenOk) { EXPECT_THAT(Sum(3, 4), IsOkAndHolds(11)); }

TEST(StatusMacros, ReturnTheError) {
  EXPECT_THAT(Sum(-1, 4), StatusIs(absl::StatusCode::kOutOfRange, "negative"));
  EXPECT_THAT(Sum(1, -4), StatusIs(absl::StatusCode::kOutOfRange, "negative"));
}

TEST(StatusMacros, EvaluateOnce) {
  int evaluated = 0;
  const auto function = [&evaluated]() -> absl::Status {
    RETURN_IF_ERROR(Check(++evaluated));
    return absl::OkStatus();
  };

  EXPECT_OK(function());

  EXPECT_EQ(evaluated, 1);
}

}  // namespace
}  // namespace quipu
