// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The progress of a build: a line that is kept up to date on a terminal, or a
// plain log line after five seconds and every half minute elsewhere.
//
//   // "120/480 pairs  27 % of the work  812 tokens/s in steps of 97.3  61 % accepted  19m20s left"
//   const std::string line = FormatProgress(figures);
//
// Thread-safe.
#ifndef QUIPU_PIPELINES_RUN_PROGRESS_H_
#define QUIPU_PIPELINES_RUN_PROGRESS_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "base/thread.h"
#include "pipelines/run/work_estimate.h"
#include "protos/coordinator.pb.h"
#include "protos/store.pb.h"

namespace quipu::pipelines {

// The figures of one line.
struct ProgressFigures {
  uint64_t done = 0;          // Pairs with a result, earlier runs included.
  uint64_t total = 0;         // Pairs planned.
  uint64_t accepted = 0;      // Of `done`.
  uint64_t done_now = 0;      // Done since this process started; rates count only these.
  uint64_t tokens_now = 0;    // Prompt tokens and sampled ones.
  double tokens_left = 0;     // That the pending pairs are expected to need.
  double tokens_each = 0;     // The same for one pair.
  double tokens_per_s = 0;    // Over the last minutes.
  double columns_a_step = 0;  // 0 if the engine has no steps.
  uint64_t steps = 0;         // Of the engine, since this process started.
  absl::Duration elapsed;
  absl::Duration idle;  // Since tokens_now or done_now grew.
};

// Formats a line. The time left is that of the model's work, which is known from the first tokens;
// of an engine that counts none, that of pairs. Where nothing has come for a minute, the line says
// for how long in the place of a rate and a time left.
std::string FormatProgress(const ProgressFigures& figures);

// What a process finds when it begins to make pairs.
struct ProgressStart {
  uint64_t done = 0;  // By earlier processes.
  uint64_t accepted = 0;
  uint64_t total = 0;
  PairWork expected = {};  // Of each pending pair.
};

class Progress {
 public:
  // `work` returns the engines' counters since this process started. If the
  // printing thread cannot be started, logs a warning and prints only the last
  // line.
  Progress(Clock* clock, bool terminal, const ProgressStart& start,
           std::function<v1::EngineCounters()> work);
  // Prints the last line and joins the printing thread.
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void AddResult(bool accepted);
  // The task of a result that was taken out of the store is pending again.
  void RemoveResult(bool accepted);
  ProgressFigures Figures() const;
  // As it is printed.
  std::string Line() const { return FormatProgress(Figures()); }
  // Tells a status how much of the work is done and the time left.
  void AddTo(v1::StatusReply* status) const;

 private:
  void PrintLoop();
  void Print(bool last);

  Clock* const clock_;
  const bool terminal_;
  const std::function<v1::EngineCounters()> work_;
  const absl::Duration began_;
  const WorkEstimate estimate_;
  mutable absl::Mutex mutex_;
  ProgressFigures figures_ ABSL_GUARDED_BY(mutex_);
  mutable RecentRate rate_ ABSL_GUARDED_BY(mutex_);
  mutable uint64_t seen_tokens_ ABSL_GUARDED_BY(mutex_) = 0;
  mutable uint64_t seen_done_ ABSL_GUARDED_BY(mutex_) = 0;
  mutable absl::Duration grew_ ABSL_GUARDED_BY(mutex_);  // When, since the beginning.
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
  Thread printer_;
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_RUN_PROGRESS_H_
