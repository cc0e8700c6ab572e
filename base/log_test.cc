// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/log.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace quipu {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

// Returns what the four levels write to stderr when the least level is `level`.
std::string LinesAt(LogLevel level) {
  ::testing::internal::CaptureStderr();
  SetLogLevel(level);
  LogDebug("one");
  LogInfo("two");
  LogWarning("three");
  LogError("four");
  SetLogLevel(LogLevel::kInfo);
  return ::testing::internal::GetCapturedStderr();
}

TEST(Log, WritesTheLevelAndTheMessage) {
  const std::string lines = LinesAt(LogLevel::kDebug);

  EXPECT_THAT(lines, HasSubstr("debug one\n"));
  EXPECT_THAT(lines, HasSubstr("info two\n"));
  EXPECT_THAT(lines, HasSubstr("warning three\n"));
  EXPECT_THAT(lines, EndsWith("error four\n"));
}

TEST(Log, LeavesOutLowerLevels) {
  EXPECT_THAT(LinesAt(LogLevel::kInfo), Not(HasSubstr("one")));
  EXPECT_THAT(LinesAt(LogLevel::kError), Not(HasSubstr("three")));
  EXPECT_EQ(LinesAt(LogLevel::kOff), "");
}

TEST(Log, TakesBracesLiterally) {
  ::testing::internal::CaptureStderr();
  LogInfo("{} {0} %s %n");
  EXPECT_THAT(::testing::internal::GetCapturedStderr(),
              EndsWith("info {} {0} %s %n\n"));
}

TEST(Check, DoesNothingWhenTrue) {
  int evaluated = 0;
  const auto message = [&evaluated] { return ++evaluated; };
  QUIPU_CHECK(1 < 2) << message();
  EXPECT_EQ(evaluated, 0);
}

TEST(Check, IsOneStatement) {
  // Would not compile, or would take the wrong branch, otherwise.
  bool other = false;
  if (other)
    QUIPU_CHECK(other) << "not reached";
  else
    other = true;
  EXPECT_TRUE(other);
}

TEST(CheckDeathTest, SaysWhatFailedAndWhere) {
  EXPECT_DEATH(QUIPU_CHECK(1 > 2) << "because " << 3,
               "base/log_test.cc:[0-9]+: check failed: 1 > 2 because 3");
}

}  // namespace
}  // namespace quipu
