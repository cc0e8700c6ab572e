// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/process_limits.h"

#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <iostream>

#include "gtest/gtest.h"

namespace quipu {
namespace {

// In a process of its own, with this limit set, ends with 0, or with 1 and the message.
[[noreturn]] void CheckUnder(int resource, rlim_t soft, rlim_t hard) {
  const rlimit limit = {soft, hard};
  if (setrlimit(static_cast<__rlimit_resource>(resource), &limit) != 0) _exit(3);
  const absl::Status status = CheckProcessLimits();
  rlimit files = {};
  getrlimit(RLIMIT_NOFILE, &files);
  std::cerr << status.ToString() << "; files: " << files.rlim_cur << "\n";
  _exit(status.ok() ? 0 : 1);
}

class ProcessLimitsDeathTest : public ::testing::Test {
 protected:
  void SetUp() override { ::testing::FLAGS_gtest_death_test_style = "threadsafe"; }
};

TEST_F(ProcessLimitsDeathTest, OfATestAreEnough) { EXPECT_TRUE(CheckProcessLimits().ok()); }

TEST_F(ProcessLimitsDeathTest, FewerOpenFilesThanNeededAreRefused) {
  EXPECT_EXIT(CheckUnder(RLIMIT_NOFILE, kMinOpenFiles, kMinOpenFiles), ::testing::ExitedWithCode(0),
              "OK");
  EXPECT_EXIT(CheckUnder(RLIMIT_NOFILE, kMinOpenFiles - 1, kMinOpenFiles - 1),
              ::testing::ExitedWithCode(1),
              "limit of open files is 63, at least 64 are needed .ulimit -n.");
}

TEST_F(ProcessLimitsDeathTest, ASoftLimitOfOpenFilesIsRaised) {
  EXPECT_EXIT(CheckUnder(RLIMIT_NOFILE, 20, 1024), ::testing::ExitedWithCode(0), "files: 64");
}

// The sanitizers map memory of their own for each thread, and end a process that they cannot.
#if !defined(__SANITIZE_ADDRESS__) && !defined(QUIPU_UNDER_TSAN)
// Room for this program and a few stacks of 8 MiB.
[[noreturn]] void CheckWithLittleAddressSpace() {
  rlim_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  const rlim_t limit = pages * static_cast<rlim_t>(sysconf(_SC_PAGESIZE)) + (rlim_t{40} << 20);
  CheckUnder(RLIMIT_AS, limit, limit);
}

TEST_F(ProcessLimitsDeathTest, ThreadsThatCannotStartAreRefused) {
  EXPECT_EXIT(CheckWithLittleAddressSpace(), ::testing::ExitedWithCode(1),
              "threads can be started, at least 16 are needed.*ulimit -v");
}
#endif

}  // namespace
}  // namespace quipu
