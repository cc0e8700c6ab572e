// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/remote/send_queue.h"

#include <cstdint>
#include <optional>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace quipu::inference {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Optional;

// The calls that may be in flight together, in the order in which they are sent.
std::vector<uint64_t> TakeWhatMayBeSent(SendQueue* queue, int most = 100) {
  std::vector<uint64_t> taken;
  while (static_cast<int>(taken.size()) < most) {
    const std::optional<uint64_t> next = queue->Next();
    if (!next.has_value()) break;
    queue->Take(*next);
    taken.push_back(*next);
  }
  return taken;
}

TEST(SendQueueTest, SendsTheFirstCallOfAPrefixAloneAndTheOthersAfterIt) {
  SendQueue queue;
  for (const uint64_t call : {1, 2, 3}) queue.Add({call, 7, 0});
  EXPECT_THAT(TakeWhatMayBeSent(&queue), ElementsAre(1));
  queue.Ended(7, /*cached=*/true);
  EXPECT_THAT(TakeWhatMayBeSent(&queue), ElementsAre(2, 3));
}

TEST(SendQueueTest, SendsAnotherFirstCallIfTheFirstFailed) {
  SendQueue queue;
  for (const uint64_t call : {1, 2, 3}) queue.Add({call, 7, 0});
  TakeWhatMayBeSent(&queue);
  queue.Ended(7, /*cached=*/false);
  EXPECT_THAT(TakeWhatMayBeSent(&queue), ElementsAre(2));
}

TEST(SendQueueTest, SendsCallsOfACachedPrefixBeforeItOpensAnother) {
  SendQueue queue;
  queue.Add({1, 7, 0});
  queue.Add({2, 8, 0});
  EXPECT_THAT(TakeWhatMayBeSent(&queue, 1), ElementsAre(1));
  queue.Ended(7, true);
  queue.Add({3, 7, 0});
  EXPECT_THAT(TakeWhatMayBeSent(&queue), ElementsAre(3, 2));
}

TEST(SendQueueTest, SendsCallsWithoutAPrefixFirst) {
  SendQueue queue;
  queue.Add({1, 7, 0});
  queue.Add({2, 0, 0});
  queue.Add({3, 0, 0});
  EXPECT_THAT(TakeWhatMayBeSent(&queue), ElementsAre(2, 3, 1));
}

TEST(SendQueueTest, SendsACallAgainBeforeTheOthersOfItsPrefix) {
  SendQueue queue;
  queue.Add({1, 7, 0});
  queue.Add({2, 7, 0});
  TakeWhatMayBeSent(&queue);
  queue.Ended(7, false);
  queue.Add({1, 7, 0}, /*again=*/true);
  EXPECT_THAT(queue.Next(), Optional(1u));
}

// A slot has one prompt: a second slot would compute the prefix again.
TEST(SendQueueTest, SendsCallsOfOtherPrefixesRatherThanTwoOfOneToAServerWithSlots) {
  SendQueue queue;
  queue.SetOneForEachPrefix(true);
  queue.Add({1, 7, 0});
  TakeWhatMayBeSent(&queue);
  queue.Ended(7, true);
  for (const uint64_t call : {2, 3}) queue.Add({call, 7, 0});
  queue.Add({4, 8, 0});
  EXPECT_THAT(TakeWhatMayBeSent(&queue), ElementsAre(2, 4, 3)) << "3 rather than nothing";
}

// A slot's cache has the prompt before, of which they share more.
TEST(SendQueueTest, SendsCallsOfOneKindOneAfterTheOther) {
  SendQueue queue;
  queue.SetOneForEachPrefix(true);
  for (const uint64_t call : {1, 2, 3, 4, 5}) queue.Add({call, 7, 1 + call % 2});
  std::vector<uint64_t> sent;
  for (int i = 0; i < 5; ++i) {
    for (const uint64_t call : TakeWhatMayBeSent(&queue, 1)) sent.push_back(call);
    queue.Ended(7, true);
  }
  EXPECT_THAT(sent, ElementsAre(1, 3, 5, 2, 4));
}

TEST(SendQueueTest, KnowsAPrefixThatWasIdleForAWhile) {
  SendQueue queue;
  queue.Add({1, 7, 0});
  TakeWhatMayBeSent(&queue);
  queue.Ended(7, true);
  for (const uint64_t call : {2, 3}) queue.Add({call, 7, 0});
  EXPECT_THAT(TakeWhatMayBeSent(&queue), ElementsAre(2, 3));
}

TEST(SendQueueTest, ForgetsOldPrefixesThatAreIdleAndNoOthers) {
  SendQueue queue;
  queue.Add({1, 7, 0});
  queue.Take(1);
  for (uint64_t prefix = 100; prefix < 2100; ++prefix) {
    queue.Add({prefix, prefix, 0});
    queue.Take(prefix);
    queue.Ended(prefix, true);
  }
  queue.Ended(7, true);
  for (const uint64_t call : {2, 3}) queue.Add({call, 7, 0});
  EXPECT_THAT(TakeWhatMayBeSent(&queue), ElementsAre(2, 3)) << "was in flight";
  for (const uint64_t call : {4, 5}) queue.Add({call, 100, 0});
  EXPECT_THAT(TakeWhatMayBeSent(&queue), ElementsAre(4)) << "was forgotten";
}

TEST(SendQueueTest, RemovesWhatWaits) {
  SendQueue queue;
  EXPECT_TRUE(queue.empty());
  for (const uint64_t call : {1, 2, 3}) queue.Add({call, 7, 0});
  queue.Remove(1);
  queue.Remove(9);
  EXPECT_FALSE(queue.empty());
  EXPECT_THAT(queue.TakeAll(), ElementsAre(2, 3));
  EXPECT_TRUE(queue.empty());
  EXPECT_THAT(queue.TakeAll(), IsEmpty());
}

}  // namespace
}  // namespace quipu::inference
