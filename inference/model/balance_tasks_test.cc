// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/model/balance_tasks.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/thread_pool.h"
#include "gtest/gtest.h"

namespace quipu::inference {
namespace {

// The cost of each worker's share.
std::vector<int64_t> Loads(const std::vector<int64_t>& costs, const std::vector<int>& order,
                           int workers) {
  std::vector<int64_t> loads(workers, 0);
  for (int w = 0; w < workers; ++w) {
    const auto share = ThreadPool::ShareOf(w, workers, static_cast<int>(order.size()));
    for (int i = share.begin; i < share.end; ++i) loads[w] += costs[order[i]];
  }
  return loads;
}

TEST(BalanceTasks, GivesEachTaskOnce) {
  for (const int n : {0, 1, 2, 5, 24, 100}) {
    for (const int workers : {1, 2, 3, 7, 64}) {
      std::vector<int64_t> costs;
      for (int i = 0; i < n; ++i) costs.push_back(i * 37 % 11);

      std::vector<int> order = BalanceTasks(costs, workers);

      std::sort(order.begin(), order.end());
      ASSERT_EQ(order.size(), static_cast<size_t>(n));
      for (int i = 0; i < n; ++i) EXPECT_EQ(order[i], i);
    }
  }
}

// Like attention over a prompt: each block sees more than the previous one.
TEST(BalanceTasks, SharesCostAboutTheSame) {
  std::vector<int64_t> costs;
  for (int i = 0; i < 24; ++i) costs.push_back(100 + 10 * (i / 3));
  for (const int workers : {2, 3, 4, 8}) {
    const std::vector<int64_t> loads = Loads(costs, BalanceTasks(costs, workers), workers);
    const auto [least, most] = std::minmax_element(loads.begin(), loads.end());
    EXPECT_LE(*most - *least, 20) << workers << " workers";
  }
}

TEST(BalanceTasks, ShareBeginsWithItsLongestTask) {
  const std::vector<int64_t> costs = {1, 9, 3, 7, 5, 8, 2, 6};
  const std::vector<int> order = BalanceTasks(costs, 2);
  for (int w = 0; w < 2; ++w) {
    for (int i = 1; i < 4; ++i) EXPECT_GE(costs[order[4 * w + i - 1]], costs[order[4 * w + i]]);
  }
}

}  // namespace
}  // namespace quipu::inference
