// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/model/balance_tasks.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <queue>
#include <utility>

#include "base/thread_pool.h"

namespace quipu::inference {

std::vector<int> BalanceTasks(const std::vector<int64_t>& costs, int workers) {
  const int n = static_cast<int>(costs.size());
  std::vector<int> by_cost(n);
  std::iota(by_cost.begin(), by_cost.end(), 0);
  std::stable_sort(by_cost.begin(), by_cost.end(),
                   [&](int a, int b) { return costs[a] > costs[b]; });

  // The longest remaining task goes to the worker with the least cost that has
  // room.
  using Load = std::pair<int64_t, int>;  // Cost so far, worker.
  std::priority_queue<Load, std::vector<Load>, std::greater<Load>> loads;
  std::vector<ThreadPool::Share> free(workers);  // Free places of each worker.
  for (int w = 0; w < workers; ++w) {
    free[w] = ThreadPool::ShareOf(w, workers, n);
    if (!free[w].empty()) loads.push({0, w});
  }
  std::vector<int> order(n);
  for (const int task : by_cost) {
    const auto [load, worker] = loads.top();
    loads.pop();
    order[free[worker].begin++] = task;
    if (!free[worker].empty()) loads.push({load + costs[task], worker});
  }
  return order;
}

}  // namespace quipu::inference
