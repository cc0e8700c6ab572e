// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/cli/pager.h"

#include <cstdlib>
#include <sstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines {
namespace {

using testing::TempDir;

TEST(ShowPaged, WritesToThePager) {
  TempDir dir;
  std::ostringstream out;

  ASSERT_OK(ShowPaged("nine sacks\n", absl::StrCat("cat > '", dir.Path("text"), "'"), out));

  EXPECT_THAT(ReadFile(dir.Path("text"), 100), testing::IsOkAndHolds("nine sacks\n"));
  EXPECT_EQ(out.str(), "");
}

TEST(ShowPaged, WritesToTheOutputWithoutAPager) {
  std::ostringstream out;
  ASSERT_OK(ShowPaged("nine ", "", out));
  ASSERT_OK(ShowPaged("sacks", "no-such-pager-here 2> /dev/null", out));

  EXPECT_EQ(out.str(), "nine sacks");
}

TEST(ShowPaged, AReaderMayEndThePagerEarly) {
  std::ostringstream out;

  ASSERT_OK(ShowPaged(std::string(1 << 20, 'x'), "true", out));

  EXPECT_EQ(out.str(), "");
}

TEST(PagerOf, IsTheUsersOnATerminal) {
  setenv("PAGER", "most -s", 1);
  EXPECT_EQ(PagerOf(true), "most -s");
  EXPECT_EQ(PagerOf(false), "");
  setenv("PAGER", "", 1);
  EXPECT_EQ(PagerOf(true), "");
  unsetenv("PAGER");
  EXPECT_EQ(PagerOf(true), "less -FRX");
}

TEST(WantsColour, OnATerminalUnlessTheUserSaysNo) {
  setenv("TERM", "xterm", 1);
  unsetenv("NO_COLOR");
  EXPECT_TRUE(WantsColour(true));
  EXPECT_FALSE(WantsColour(false));
  setenv("NO_COLOR", "1", 1);
  EXPECT_FALSE(WantsColour(true));
  unsetenv("NO_COLOR");
  setenv("TERM", "dumb", 1);
  EXPECT_FALSE(WantsColour(true));
}

}  // namespace
}  // namespace quipu::pipelines
