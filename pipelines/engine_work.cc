// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/engine_work.h"

#include <cstdint>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "base/status_macros.h"
#include "base/thread_pool.h"

namespace quipu::pipelines {
namespace {

constexpr absl::Duration kPeriod = absl::Seconds(1);

double Share(uint64_t part, uint64_t whole) {
  return whole == 0 ? 0
                    : static_cast<double>(part) / static_cast<double>(whole);
}

double TokensPerSecond(const v1::EngineWork& work) {
  return 1e6 * Share(work.prompt_tokens_computed() + work.sampled_tokens(),
                     work.busy_microseconds());
}

}  // namespace

v1::EngineWork AddWork(const v1::EngineWork& before,
                       const inference::EngineStats& stats) {
  v1::EngineWork work = before;
  work.set_prompt_tokens_computed(before.prompt_tokens_computed() +
                                  stats.prompt_tokens_computed);
  work.set_prompt_tokens_needed(before.prompt_tokens_needed() +
                                stats.prompt_tokens_needed);
  work.set_sampled_tokens(before.sampled_tokens() + stats.sampled_tokens);
  work.set_drafted_tokens(before.drafted_tokens() + stats.drafted_tokens);
  work.set_accepted_drafts(before.accepted_drafts() + stats.accepted_drafts);
  work.set_steps(before.steps() + stats.steps);
  work.set_step_tokens(before.step_tokens() + stats.step_tokens);
  work.set_busy_microseconds(before.busy_microseconds() +
                             static_cast<uint64_t>(1e6 * stats.busy_seconds));
  return work;
}

std::string EngineWorkText(const v1::EngineWork& work) {
  if (work.steps() == 0) return "";
  std::string text = absl::StrFormat(
      "engine     %d prompt tokens computed, %d needed (%.3f), %d sampled\n",
      work.prompt_tokens_computed(), work.prompt_tokens_needed(),
      Share(work.prompt_tokens_computed(), work.prompt_tokens_needed()),
      work.sampled_tokens());
  absl::StrAppendFormat(&text, "           %d steps", work.steps());
  if (work.step_tokens() > 0) {
    absl::StrAppendFormat(&text, " of %.1f columns",
                          Share(work.step_tokens(), work.steps()));
  }
  absl::StrAppendFormat(&text, ", %d of %d drafts taken",
                        work.accepted_drafts(), work.drafted_tokens());
  if (work.busy_microseconds() > 0)
    absl::StrAppendFormat(&text, ", %.0f tokens/s", TokensPerSecond(work));
  return text + "\n";
}

std::string EngineWorkJson(const v1::EngineWork& work) {
  return absl::StrCat(
      "{\"prompt_tokens_computed\":", work.prompt_tokens_computed(),
      ",\"prompt_tokens_needed\":", work.prompt_tokens_needed(),
      ",\"sampled_tokens\":", work.sampled_tokens(),
      ",\"drafted_tokens\":", work.drafted_tokens(),
      ",\"accepted_drafts\":", work.accepted_drafts(),
      ",\"steps\":", work.steps(), ",\"step_tokens\":", work.step_tokens(),
      absl::StrFormat(",\"busy_seconds\":%.6f}", 1e-6 * work.busy_microseconds()));
}

absl::StatusOr<std::unique_ptr<EngineWorkRecorder>> EngineWorkRecorder::Start(
    const inference::Engine& engine, storage::Store* store) {
  ASSIGN_OR_RETURN(v1::EngineWork before, store->GetEngineWork());
  auto recorder = absl::WrapUnique(
      new EngineWorkRecorder(engine, store, std::move(before)));
  recorder->writer_ = std::thread([r = recorder.get()] {
    SetThreadName("engine-work");
    r->WriteLoop();
  });
  return recorder;
}

EngineWorkRecorder::EngineWorkRecorder(const inference::Engine& engine,
                                       storage::Store* store,
                                       v1::EngineWork before)
    : engine_(engine), store_(store), before_(std::move(before)) {}

EngineWorkRecorder::~EngineWorkRecorder() { StopWriter(); }

void EngineWorkRecorder::StopWriter() {
  {
    absl::MutexLock lock(&mutex_);
    ending_ = true;
  }
  if (writer_.joinable()) writer_.join();
}

void EngineWorkRecorder::WriteLoop() {
  int64_t steps = 0;
  while (true) {
    {
      absl::MutexLock lock(&mutex_);
      if (mutex_.AwaitWithTimeout(absl::Condition(&ending_), kPeriod)) return;
    }
    const inference::EngineStats stats = engine_.stats();
    if (stats.steps == steps) continue;
    steps = stats.steps;
    status_.Update(store_->SetEngineWork(AddWork(before_, stats)));
  }
}

absl::Status EngineWorkRecorder::Finish() {
  StopWriter();
  status_.Update(store_->SetEngineWork(AddWork(before_, engine_.stats())));
  return status_;
}

}  // namespace quipu::pipelines
