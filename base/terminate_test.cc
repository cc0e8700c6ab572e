// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/terminate.h"

#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <new>
#include <stdexcept>
#include <system_error>
#include <thread>

#include "gtest/gtest.h"

namespace quipu {
namespace {

// On a thread of a library, where nothing catches it.
template <typename Exception>
void ThrowElsewhere(const Exception& exception) {
  InstallTerminateHandler();
  std::thread([&] { throw exception; }).join();
}

class TerminateDeathTest : public ::testing::Test {
 protected:
  void SetUp() override { ::testing::FLAGS_gtest_death_test_style = "threadsafe"; }
};

TEST_F(TerminateDeathTest, ALackOfMemoryIsAnErrorToReport) {
  EXPECT_EXIT(ThrowElsewhere(std::bad_alloc()), ::testing::ExitedWithCode(kOutOfResourcesExitCode),
              "out of memory");
}

TEST_F(TerminateDeathTest, AThreadThatCannotStartIsAnErrorToReport) {
  EXPECT_EXIT(ThrowElsewhere(std::system_error(
                  std::make_error_code(std::errc::resource_unavailable_try_again))),
              ::testing::ExitedWithCode(kOutOfResourcesExitCode), "a thread cannot be started");
}

TEST_F(TerminateDeathTest, AnyOtherExceptionAborts) {
  EXPECT_DEATH(ThrowElsewhere(std::logic_error("our mistake")), "our mistake");
  EXPECT_DEATH(ThrowElsewhere(std::system_error(std::make_error_code(std::errc::invalid_argument))),
               "");
}

// Writes more than the limit of file sizes allows; exits with the error.
[[noreturn]] void WriteBeyondTheLimit() {
  InstallTerminateHandler();
  const rlimit limit = {10, 10};
  setrlimit(RLIMIT_FSIZE, &limit);
  std::FILE* const file = std::tmpfile();
  const ssize_t first = write(fileno(file), "0123456789", 10);
  const ssize_t second = write(fileno(file), "0", 1);
  _exit(first == 10 && second == -1 && errno == EFBIG ? 77 : 1);
}

TEST_F(TerminateDeathTest, AFileThatIsTooLargeFailsItsWrite) {
  EXPECT_EXIT(WriteBeyondTheLimit(), ::testing::ExitedWithCode(77), "");
}

TEST_F(TerminateDeathTest, MayBeInstalledTwice) {
  InstallTerminateHandler();
  EXPECT_DEATH(ThrowElsewhere(std::logic_error("our mistake")), "our mistake");
}

}  // namespace
}  // namespace quipu
