// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/report/review/agreement.h"

#include "gtest/gtest.h"

namespace quipu::pipelines {
namespace {

// The example of Cohen's kappa that textbooks have: 20, 5, 10, 15.
TEST(AgreementOf, IsWhatIsBeyondChance) {
  const Agreement agreement = AgreementOf({{{20, 5}, {10, 15}}});

  EXPECT_EQ(agreement.pairs, 50u);
  EXPECT_EQ(agreement.same, 35u);
  ASSERT_TRUE(agreement.kappa.has_value());
  EXPECT_NEAR(*agreement.kappa, 0.4, 1e-12);
  // Wilson's interval of 35 of 50 is 0.562 to 0.809, and chance gives 0.5.
  EXPECT_NEAR(agreement.interval.low, 0.1251, 5e-4);
  EXPECT_NEAR(agreement.interval.high, 0.6180, 5e-4);
}

TEST(AgreementOf, OfTwoWhoAlwaysAgreeIsOneAndStillUncertain) {
  const Agreement agreement = AgreementOf({{{5, 0}, {0, 5}}});

  ASSERT_TRUE(agreement.kappa.has_value());
  EXPECT_DOUBLE_EQ(*agreement.kappa, 1);
  EXPECT_LT(agreement.interval.low, 0.5);
  EXPECT_DOUBLE_EQ(agreement.interval.high, 1);
}

TEST(AgreementOf, OfTwoWhoNeverAgreeIsNegative) {
  EXPECT_DOUBLE_EQ(AgreementOf({{{0, 5}, {5, 0}}}).kappa.value_or(0), -1);
}

TEST(AgreementOf, IsUnknownWhereChanceExplainsAll) {
  EXPECT_FALSE(AgreementOf({{{9, 0}, {0, 0}}}).kappa.has_value());
  EXPECT_FALSE(AgreementOf({{{0, 0}, {0, 0}}}).kappa.has_value());
  EXPECT_EQ(AgreementOf({{{9, 0}, {0, 0}}}).same, 9u);
}

}  // namespace
}  // namespace quipu::pipelines
