// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/coordinator/poll_queue.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace quipu::pipelines {
namespace {

using ::testing::ElementsAre;

Poll MakePoll(const std::string& session, int seconds, bool delivers = false) {
  return {session, "worker of " + session, 1, absl::Seconds(seconds), nullptr, delivers};
}

std::vector<std::string> SessionsOf(const std::vector<Poll>& polls) {
  std::vector<std::string> sessions;
  for (const Poll& poll : polls) sessions.push_back(poll.session);
  return sessions;
}

TEST(PollQueueTest, KeepsTheOrderOfArrival) {
  PollQueue queue;
  for (const char* session : {"a", "b", "c"}) queue.Add(MakePoll(session, 9));
  std::vector<std::string> order;
  for (uint64_t id = queue.First(); id != 0; id = queue.After(id)) {
    order.push_back(queue.Get(id).session);
  }
  EXPECT_THAT(order, ElementsAre("a", "b", "c"));
  EXPECT_EQ(queue.Get(queue.Last()).session, "c");

  const uint64_t second = queue.After(queue.First());
  EXPECT_EQ(queue.Take(second).session, "b");
  EXPECT_FALSE(queue.Has(second));
  EXPECT_EQ(queue.Get(queue.After(second)).session, "c");  // A cursor outlives its poll.
}

TEST(PollQueueTest, PutsWorkersThatDeliverFirst) {
  PollQueue queue;
  queue.Add(MakePoll("new", 1));
  queue.Add(MakePoll("a", 9, true));
  EXPECT_EQ(queue.Get(queue.Last()).session, "a");
  queue.Add(MakePoll("newer", 1));
  EXPECT_EQ(queue.Get(queue.Last()).session, "newer");
  queue.Add(MakePoll("b", 9, true));

  EXPECT_EQ(queue.Take(queue.First()).session, "a");
  EXPECT_THAT(SessionsOf(queue.TakeExpired(absl::Seconds(1))), ElementsAre("new", "newer"));
  EXPECT_THAT(SessionsOf(queue.TakeAll()), ElementsAre("b"));
}

TEST(PollQueueTest, HoldsOneASession) {
  PollQueue queue;
  EXPECT_FALSE(queue.Add(MakePoll("a", 1)).has_value());
  const std::optional<Poll> before = queue.Add(MakePoll("a", 2));
  ASSERT_TRUE(before.has_value());
  EXPECT_EQ(before->deadline, absl::Seconds(1));
  EXPECT_EQ(queue.size(), 1u);
  EXPECT_EQ(queue.NextDeadline(), absl::Seconds(2));
  EXPECT_TRUE(queue.HasSession("a"));
  EXPECT_TRUE(queue.TakeOfSession("a").has_value());
  EXPECT_FALSE(queue.TakeOfSession("a").has_value());
  EXPECT_FALSE(queue.HasSession("a"));
}

TEST(PollQueueTest, GivesUpThoseWhoseTimeIsOver) {
  PollQueue queue;
  EXPECT_EQ(queue.NextDeadline(), absl::InfiniteDuration());
  for (const auto& [session, seconds] : {std::pair{"a", 5}, {"b", 3}, {"c", 9}, {"d", 4}}) {
    queue.Add(MakePoll(session, seconds));
  }
  EXPECT_EQ(queue.NextDeadline(), absl::Seconds(3));
  EXPECT_THAT(SessionsOf(queue.TakeExpired(absl::Seconds(4))), ElementsAre("b", "d"));
  EXPECT_EQ(queue.NextDeadline(), absl::Seconds(5));
  EXPECT_THAT(SessionsOf(queue.TakeAll()), ElementsAre("a", "c"));
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.First(), 0u);
  EXPECT_EQ(queue.NextDeadline(), absl::InfiniteDuration());
}

}  // namespace
}  // namespace quipu::pipelines
