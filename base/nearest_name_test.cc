// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/nearest_name.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace quipu {
namespace {

const std::vector<std::string>& Names() {
  static const auto* names =
      new std::vector<std::string>{"documents", "seed", "store", "restore", "build"};
  return *names;
}

TEST(NearestName, FindsWhatWasMeant) {
  EXPECT_EQ(NearestName("document", Names()), "documents");
  EXPECT_EQ(NearestName("Documnets", Names()), "documents");
  EXPECT_EQ(NearestName("bulid", Names()), "build");
  EXPECT_EQ(NearestName("stor", Names()), "store");
  EXPECT_EQ(NearestName("SEED", Names()), "seed");
}

TEST(NearestName, AllowsOneChangeForEachThreeLetters) {
  EXPECT_EQ(NearestName("sxxd", Names()), "");
  EXPECT_EQ(NearestName("dxcxmxnts", Names()), "documents") << "three of nine";
  EXPECT_EQ(NearestName("dxcxmxnxs", Names()), "") << "four of nine";
}

TEST(NearestName, SaysNothingOfNamesThatMeanNothing) {
  EXPECT_EQ(NearestName("", Names()), "");
  EXPECT_EQ(NearestName("se", Names()), "");
  EXPECT_EQ(NearestName("engine", Names()), "");
  EXPECT_EQ(NearestName("build", {}), "");
  EXPECT_EQ(NearestName(std::string(65, 'a'), {std::string(65, 'a')}), "");
  EXPECT_EQ(NearestName("aaa", {std::string(1 << 20, 'a')}), "");
}

TEST(NearestName, DidYouMeanIsAHintOrNothing) {
  EXPECT_EQ(DidYouMean("bulid", Names()), " (did you mean \"build\"?)");
  EXPECT_EQ(DidYouMean("xyz", Names()), "");
}

}  // namespace
}  // namespace quipu
