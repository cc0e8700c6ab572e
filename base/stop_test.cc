// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/stop.h"

#include <signal.h>

#include "gtest/gtest.h"

namespace quipu {
namespace {

class StopTest : public ::testing::TestWithParam<int> {
 protected:
  void SetUp() override { ResetStopForTest(); }
  void TearDown() override { ResetStopForTest(); }
};

TEST_P(StopTest, FirstSignalAsksForAStop) {
  InstallStopHandlers();
  EXPECT_FALSE(StopRequested());

  raise(GetParam());

  EXPECT_TRUE(StopRequested());
}

TEST_P(StopTest, AnInterruptAfterASignalEndsTheProcess) {
  InstallStopHandlers();

  EXPECT_EXIT(
      {
        raise(GetParam());
        raise(SIGINT);
      },
      ::testing::ExitedWithCode(kStoppedExitCode), "");
}

// Schedulers signal all processes of a job, and so may the job's script.
TEST_P(StopTest, ATermAfterASignalIsTheSameRequest) {
  InstallStopHandlers();

  raise(GetParam());
  raise(SIGTERM);

  EXPECT_TRUE(StopRequested());
}

TEST_P(StopTest, FirstSignalAfterOwnRequestDoesNotEndTheProcess) {
  InstallStopHandlers();
  RequestStopForTest();

  raise(GetParam());

  EXPECT_TRUE(StopRequested());
}

INSTANTIATE_TEST_SUITE_P(Signals, StopTest, ::testing::Values(SIGTERM, SIGINT));

TEST(Stop, RequestsAreUndoneByReset) {
  EXPECT_FALSE(StopRequested());
  RequestStopForTest();
  EXPECT_TRUE(StopRequested());
  ResetStopForTest();
  EXPECT_FALSE(StopRequested());
}

}  // namespace
}  // namespace quipu
