// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// How many results a submit carries: as many as the coordinator answers for in
// 50 ms, or in half as much again as its quickest answer took. What it cannot check
// and store in that time waits at the worker that made it, not in the coordinator's
// queue before the submits of others.
//
//   SubmitSize size;
//   while (results < size.limit() && TakeOne(request)) ++results;
//   size.Answered(results, took);
//
// Grows while full submits are answered soon, shrinks when they are not. A slow
// network or disk is in the quickest answer, so it does not shrink anything.
// Thread-compatible.
#ifndef QUIPU_PIPELINES_WORKER_SUBMIT_SIZE_H_
#define QUIPU_PIPELINES_WORKER_SUBMIT_SIZE_H_

#include "absl/time/time.h"

namespace quipu::pipelines {

class SubmitSize {
 public:
  // For the next submit: between kLeast and kMaxResultsPerSubmit.
  int limit() const { return limit_; }
  // A submit of so many results was answered after `took`.
  void Answered(int results, absl::Duration took);

  // Also the first: eight workers that begin at once would wait for each other, and
  // take that for the time of a quick answer.
  static constexpr int kLeast = 32;

 private:
  int limit_ = kLeast;
  absl::Duration quickest_ = absl::InfiniteDuration();
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_WORKER_SUBMIT_SIZE_H_
