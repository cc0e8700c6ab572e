// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// How well a share is known from a few labels: Wilson's 95 % interval of a binomial share. Unlike
// the normal one it stays inside 0 and 1, and says something of one label.
//
//   const Interval interval = WilsonInterval(/*right=*/9, /*all=*/10);
//   Print(interval.low, interval.high);  // 0.596, 0.982
//
// Pure.
#ifndef QUIPU_PIPELINES_REPORT_REVIEW_INTERVAL_H_
#define QUIPU_PIPELINES_REPORT_REVIEW_INTERVAL_H_

#include <cstdint>

namespace quipu::pipelines {

struct Interval {
  double low = 0;
  double high = 1;
};

// All of 0 to 1 if `all` is 0. REQUIRES: right <= all.
Interval WilsonInterval(uint64_t right, uint64_t all);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_REPORT_REVIEW_INTERVAL_H_
