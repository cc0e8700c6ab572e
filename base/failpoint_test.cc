// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/failpoint.h"

#include <set>
#include <string>

#include "gtest/gtest.h"

namespace quipu {
namespace {

TEST(Failpoint, IsOkWithoutAHandlerAndHasTheHandlersStatusWithOne) {
  EXPECT_TRUE(Failpoint("commit.before_write").ok());

  SetFailpointHandler([](absl::string_view name) {
    return name == "commit.before_write" ? absl::UnavailableError("injected") : absl::OkStatus();
  });
  EXPECT_EQ(Failpoint("commit.before_write"), absl::UnavailableError("injected"));
  EXPECT_TRUE(Failpoint("commit.after_write").ok());

  SetFailpointHandler(nullptr);
  EXPECT_TRUE(Failpoint("commit.before_write").ok());
}

TEST(Failpoint, HasDistinctNames) {
  const std::set<std::string> names(std::begin(kFailpoints), std::end(kFailpoints));
  EXPECT_EQ(names.size(), std::size(kFailpoints));
}

}  // namespace
}  // namespace quipu
