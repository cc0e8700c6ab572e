// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/run/progress.h"

#include <cstdio>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/log.h"
#include "pipelines/core/share.h"

namespace quipu::pipelines {
namespace {

constexpr absl::Duration kTerminalPeriod = absl::Milliseconds(500);
constexpr absl::Duration kLogPeriod = absl::Seconds(30);

std::string FormatLeft(double seconds) {
  return absl::FormatDuration(absl::Seconds(static_cast<int64_t>(seconds + 0.5)));
}

}  // namespace

std::string FormatProgress(const ProgressFigures& f) {
  std::string line = absl::StrFormat("%d/%d pairs  %.1f %%", f.done, f.total,
                                     f.total == 0 ? 100.0 : Percent(f.done, f.total));
  const double seconds = absl::ToDoubleSeconds(f.elapsed);
  if (seconds > 0 && f.tokens_now > 0) {
    absl::StrAppendFormat(&line, "  %.0f tokens/s", static_cast<double>(f.tokens_now) / seconds);
    if (f.columns_a_step > 0) absl::StrAppendFormat(&line, " in steps of %.1f", f.columns_a_step);
  }
  if (f.done > 0) {
    absl::StrAppendFormat(&line, "  %.0f %% accepted", Percent(f.accepted, f.done));
  }
  if (seconds > 0 && f.done_now > 0) {
    const double rate = static_cast<double>(f.done_now) / seconds;
    absl::StrAppendFormat(&line, "  %.2f pairs/s", rate);
    if (f.done < f.total) {
      absl::StrAppend(&line, "  ", FormatLeft(static_cast<double>(f.total - f.done) / rate),
                      " left");
    }
  }
  return line;
}

Progress::Progress(Clock* clock, bool terminal, uint64_t done, uint64_t accepted, uint64_t total,
                   std::function<v1::EngineCounters()> work)
    : clock_(clock), terminal_(terminal), work_(std::move(work)), began_(clock->Monotonic()) {
  figures_.done = done;
  figures_.accepted = accepted;
  figures_.total = total;
  absl::StatusOr<Thread> printer = Thread::Start("progress", [this] { PrintLoop(); });
  if (printer.ok()) {
    printer_ = *std::move(printer);
  } else {
    LogWarning(absl::StrCat("no progress is shown: ", printer.status().message()));
  }
}

Progress::~Progress() {
  {
    absl::MutexLock lock(&mutex_);
    ending_ = true;
  }
  printer_.Join();
  Print(/*last=*/true);
}

void Progress::AddResult(bool accepted) {
  absl::MutexLock lock(&mutex_);
  ++figures_.done;
  ++figures_.done_now;
  if (accepted) ++figures_.accepted;
}

ProgressFigures Progress::Figures() const {
  ProgressFigures figures;
  {
    absl::MutexLock lock(&mutex_);
    figures = figures_;
  }
  const v1::EngineCounters work = work_();
  figures.tokens_now = work.prompt_tokens_computed() + work.sampled_tokens();
  figures.columns_a_step = Share(work.step_tokens(), work.steps());
  figures.elapsed = clock_->Monotonic() - began_;
  return figures;
}

void Progress::PrintLoop() {
  const absl::Duration period = terminal_ ? kTerminalPeriod : kLogPeriod;
  while (true) {
    {
      absl::MutexLock lock(&mutex_);
      if (mutex_.AwaitWithTimeout(absl::Condition(&ending_), period)) return;
    }
    Print(/*last=*/false);
  }
}

void Progress::Print(bool last) {
  const std::string line = FormatProgress(Figures());
  if (!terminal_) {
    LogInfo(line);
    return;
  }
  // Return to the start of the line, print the text, erase the rest of an
  // earlier text.
  std::fprintf(stderr, "\r%s\x1b[K%s", line.c_str(), last ? "\n" : "");
  std::fflush(stderr);
}

}  // namespace quipu::pipelines
