// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/remote/in_flight_limit.h"

#include "gtest/gtest.h"

namespace quipu::inference {
namespace {

// Answers as many requests as may be in flight.
void AnswerRoundTrip(InFlightLimit* limit) {
  const int in_flight = limit->limit();
  for (int i = 0; i < in_flight; ++i) limit->Answered(limit->limit());
}

TEST(InFlightLimitTest, DoublesInEachRoundTripUntilTheMost) {
  InFlightLimit limit({4, 30});
  AnswerRoundTrip(&limit);
  EXPECT_EQ(limit.limit(), 8);
  AnswerRoundTrip(&limit);
  EXPECT_EQ(limit.limit(), 16);
  AnswerRoundTrip(&limit);
  EXPECT_EQ(limit.limit(), 30);
}

TEST(InFlightLimitTest, HalvesOnceForAllThatWereInFlight) {
  InFlightLimit limit({16, 256});
  const int64_t round = limit.round();
  EXPECT_TRUE(limit.Crowded(round));
  for (int i = 1; i < 16; ++i) EXPECT_FALSE(limit.Crowded(round));
  EXPECT_EQ(limit.limit(), 8);
  EXPECT_TRUE(limit.Crowded(limit.round()));
  EXPECT_EQ(limit.limit(), 4);
}

TEST(InFlightLimitTest, NeverEndsBelowOne) {
  InFlightLimit limit({1, 4});
  EXPECT_FALSE(limit.Crowded(limit.round()));
  EXPECT_EQ(limit.limit(), 1);
  limit.SetMost(0);
  EXPECT_EQ(limit.limit(), 1);
}

TEST(InFlightLimitTest, GrowsByOneInEachRoundTripAfterACut) {
  InFlightLimit limit({16, 256});
  limit.Crowded(limit.round());
  AnswerRoundTrip(&limit);
  EXPECT_EQ(limit.limit(), 9);
  AnswerRoundTrip(&limit);
  EXPECT_EQ(limit.limit(), 10);
}

// After an outage, say: only the first number was known to be too many.
TEST(InFlightLimitTest, DoublesAfterSeveralCutsWithoutAnAnswer) {
  InFlightLimit limit({64, 64});
  for (int i = 0; i < 10; ++i) limit.Crowded(limit.round());
  ASSERT_EQ(limit.limit(), 1);
  int round_trips = 0;
  for (; limit.limit() < 32; ++round_trips) AnswerRoundTrip(&limit);
  EXPECT_LE(round_trips, 6);
  AnswerRoundTrip(&limit);
  EXPECT_EQ(limit.limit(), 33);
}

// Otherwise every few round trips would be lost on a server with room for fewer.
TEST(InFlightLimitTest, TriesANumberThatWasTooManyEverMoreRarely) {
  InFlightLimit limit({4, 4});
  int last = 0;
  for (int cut = 0; cut < 5; ++cut) {
    limit.Crowded(limit.round());
    int round_trips = 0;
    for (; limit.limit() < 4; ++round_trips) AnswerRoundTrip(&limit);
    EXPECT_GT(round_trips, last) << cut;
    last = round_trips;
  }
  EXPECT_GE(last, 16);
}

TEST(InFlightLimitTest, DoesNotGrowWhileFewerAreInFlight) {
  InFlightLimit limit({16, 256});
  for (int i = 0; i < 1000; ++i) limit.Answered(15);
  EXPECT_EQ(limit.limit(), 16);
}

TEST(InFlightLimitTest, HasAMostThatCanBeLowered) {
  InFlightLimit limit({16, 256});
  limit.SetMost(4);
  EXPECT_EQ(limit.limit(), 4);
  AnswerRoundTrip(&limit);
  EXPECT_EQ(limit.limit(), 4);
  limit.SetMost(100);
  EXPECT_EQ(limit.limit(), 4);
}

}  // namespace
}  // namespace quipu::inference
