// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "tests/support/status_matchers.h"

#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest-spi.h"
#include "gtest/gtest.h"

namespace quipu::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::Not;
using ::testing::StartsWith;

absl::StatusOr<int> Seven() { return 7; }
absl::StatusOr<int> Nothing() { return absl::NotFoundError("no number here"); }

TEST(StatusMatchers, TellOkFromErrors) {
  EXPECT_OK(absl::OkStatus());
  EXPECT_OK(Seven());
  EXPECT_THAT(Nothing(), Not(IsOk()));
  EXPECT_THAT(absl::InternalError("x"), Not(IsOk()));
}

TEST(StatusMatchers, CompareCodeAndMessage) {
  EXPECT_THAT(Nothing(), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(Nothing(), StatusIs(absl::StatusCode::kNotFound, "number"));
  EXPECT_THAT(Nothing(), StatusIs(absl::StatusCode::kNotFound, std::string("here")));
  EXPECT_THAT(Nothing(), StatusIs(absl::StatusCode::kNotFound, StartsWith("no")));
  EXPECT_THAT(Nothing(), Not(StatusIs(absl::StatusCode::kNotFound, StartsWith("number"))));
  EXPECT_THAT(Nothing(), Not(StatusIs(absl::StatusCode::kNotFound, "letter")));
  EXPECT_THAT(Nothing(), Not(StatusIs(absl::StatusCode::kInternal)));
  EXPECT_THAT(Seven(), StatusIs(absl::StatusCode::kOk));
}

TEST(StatusMatchers, TakeSubstringsOfAnyStringType) {
  char array[] = "number";
  EXPECT_THAT(Nothing(), StatusIs(absl::StatusCode::kNotFound, array));
  EXPECT_THAT(Nothing(), StatusIs(absl::StatusCode::kNotFound, absl::string_view("number")));
}

TEST(StatusMatchers, LookIntoTheValue) {
  EXPECT_THAT(Seven(), IsOkAndHolds(7));
  EXPECT_THAT(Seven(), Not(IsOkAndHolds(8)));
  EXPECT_THAT(Nothing(), Not(IsOkAndHolds(7)));
  EXPECT_THAT(absl::StatusOr<std::string>("ab"), IsOkAndHolds("ab"));
  EXPECT_THAT((absl::StatusOr<std::vector<int>>({1, 2})), IsOkAndHolds(ElementsAre(1, 2)));
}

TEST(StatusMatchers, AssignAlsoMovesOnlyTypes) {
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<int> value,
                       absl::StatusOr<std::unique_ptr<int>>(std::make_unique<int>(3)));

  EXPECT_EQ(*value, 3);
}

TEST(StatusMatchers, FailuresShowTheStatus) {
  EXPECT_NONFATAL_FAILURE(EXPECT_OK(absl::NotFoundError("some text")), "NOT_FOUND: some text");
  EXPECT_FATAL_FAILURE({ ASSERT_OK_AND_ASSIGN([[maybe_unused]] int value, Nothing()); },
                       "no number here");
  EXPECT_NONFATAL_FAILURE(EXPECT_THAT(Nothing(), IsOkAndHolds(7)), "no number here");
}

}  // namespace
}  // namespace quipu::testing
