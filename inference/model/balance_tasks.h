// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The order in which to give tasks of different lengths to a thread pool whose
// workers begin with equal numbers of consecutive tasks.
//
//   const std::vector<int> order = BalanceTasks(costs, pool.num_threads());
//   pool.ParallelFor(order.size(), [&](int i, int worker) { Run(order[i]); });
//
// Thread-safe (pure function).
#ifndef QUIPU_INFERENCE_MODEL_BALANCE_TASKS_H_
#define QUIPU_INFERENCE_MODEL_BALANCE_TASKS_H_

#include <cstdint>
#include <vector>

namespace quipu::inference {

// Returns the indices of `costs` in an order in which each worker's share
// (ThreadPool::ShareOf) costs about the same and begins with its longest task.
// REQUIRES: workers >= 1.
std::vector<int> BalanceTasks(const std::vector<int64_t>& costs, int workers);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_MODEL_BALANCE_TASKS_H_
