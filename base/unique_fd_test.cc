// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/unique_fd.h"

#include <fcntl.h>

#include <utility>

#include "gtest/gtest.h"

namespace quipu {
namespace {

int OpenNull() { return open("/dev/null", O_RDONLY | O_CLOEXEC); }
bool IsOpen(int fd) { return fcntl(fd, F_GETFD) >= 0; }

TEST(UniqueFd, HoldsNoneAtFirst) {
  UniqueFd none;
  EXPECT_FALSE(none.valid());
  EXPECT_LT(none.get(), 0);
  EXPECT_FALSE(UniqueFd(-1).valid());
}

TEST(UniqueFd, ClosesWhatItHolds) {
  int fd;
  {
    UniqueFd held(OpenNull());
    ASSERT_TRUE(held.valid());
    fd = held.get();
    EXPECT_TRUE(IsOpen(fd));
  }
  EXPECT_FALSE(IsOpen(fd));
}

TEST(UniqueFd, MovesWhatItHolds) {
  UniqueFd first(OpenNull());
  const int fd = first.get();
  UniqueFd second(std::move(first));
  EXPECT_EQ(second.get(), fd);
  EXPECT_FALSE(first.valid());  // NOLINT(bugprone-use-after-move): the test is about it.
  EXPECT_TRUE(IsOpen(fd));
}

TEST(UniqueFd, ClosesWhatAMoveReplaces) {
  UniqueFd target(OpenNull());
  const int replaced = target.get();
  UniqueFd source(OpenNull());
  const int fd = source.get();
  target = std::move(source);
  EXPECT_EQ(target.get(), fd);
  EXPECT_FALSE(IsOpen(replaced));
  target = UniqueFd();
  EXPECT_FALSE(IsOpen(fd));
}

TEST(UniqueFd, GivesItAway) {
  UniqueFd held(OpenNull());
  const int fd = held.Release();
  EXPECT_FALSE(held.valid());
  EXPECT_TRUE(IsOpen(fd));
  held.Reset(fd);
  held.Reset();
  EXPECT_FALSE(IsOpen(fd));
}

}  // namespace
}  // namespace quipu
