// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/run/work_estimate.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/status_macros.h"

namespace quipu::pipelines {
namespace {

// Prompt, reply, judging, without the chunk, second prompt and reply. Measured with the built-in
// prompts, English: 74, 50, 48, 45, 25, 9 with a 1.5B model; 15 (its own prompts), 103, 11, 11, 5, 3
// with one of 135M, whose pairs are refused early.
constexpr PairWork kUsual = {0, 75, 55, 40, 35, 18, 7};
// So many pairs of its own weigh as much as what was expected.
constexpr double kPriorPairs = 8;
constexpr uint64_t kEnoughPairs = 32;
constexpr int kPromptPhase = 1;
constexpr int kMaxPlans = 1000;
constexpr int kMaxDocuments = 16;
// Of a text whose documents could not be read.
constexpr double kTokensPerByte = 0.25;
constexpr absl::Duration kWindow = absl::Minutes(2);
constexpr absl::Duration kReadingPeriod = absl::Seconds(1);

// The chunks of some plans.
struct ChunkSample {
  uint64_t pairs = 0;
  uint64_t chunks = 0;
  uint64_t chunk_bytes = 0;
  uint64_t documents = 0;
  uint64_t document_bytes = 0;
  uint64_t document_tokens = 0;
};

void AddPlan(const v1::DocumentPlan& plan, ChunkSample* sample) {
  std::set<std::pair<uint64_t, uint64_t>> chunks;
  for (const v1::Task& task : plan.tasks()) {
    ++sample->pairs;
    chunks.insert({task.chunk().begin(), task.chunk().end()});
    for (const v1::Span& more : task.more_chunks()) chunks.insert({more.begin(), more.end()});
  }
  sample->chunks += chunks.size();
  for (const auto& [begin, end] : chunks) sample->chunk_bytes += end - std::min(begin, end);
}

absl::StatusOr<ChunkSample> ReadChunks(const storage::StoreView& store) {
  ChunkSample sample;
  int plans = 0;
  const absl::Status enough = absl::CancelledError("enough plans");
  const absl::Status status = store.ForEachPlan([&](const v1::DocumentPlan& plan) -> absl::Status {
    if (plans++ == kMaxPlans) return enough;
    if (plan.tasks().empty()) return absl::OkStatus();
    AddPlan(plan, &sample);
    if (sample.documents == kMaxDocuments) return absl::OkStatus();
    ASSIGN_OR_RETURN(const v1::Document document, store.GetDocument(plan.document_id()));
    ++sample.documents;
    sample.document_bytes += document.text().size();
    sample.document_tokens += document.tokens();
    return absl::OkStatus();
  });
  if (!status.ok() && status != enough) return status;
  return sample;
}

}  // namespace

PairWork WorkOf(const v1::EngineCounters& counters) {
  return {static_cast<double>(counters.prefix_tokens()),
          static_cast<double>(counters.generate_prompt_tokens()),
          static_cast<double>(counters.generate_sampled_tokens()),
          static_cast<double>(counters.verify_tokens()),
          static_cast<double>(counters.closed_book_tokens()),
          static_cast<double>(counters.second_prompt_tokens()),
          static_cast<double>(counters.second_sampled_tokens())};
}

absl::StatusOr<PairWork> ExpectedWork(const storage::StoreView& store) {
  ASSIGN_OR_RETURN(const v1::EngineCounters counters, store.GetEngineCounters());
  ASSIGN_OR_RETURN(const storage::RunCounts counts, store.Count());
  const uint64_t done = counts.accepted + counts.rejected;
  PairWork work = WorkOf(counters);
  if (done >= kEnoughPairs && work[1] > 0) {
    for (double& tokens : work) tokens /= static_cast<double>(done);
    return work;
  }
  ASSIGN_OR_RETURN(const ChunkSample sample, ReadChunks(store));
  work = kUsual;
  if (sample.pairs == 0) return work;
  const double tokens_per_byte = sample.document_bytes == 0
                                     ? kTokensPerByte
                                     : static_cast<double>(sample.document_tokens) /
                                           static_cast<double>(sample.document_bytes);
  const double chunk_tokens = static_cast<double>(sample.chunk_bytes) * tokens_per_byte;
  if (store.header().spec().engine().kind() == v1::EngineSpec::OPENAI) {
    // A server gets the chunk in each prompt.
    const double each = chunk_tokens / static_cast<double>(std::max<uint64_t>(1, sample.chunks));
    work[1] += each;
    work[3] += each;
  } else {
    work[0] = chunk_tokens / static_cast<double>(sample.pairs);
  }
  return work;
}

double WorkEstimate::TokensLeft(uint64_t done, const v1::EngineCounters& counters) const {
  const double ended = std::min(static_cast<double>(done), pending_);
  if (ended >= pending_) return 0;
  const PairWork spent = WorkOf(counters);
  // Pairs that have begun: those whose chunks are open. A server opens none.
  const double begun = spent[0] > 0 && expected_[0] > 0
                           ? std::clamp(spent[0] / expected_[0], ended, pending_)
                           : pending_;
  double left = 0;
  for (int i = 0; i < kWorkPhases; ++i) {
    // Of the pairs in flight, as many have this phase behind them as its tokens say; their prompts
    // are computed as soon as their chunk is open.
    double in_flight = 0;
    if (i == kPromptPhase && spent[0] > 0) {
      in_flight = spent[i] > 0 ? begun - ended : 0;
    } else if (expected_[i] > 0) {
      in_flight = std::clamp(spent[i] / expected_[i] - ended, 0.0, begun - ended);
    }
    const double each = (expected_[i] * kPriorPairs + spent[i]) / (kPriorPairs + ended + in_flight);
    left += std::max(0.0, each * pending_ - spent[i]);
  }
  return left;
}

void RecentRate::Add(double count, absl::Duration now) {
  // The last reading is replaced until it is a second after the one before.
  if (readings_.size() >= 2 && now - readings_[readings_.size() - 2].time < kReadingPeriod) {
    readings_.pop_back();
  }
  readings_.push_back({count, now});
  while (readings_.size() > 2 && readings_[1].time <= now - kWindow) readings_.pop_front();
}

double RecentRate::PerSecond() const {
  if (readings_.size() < 2) return 0;
  const double seconds = absl::ToDoubleSeconds(readings_.back().time - readings_.front().time);
  return seconds > 0 ? (readings_.back().count - readings_.front().count) / seconds : 0;
}

}  // namespace quipu::pipelines
