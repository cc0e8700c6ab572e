// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/chunks/poor_text.h"

#include <string>

#include "gtest/gtest.h"

namespace quipu::generator {
namespace {

TEST(PoorText, IsAListOfReferences) {
  EXPECT_TRUE(IsPoorText(
      "Smith, J. (1998). Cords and knots. Harbour Press. ISBN 1-2345-678-9. Jones, A. (2001). The "
      "lock. Journal of Locks, 12-19. doi:10.1/x. Retrieved 3 May 2010. Brown et al. (2004)."));
  EXPECT_FALSE(IsPoorText(
      "The lock was built in 1998 after a survey (Smith, 1997) found that the old one leaked. It "
      "took twelve men two years, and the town paid for it with a toll on every barge."));
}

TEST(PoorText, IsATemplate) {
  EXPECT_TRUE(IsPoorText("The rent is [   ] a year, due on ____. The Tenant pays US$[\u25cf]."));
  EXPECT_FALSE(IsPoorText("The rent is 300 pounds a year, due on [the first day of] May."));
}

TEST(PoorText, IsAPageOfSignatures) {
  EXPECT_TRUE(IsPoorText("IN WITNESS WHEREOF the parties sign. By: /s/ A. Smith Name: A. Smith"));
  EXPECT_FALSE(IsPoorText("The keeper signed the ledger every evening, as his father had done."));
}

TEST(PoorText, IsAListOfNames) {
  std::string names;
  for (int i = 0; i < 20; ++i) names += "Old Harbour Brewing Company Upper Lake Beer and ";
  EXPECT_TRUE(IsPoorText(names));
  std::string prose;
  for (int i = 0; i < 20; ++i) prose += "The keeper of Kelso opens the gate. ";
  EXPECT_FALSE(IsPoorText(prose));
}

TEST(PoorText, IsFigures) {
  EXPECT_TRUE(IsPoorText("Revenue 1,204 1,310 1,402 costs 904 1,001 1,087 net 300 309 315."));
  EXPECT_FALSE(IsPoorText("Revenue rose to 1,310 in the second year, and costs to 1,001."));
  EXPECT_FALSE(IsPoorText(""));
}

}  // namespace
}  // namespace quipu::generator
