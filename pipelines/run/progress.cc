// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/run/progress.h"

#include <cstdio>
#include <optional>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/log.h"
#include "pipelines/core/share.h"

namespace quipu::pipelines {
namespace {

constexpr absl::Duration kTerminalPeriod = absl::Milliseconds(500);
constexpr absl::Duration kFirstLog = absl::Seconds(5);
constexpr absl::Duration kLogPeriod = absl::Seconds(30);
// Tokens are counted when their step ends, so the rate over the first steps says little.
constexpr uint64_t kFirstSteps = 4;
// A worker tells of its work when a chunk's pairs are done.
constexpr absl::Duration kIdle = absl::Minutes(1);

std::string FormatLeft(double seconds) {
  return absl::FormatDuration(absl::Seconds(static_cast<int64_t>(seconds + 0.5)));
}

// Of all work of the run, that of earlier processes included.
double ShareOfWork(const ProgressFigures& f) {
  const double before = static_cast<double>(f.done - f.done_now) * f.tokens_each;
  const double spent = before + static_cast<double>(f.tokens_now);
  const double all = spent + f.tokens_left;
  return all > 0 ? spent / all : 0;
}

// In seconds; nothing if it is not known.
std::optional<double> SecondsLeft(const ProgressFigures& f) {
  if (f.done >= f.total || f.idle >= kIdle) return std::nullopt;
  if (f.steps > 0 && f.steps < kFirstSteps) return std::nullopt;
  if (f.tokens_per_s > 0 && f.tokens_left > 0) return f.tokens_left / f.tokens_per_s;
  const double seconds = absl::ToDoubleSeconds(f.elapsed);
  if (f.tokens_now > 0 || f.done_now == 0 || !(seconds > 0)) return std::nullopt;
  return static_cast<double>(f.total - f.done) * seconds / static_cast<double>(f.done_now);
}

}  // namespace

std::string FormatProgress(const ProgressFigures& f) {
  std::string line = absl::StrFormat("%d/%d pairs", f.done, f.total);
  if (f.done >= f.total) {
    absl::StrAppend(&line, "  100 %");
  } else if (f.tokens_now > 0) {
    absl::StrAppendFormat(&line, "  %.0f %% of the work", 100 * ShareOfWork(f));
  } else {
    absl::StrAppendFormat(&line, "  %.0f %%", Percent(f.done, f.total));
  }
  const bool idle = f.idle >= kIdle && f.done < f.total;
  if (f.tokens_per_s > 0 && !idle) {
    absl::StrAppendFormat(&line, "  %.0f tokens/s", f.tokens_per_s);
    if (f.columns_a_step > 0) absl::StrAppendFormat(&line, " in steps of %.1f", f.columns_a_step);
  }
  if (f.done > 0) {
    absl::StrAppendFormat(&line, "  %.0f %% accepted", Percent(f.accepted, f.done));
  }
  if (idle) {
    absl::StrAppend(&line, "  nothing new for ", FormatLeft(absl::ToDoubleSeconds(f.idle)));
  }
  const std::optional<double> left = SecondsLeft(f);
  if (left.has_value()) absl::StrAppend(&line, "  ", FormatLeft(*left), " left");
  return line;
}

Progress::Progress(Clock* clock, bool terminal, const ProgressStart& start,
                   std::function<v1::EngineCounters()> work)
    : clock_(clock),
      terminal_(terminal),
      work_(std::move(work)),
      began_(clock->Monotonic()),
      estimate_(start.expected, start.total - start.done) {
  figures_.done = start.done;
  figures_.accepted = start.accepted;
  figures_.total = start.total;
  for (const double tokens : start.expected) figures_.tokens_each += tokens;
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

void Progress::RemoveResult(bool accepted) {
  absl::MutexLock lock(&mutex_);
  if (figures_.done > 0) --figures_.done;
  if (figures_.done_now > 0) --figures_.done_now;  // Else an earlier process made it.
  if (accepted && figures_.accepted > 0) --figures_.accepted;
}

ProgressFigures Progress::Figures() const {
  const v1::EngineCounters work = work_();  // It may wait for the coordinator.
  absl::MutexLock lock(&mutex_);
  ProgressFigures figures = figures_;
  figures.tokens_now = work.prompt_tokens_computed() + work.sampled_tokens();
  figures.tokens_left = estimate_.TokensLeft(figures.done_now, work);
  figures.steps = work.steps();
  figures.columns_a_step = Share(work.step_tokens(), work.steps());
  figures.elapsed = clock_->Monotonic() - began_;
  if (figures.tokens_now != seen_tokens_ || figures.done_now != seen_done_) {
    grew_ = figures.elapsed;
  }
  seen_tokens_ = figures.tokens_now;
  seen_done_ = figures.done_now;
  figures.idle = figures.elapsed - grew_;
  rate_.Add(static_cast<double>(figures.tokens_now), figures.elapsed);
  figures.tokens_per_s = rate_.PerSecond();
  return figures;
}

void Progress::AddTo(v1::StatusReply* status) const {
  const ProgressFigures figures = Figures();
  status->set_work_share(ShareOfWork(figures));
  status->set_tokens_per_s(figures.tokens_per_s);
  status->set_seconds_left(SecondsLeft(figures).value_or(0));
}

void Progress::PrintLoop() {
  absl::Duration period = terminal_ ? kTerminalPeriod : kFirstLog;
  Figures();  // The first reading, from which rates are.
  while (true) {
    {
      absl::MutexLock lock(&mutex_);
      if (mutex_.AwaitWithTimeout(absl::Condition(&ending_), period)) return;
    }
    if (!terminal_) period = kLogPeriod;
    Print(/*last=*/false);
  }
}

void Progress::Print(bool last) {
  const std::string line = Line();
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
