// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/words/han_numbers.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace quipu::generator {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(HanNumbers, AreReadByDigitsAndByUnits) {
  EXPECT_THAT(HanNumbers("一八九一年有三百二十名工人。"), ElementsAre("1891", "320"));
  EXPECT_THAT(HanNumbers("二〇二六年"), ElementsAre("2026"));
  EXPECT_THAT(HanNumbers("十二毫米，二十个，九十四米"), ElementsAre("12", "20", "94"));
  EXPECT_THAT(HanNumbers("一千零五、两万三千、三亿"), ElementsAre("1005", "23000", "300000000"));
  EXPECT_THAT(HanNumbers("二百十三"), ElementsAre("213"));
}

TEST(HanNumbers, AreNotSeenInOtherWords) {
  EXPECT_THAT(HanNumbers("一个十分简单的万一"), IsEmpty());
  EXPECT_THAT(HanNumbers("千万不要"), IsEmpty());
  EXPECT_THAT(HanNumbers("七八个，二三十人"), IsEmpty());
  EXPECT_THAT(HanNumbers(""), IsEmpty());
  EXPECT_THAT(HanNumbers("\xff\xfe"), IsEmpty());
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "亿";
  EXPECT_THAT(HanNumbers("九" + many), IsEmpty());
}

}  // namespace
}  // namespace quipu::generator
