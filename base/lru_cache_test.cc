// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/lru_cache.h"

#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/synchronization/barrier.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace quipu {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::StatusIs;

// A cache of strings that records what it loads.
class LruCacheTest : public ::testing::Test {
 protected:
  std::shared_ptr<const std::string> Get(LruCache<int, std::string>* cache, int key,
                                         size_t bytes = 10) {
    auto value = cache->Get(
        key,
        [&]() -> absl::StatusOr<std::string> {
          loaded_.push_back(key);
          return std::string(bytes, 'x');
        },
        [](const std::string& text) { return text.size(); });
    EXPECT_OK(value);
    return value.ok() ? *value : nullptr;
  }
  // What was loaded since the last call.
  std::vector<int> TakeLoaded() { return std::exchange(loaded_, {}); }

  std::vector<int> loaded_;
};

TEST_F(LruCacheTest, LoadsAValueOnce) {
  LruCache<int, std::string> cache(100);

  const auto first = Get(&cache, 1);
  const auto second = Get(&cache, 1);

  EXPECT_EQ(first, second);
  EXPECT_THAT(TakeLoaded(), ElementsAre(1));
  EXPECT_EQ(cache.bytes(), 10u);
  EXPECT_EQ(cache.loads(), 1u);
}

TEST_F(LruCacheTest, DropsTheLeastRecentlyUsedOverTheBound) {
  LruCache<int, std::string> cache(30);
  for (const int key : {1, 2, 3}) Get(&cache, key);
  Get(&cache, 1);  // Used again: 2 is the oldest now.
  TakeLoaded();

  Get(&cache, 4);
  EXPECT_EQ(cache.bytes(), 30u);
  EXPECT_THAT(TakeLoaded(), ElementsAre(4));
  for (const int key : {1, 3, 4}) Get(&cache, key);
  EXPECT_THAT(TakeLoaded(), IsEmpty());
  Get(&cache, 2);
  EXPECT_THAT(TakeLoaded(), ElementsAre(2));
}

TEST_F(LruCacheTest, DropsAsManyAsALargeValueNeeds) {
  LruCache<int, std::string> cache(30);
  for (const int key : {1, 2, 3}) Get(&cache, key);

  Get(&cache, 4, 20);

  EXPECT_EQ(cache.bytes(), 30u);
  TakeLoaded();
  for (const int key : {4, 3}) Get(&cache, key);
  EXPECT_THAT(TakeLoaded(), IsEmpty());
}

TEST_F(LruCacheTest, KeepsTheLastOneHoweverLarge) {
  LruCache<int, std::string> cache(5);

  for (const int key : {1, 1, 2, 2, 1}) Get(&cache, key);

  EXPECT_THAT(TakeLoaded(), ElementsAre(1, 2, 1));
  EXPECT_EQ(cache.bytes(), 10u);
}

TEST_F(LruCacheTest, LeavesAValueThatIsHeldToItsHolder) {
  LruCache<int, std::string> cache(10);
  const auto held = Get(&cache, 1);

  Get(&cache, 2);

  EXPECT_EQ(*held, std::string(10, 'x'));
}

TEST_F(LruCacheTest, ReturnsTheErrorAndTriesAgainTheNextTime) {
  LruCache<int, std::string> cache(100);
  const auto failed = cache.Get(
      1, [] { return absl::StatusOr<std::string>(absl::DataLossError("torn")); },
      [](const std::string&) -> size_t { return 1; });
  EXPECT_THAT(failed.status(), StatusIs(absl::StatusCode::kDataLoss, "torn"));
  EXPECT_EQ(cache.bytes(), 0u);
  EXPECT_EQ(cache.loads(), 0u);

  Get(&cache, 1);
  EXPECT_THAT(TakeLoaded(), ElementsAre(1));
}

TEST_F(LruCacheTest, GivesTheSameValueToTwoThatMissAtOnce) {
  LruCache<int, std::string> cache(100);
  // Neither load returns before both have begun.
  auto* const both_loading = new absl::Barrier(2);
  std::shared_ptr<const std::string> got[2];
  std::vector<std::thread> threads;
  for (int i = 0; i < 2; ++i) {
    threads.emplace_back([&, i] {
      auto value = cache.Get(
          1,
          [&]() -> absl::StatusOr<std::string> {
            if (both_loading->Block()) delete both_loading;
            return std::string(10, 'x');
          },
          [](const std::string& text) { return text.size(); });
      if (value.ok()) got[i] = *value;
    });
  }
  for (std::thread& thread : threads) thread.join();

  ASSERT_NE(got[0], nullptr);
  EXPECT_EQ(got[0], got[1]);
  EXPECT_EQ(cache.bytes(), 10u);
  EXPECT_EQ(cache.loads(), 2u);
}

}  // namespace
}  // namespace quipu
