// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The progress of one step of a job in the log: a line when it begins, and then at most
// one each half minute, with the time left.
//
//   StepProgress progress(Clock::Real(), "writing questions about chunks", 50);
//   progress.Done(16);  // "writing questions about chunks: 16/50, 1m20s left"
//
// Thread-compatible.
#ifndef QUIPU_PIPELINES_SCORE_STEP_PROGRESS_H_
#define QUIPU_PIPELINES_SCORE_STEP_PROGRESS_H_

#include <cstddef>
#include <string>

#include "absl/time/time.h"
#include "base/clock.h"

namespace quipu::pipelines {

class StepProgress {
 public:
  // Logs that the step begins. The clock must outlive it.
  StepProgress(Clock* clock, std::string what, size_t total);

  // So much is done in all.
  void Done(size_t done);

 private:
  Clock* const clock_;
  const std::string what_;
  const size_t total_;
  const absl::Duration began_;
  absl::Duration logged_;  // When the last line was.
};

// "WHAT: 16/50, 1m20s left"; no time left before a tenth is done.
std::string FormatStep(const std::string& what, size_t done, size_t total, absl::Duration elapsed);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_SCORE_STEP_PROGRESS_H_
