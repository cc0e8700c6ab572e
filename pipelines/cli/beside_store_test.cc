// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/cli/beside_store.h"

#include "gtest/gtest.h"

namespace quipu::pipelines {
namespace {

TEST(BesideStoreTest, IsInTheParentDirectory) {
  EXPECT_EQ(BesideStore("out/demo/store", "r.html"), "out/demo/r.html");
  EXPECT_EQ(BesideStore("out/demo/store//", "r.html"), "out/demo/r.html");
  EXPECT_EQ(BesideStore("/store", "r.html"), "/r.html");
  EXPECT_EQ(BesideStore("store", "r.html"), "r.html");
  EXPECT_EQ(BesideStore(".", "r.html"), "./../r.html");
  EXPECT_EQ(BesideStore("out/..", "r.html"), "out/../../r.html");
}

}  // namespace
}  // namespace quipu::pipelines
