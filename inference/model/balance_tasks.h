// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The order in which to give tasks of different length to a thread pool, whose
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

// The indices of `costs`, so that each of `workers` shares (share w is places
// [w * n / workers, (w + 1) * n / workers) of the n) costs about the same and
// begins with what is longest. REQUIRES: workers >= 1.
std::vector<int> BalanceTasks(const std::vector<int64_t>& costs, int workers);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_MODEL_BALANCE_TASKS_H_
