// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/core/engine_counters.h"

#include <google/protobuf/descriptor.h>

namespace quipu::pipelines {
namespace {

using google::protobuf::FieldDescriptor;
using inference::Phase;

// Calls `visit` with each counter's field. All are uint64.
template <typename Visit>
void ForEachCounter(const Visit& visit) {
  const google::protobuf::Descriptor& descriptor = *v1::EngineCounters::descriptor();
  for (int i = 0; i < descriptor.field_count(); ++i) visit(descriptor.field(i));
}

uint64_t Get(const v1::EngineCounters& counters, const FieldDescriptor* field) {
  return counters.GetReflection()->GetUInt64(counters, field);
}

uint64_t MicrosecondsOf(double seconds) { return static_cast<uint64_t>(1e6 * seconds); }

}  // namespace

v1::EngineCounters CountersOf(const inference::EngineStats& stats) {
  v1::EngineCounters counters;
  counters.set_prompt_tokens_computed(stats.prompt_tokens_computed);
  counters.set_prompt_tokens_needed(stats.prompt_tokens_needed);
  counters.set_sampled_tokens(stats.sampled_tokens);
  counters.set_drafted_tokens(stats.drafted_tokens);
  counters.set_accepted_drafts(stats.accepted_drafts);
  counters.set_steps(stats.steps);
  counters.set_step_tokens(stats.step_tokens);
  counters.set_busy_microseconds(MicrosecondsOf(stats.busy_seconds));
  const auto all = [&stats](Phase phase) {
    return stats.of(phase).prompt + stats.of(phase).sampled;
  };
  counters.set_prefix_tokens(all(Phase::kPrefix));
  counters.set_generate_prompt_tokens(stats.of(Phase::kGenerate).prompt);
  counters.set_generate_sampled_tokens(stats.of(Phase::kGenerate).sampled);
  counters.set_verify_tokens(all(Phase::kVerify));
  counters.set_closed_book_tokens(all(Phase::kClosedBook));
  counters.set_second_prompt_tokens(stats.of(Phase::kSecondAnswer).prompt);
  counters.set_second_sampled_tokens(stats.of(Phase::kSecondAnswer).sampled);
  const auto time = [&stats](Phase phase) { return MicrosecondsOf(stats.of(phase).seconds); };
  counters.set_prefix_microseconds(time(Phase::kPrefix));
  counters.set_generate_microseconds(time(Phase::kGenerate));
  counters.set_verify_microseconds(time(Phase::kVerify));
  counters.set_closed_book_microseconds(time(Phase::kClosedBook));
  counters.set_second_microseconds(time(Phase::kSecondAnswer));
  return counters;
}

v1::EngineCounters CountersSince(const v1::EngineCounters& now, const v1::EngineCounters& before) {
  v1::EngineCounters since;
  ForEachCounter([&](const FieldDescriptor* field) {
    since.GetReflection()->SetUInt64(&since, field, Get(now, field) - Get(before, field));
  });
  return since;
}

void AddCounters(const v1::EngineCounters& more, v1::EngineCounters* sum) {
  ForEachCounter([&](const FieldDescriptor* field) {
    sum->GetReflection()->SetUInt64(sum, field, Get(*sum, field) + Get(more, field));
  });
}

bool CountersAtMost(const v1::EngineCounters& counters, uint64_t most) {
  bool within = true;
  ForEachCounter([&](const FieldDescriptor* field) { within &= Get(counters, field) <= most; });
  return within;
}

}  // namespace quipu::pipelines
