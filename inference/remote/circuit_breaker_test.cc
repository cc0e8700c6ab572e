// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/remote/circuit_breaker.h"

#include "gtest/gtest.h"

namespace quipu::inference {
namespace {

using Outcome = CircuitBreaker::Outcome;
using State = CircuitBreaker::State;
using Ticket = CircuitBreaker::Ticket;

class CircuitBreakerTest : public ::testing::Test {
 protected:
  CircuitBreakerTest() : breaker_({3, absl::Seconds(5), absl::Seconds(15)}) {}

  // Lets one call through and ends it.
  void Call(Outcome outcome) {
    const Ticket ticket = breaker_.Admit(now_);
    ASSERT_EQ(ticket.wait, absl::ZeroDuration());
    breaker_.Report(ticket, outcome, now_);
  }
  void OpenIt() {
    for (int i = 0; i < 3; ++i) Call(Outcome::kFailure);
    ASSERT_EQ(breaker_.state(), State::kOpen);
  }

  CircuitBreaker breaker_;
  absl::Duration now_ = absl::Seconds(100);
};

TEST_F(CircuitBreakerTest, OpensAfterSoManyFailuresInARow) {
  Call(Outcome::kFailure);
  Call(Outcome::kFailure);
  Call(Outcome::kSuccess);  // No longer in a row.
  Call(Outcome::kFailure);
  Call(Outcome::kFailure);
  EXPECT_EQ(breaker_.state(), State::kClosed);
  Call(Outcome::kFailure);
  EXPECT_EQ(breaker_.state(), State::kOpen);
  EXPECT_EQ(breaker_.Admit(now_).wait, absl::Seconds(5));
  now_ += absl::Seconds(2);
  EXPECT_EQ(breaker_.Admit(now_).wait, absl::Seconds(3));
}

TEST_F(CircuitBreakerTest, LetsOneProbeThroughAfterTheCoolDown) {
  OpenIt();
  now_ += absl::Seconds(5);
  const Ticket probe = breaker_.Admit(now_);
  EXPECT_TRUE(probe.probe);
  EXPECT_EQ(probe.wait, absl::ZeroDuration());
  EXPECT_EQ(breaker_.Admit(now_).wait, absl::InfiniteDuration());
  breaker_.Report(probe, Outcome::kSuccess, now_);
  EXPECT_EQ(breaker_.state(), State::kClosed);
  const Ticket next = breaker_.Admit(now_);
  EXPECT_EQ(next.wait, absl::ZeroDuration());
  EXPECT_FALSE(next.probe);
}

TEST_F(CircuitBreakerTest, CoolsLongerAfterEachProbeThatFailsUpToALimit) {
  OpenIt();
  for (const int seconds : {5, 10, 15, 15}) {
    EXPECT_EQ(breaker_.Admit(now_).wait, absl::Seconds(seconds));
    now_ += absl::Seconds(seconds);
    Call(Outcome::kFailure);
    EXPECT_EQ(breaker_.state(), State::kOpen);
  }
  now_ += absl::Seconds(15);
  Call(Outcome::kSuccess);
  OpenIt();  // From the beginning again.
  EXPECT_EQ(breaker_.Admit(now_).wait, absl::Seconds(5));
}

TEST_F(CircuitBreakerTest, DoesNotPutTheProbeOffForCallsBegunBefore) {
  const Ticket early = breaker_.Admit(now_);
  OpenIt();
  now_ += absl::Seconds(4);
  breaker_.Report(early, Outcome::kFailure, now_);
  EXPECT_EQ(breaker_.Admit(now_).wait, absl::Seconds(1));
}

TEST_F(CircuitBreakerTest, ClosesWhenACallBegunBeforeIsAnswered) {
  const Ticket early = breaker_.Admit(now_);
  OpenIt();
  breaker_.Report(early, Outcome::kSuccess, now_);
  EXPECT_EQ(breaker_.state(), State::kClosed);
}

TEST_F(CircuitBreakerTest, LetsCallsThroughWhenTheProbeIsAnsweredAndOpensAtTheFirstFailure) {
  OpenIt();
  now_ += absl::Seconds(5);
  Call(Outcome::kReachable);
  ASSERT_EQ(breaker_.state(), State::kClosed);
  const Ticket first = breaker_.Admit(now_);
  const Ticket second = breaker_.Admit(now_);
  EXPECT_TRUE(first.recovering);
  EXPECT_FALSE(first.probe);

  breaker_.Report(first, Outcome::kFailure, now_);
  EXPECT_EQ(breaker_.state(), State::kOpen);
  EXPECT_EQ(breaker_.Admit(now_).wait, absl::Seconds(10)) << "longer than before";
  breaker_.Report(second, Outcome::kFailure, now_);
  EXPECT_EQ(breaker_.Admit(now_).wait, absl::Seconds(10)) << "begun before it opened";
}

TEST_F(CircuitBreakerTest, IsAsAtFirstOnceACallSucceedsAfterAnOutage) {
  OpenIt();
  now_ += absl::Seconds(5);
  Call(Outcome::kReachable);
  Call(Outcome::kSuccess);

  EXPECT_FALSE(breaker_.Admit(now_).recovering);
  OpenIt();
  EXPECT_EQ(breaker_.Admit(now_).wait, absl::Seconds(5));
}

TEST_F(CircuitBreakerTest, ProbesAgainAtOnceIfTheProbeWasAbandoned) {
  OpenIt();
  now_ += absl::Seconds(5);
  breaker_.Report(breaker_.Admit(now_), Outcome::kAbandoned, now_);
  EXPECT_TRUE(breaker_.Admit(now_).probe);
}

// However long the outage was.
TEST(CircuitBreakerOptionsTest, LetAProbeThroughWithinSecondsOfAnOutagesEnd) {
  CircuitBreaker breaker({});
  absl::Duration now = absl::Seconds(100);
  const absl::Duration outage_ends = now + absl::Hours(2);
  while (now < outage_ends) {
    const Ticket ticket = breaker.Admit(now);
    if (ticket.wait == absl::ZeroDuration()) breaker.Report(ticket, Outcome::kFailure, now);
    now += ticket.wait;
  }
  EXPECT_LE(now, outage_ends + absl::Seconds(5));
  EXPECT_EQ(breaker.Admit(now).wait, absl::ZeroDuration());
}

}  // namespace
}  // namespace quipu::inference
