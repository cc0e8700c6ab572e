// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/core/engine_counters.h"

#include <cstdint>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace quipu::pipelines {
namespace {

double Share(uint64_t part, uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

double TokensPerSecond(const v1::EngineCounters& work) {
  return 1e6 *
         Share(work.prompt_tokens_computed() + work.sampled_tokens(), work.busy_microseconds());
}

}  // namespace

v1::EngineCounters CountersOf(const inference::EngineStats& stats) {
  v1::EngineCounters work;
  work.set_prompt_tokens_computed(stats.prompt_tokens_computed);
  work.set_prompt_tokens_needed(stats.prompt_tokens_needed);
  work.set_sampled_tokens(stats.sampled_tokens);
  work.set_drafted_tokens(stats.drafted_tokens);
  work.set_accepted_drafts(stats.accepted_drafts);
  work.set_steps(stats.steps);
  work.set_step_tokens(stats.step_tokens);
  work.set_busy_microseconds(static_cast<uint64_t>(1e6 * stats.busy_seconds));
  return work;
}

v1::EngineCounters WorkSince(const v1::EngineCounters& now, const v1::EngineCounters& before) {
  v1::EngineCounters work;
  work.set_prompt_tokens_computed(now.prompt_tokens_computed() - before.prompt_tokens_computed());
  work.set_prompt_tokens_needed(now.prompt_tokens_needed() - before.prompt_tokens_needed());
  work.set_sampled_tokens(now.sampled_tokens() - before.sampled_tokens());
  work.set_drafted_tokens(now.drafted_tokens() - before.drafted_tokens());
  work.set_accepted_drafts(now.accepted_drafts() - before.accepted_drafts());
  work.set_steps(now.steps() - before.steps());
  work.set_step_tokens(now.step_tokens() - before.step_tokens());
  work.set_busy_microseconds(now.busy_microseconds() - before.busy_microseconds());
  return work;
}

void AddCounters(const v1::EngineCounters& more, v1::EngineCounters* sum) {
  sum->set_prompt_tokens_computed(sum->prompt_tokens_computed() + more.prompt_tokens_computed());
  sum->set_prompt_tokens_needed(sum->prompt_tokens_needed() + more.prompt_tokens_needed());
  sum->set_sampled_tokens(sum->sampled_tokens() + more.sampled_tokens());
  sum->set_drafted_tokens(sum->drafted_tokens() + more.drafted_tokens());
  sum->set_accepted_drafts(sum->accepted_drafts() + more.accepted_drafts());
  sum->set_steps(sum->steps() + more.steps());
  sum->set_step_tokens(sum->step_tokens() + more.step_tokens());
  sum->set_busy_microseconds(sum->busy_microseconds() + more.busy_microseconds());
}

std::string EngineWorkText(const v1::EngineCounters& work) {
  if (work.steps() == 0) return "";
  std::string text = absl::StrFormat(
      "engine     %d prompt tokens computed, %d needed (%.3f), %d sampled\n",
      work.prompt_tokens_computed(), work.prompt_tokens_needed(),
      Share(work.prompt_tokens_computed(), work.prompt_tokens_needed()), work.sampled_tokens());
  absl::StrAppendFormat(&text, "           %d steps", work.steps());
  if (work.step_tokens() > 0) {
    absl::StrAppendFormat(&text, " of %.1f columns", Share(work.step_tokens(), work.steps()));
  }
  absl::StrAppendFormat(&text, ", %d of %d drafts taken", work.accepted_drafts(),
                        work.drafted_tokens());
  if (work.busy_microseconds() > 0)
    absl::StrAppendFormat(&text, ", %.0f tokens/s", TokensPerSecond(work));
  return text + "\n";
}

std::string EngineWorkJson(const v1::EngineCounters& work) {
  return absl::StrCat("{\"prompt_tokens_computed\":", work.prompt_tokens_computed(),
                      ",\"prompt_tokens_needed\":", work.prompt_tokens_needed(),
                      ",\"sampled_tokens\":", work.sampled_tokens(),
                      ",\"drafted_tokens\":", work.drafted_tokens(),
                      ",\"accepted_drafts\":", work.accepted_drafts(), ",\"steps\":", work.steps(),
                      ",\"step_tokens\":", work.step_tokens(),
                      absl::StrFormat(",\"busy_seconds\":%.6f}", 1e-6 * work.busy_microseconds()));
}

}  // namespace quipu::pipelines
