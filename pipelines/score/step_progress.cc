// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/score/step_progress.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/log.h"

namespace quipu::pipelines {
namespace {

constexpr absl::Duration kPeriod = absl::Seconds(30);
// The time left is guessed once one in this many is done.
constexpr size_t kLeastPart = 10;

}  // namespace

StepProgress::StepProgress(Clock* clock, std::string what, size_t total)
    : clock_(clock),
      what_(std::move(what)),
      total_(total),
      began_(clock->Monotonic()),
      logged_(began_) {
  LogInfo(FormatStep(what_, 0, total_, absl::ZeroDuration()));
}

void StepProgress::Done(size_t done) {
  const absl::Duration now = clock_->Monotonic();
  if (now - logged_ < kPeriod) return;
  logged_ = now;
  LogInfo(FormatStep(what_, done, total_, now - began_));
}

std::string FormatStep(const std::string& what, size_t done, size_t total, absl::Duration elapsed) {
  std::string line = absl::StrCat(what, ": ", done, "/", total);
  // Much is in progress before the first is done.
  if (done * kLeastPart >= total && done > 0 && done < total) {
    const absl::Duration left =
        elapsed * (static_cast<double>(total - done) / static_cast<double>(done));
    absl::StrAppend(&line, ", ", absl::FormatDuration(absl::Ceil(left, absl::Seconds(1))), " left");
  }
  return line;
}

}  // namespace quipu::pipelines
