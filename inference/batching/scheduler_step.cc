// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The half of the scheduler that builds steps and takes their outcome.
// Admission and memory: scheduler.cc.
#include <algorithm>
#include <set>
#include <utility>

#include "base/log.h"
#include "inference/batching/scheduler.h"

namespace quipu::inference {
namespace {

// What a step costs apart from its columns (weights are read and unpacked,
// threads wait for each other), in columns: measured as 9 to 11 with a model of
// 135M weights, 17 with one of 1.5B.
constexpr double kStepColumns = 12;

// How many tokens in common with another prompt make waiting a step worth it.
constexpr int kLeastShared = 16;

// How many tokens `prompt` need not run if `other` has been run: at most all
// except its last, whose logits are wanted.
int CommonTokens(const std::vector<TokenId>& other, const std::vector<TokenId>& prompt) {
  const int most = static_cast<int>(std::min(other.size() + 1, prompt.size()));
  int common = 0;
  while (common + 1 < most && other[common] == prompt[common]) ++common;
  return common;
}

}  // namespace

bool Scheduler::BuildStep(Step* step) {
  planned_.clear();
  int tokens = options_.max_step_tokens;
  int outputs = options_.max_step_outputs;
  for (const bool decoding : {true, false}) {
    for (const JobPtr& job : running_) {
      CachedPrefix* prefix = job->prefix().get();
      if (prefix->state != CachedPrefix::State::kReady) continue;
      for (TokenSequence& sequence : job->sequences()) {
        if (sequence.decoding == decoding) Plan(job.get(), prefix, &sequence, &tokens, &outputs);
      }
    }
  }
  for (const PrefixPtr& prefix : computing_) {
    Plan(nullptr, prefix.get(), &prefix->sequence, &tokens, &outputs);
  }
  if (planned_.empty()) return false;
  const int drafts = std::min(options_.draft_step_tokens, options_.max_step_tokens) -
                     (options_.max_step_tokens - tokens);
  // A guess costs a column. If it is right, it saves the cost of a token, which
  // is its share of the step.
  const int columns = options_.max_step_tokens - tokens;
  if (drafts > 0) PlanDrafts(drafts, outputs, columns / (columns + kStepColumns));
  // Continuations of one prefix are neighbours.
  std::stable_sort(planned_.begin(), planned_.end(), [](const Planned& a, const Planned& b) {
    return a.prefix->order < b.prefix->order;
  });
  FillStep(step);
  return true;
}

void Scheduler::Plan(Job* job, CachedPrefix* prefix, TokenSequence* sequence, int* tokens,
                     int* outputs) {
  if (*tokens <= 0) return;
  if (!sequence->begun && !BeginSequence(*job, sequence)) return;
  int count = std::min(sequence->left(), *tokens);
  // The last token that still has room for its logits.
  const int first_output = std::max(sequence->first_output, sequence->done);
  if (first_output < sequence->done + count) {
    count = std::min(count, first_output - sequence->done + *outputs);
    *outputs -= std::max(0, sequence->done + count - first_output);
  }
  if (count <= 0) return;
  *tokens -= count;
  const absl::Status extended = cache_->Extend(&sequence->pages, sequence->length + count);
  QUIPU_CHECK(extended.ok()) << "a reserved page is missing: " << extended.ToString();
  planned_.push_back({job, prefix, sequence, count});
}

void Scheduler::PlanDrafts(int tokens, int outputs, double worth) {
  std::vector<Planned*> decoding;
  for (Planned& planned : planned_) {
    if (planned.job != nullptr && planned.sequence->decoding &&
        planned.sequence->left() == planned.count) {
      decoding.push_back(&planned);
    }
  }
  for (size_t i = 0; i < decoding.size(); ++i) {
    // An equal share of the rest, and at least one as long as there is any.
    const int left = std::min(tokens, outputs);
    const int most = std::max(left / static_cast<int>(decoding.size() - i), 1);
    if (left < 1) return;
    Planned& planned = *decoding[i];
    planned.job->Draft(planned.sequence, most, worth);
    const int drafts = planned.sequence->drafts;
    QUIPU_CHECK(drafts <= most) << "a job drafts more than it may";
    tokens -= drafts;
    outputs -= drafts;
    planned.count += drafts;
    const absl::Status extended =
        cache_->Extend(&planned.sequence->pages, planned.sequence->length + planned.count);
    QUIPU_CHECK(extended.ok()) << "a reserved page is missing: " << extended.ToString();
  }
}

bool Scheduler::BeginSequence(const Job& job, TokenSequence* sequence) {
  const CachedPrefix& prefix = *job.prefix();
  const TokenSequence* from = &prefix.sequence;
  int common = 0;
  // Only earlier ones, so that no two wait for each other.
  for (const JobPtr& other : running_) {
    if (other.get() == &job) break;
    if (other->prefix() != job.prefix()) continue;
    const int shared = CommonTokens(other->prompt(), job.prompt());
    const TokenSequence& first = other->sequences()[0];
    const bool gone = first.begun && first.pages.empty();
    if (gone || shared < kLeastShared || shared <= common) continue;
    from = &first;
    common = shared;
  }
  if (!from->begun || from->length < prefix.size() + common) return false;
  absl::StatusOr<PageTable> pages = cache_->Fork(from->pages, prefix.size() + common);
  QUIPU_CHECK(pages.ok()) << "a reserved page is missing: " << pages.status().ToString();
  sequence->pages = *std::move(pages);
  sequence->length = prefix.size() + common;
  sequence->done = common;
  sequence->begun = true;
  return true;
}

void Scheduler::FillStep(Step* step) {
  *step = Step();
  output_jobs_.clear();
  int groups = 0;
  for (size_t i = 0; i < planned_.size(); ++i) {
    const Planned& planned = planned_[i];
    const TokenSequence& sequence = *planned.sequence;
    BatchPiece piece;
    piece.pages = &sequence.pages;
    piece.start = sequence.length;
    piece.first_token = static_cast<int>(step->batch.tokens.size());
    piece.count = planned.count;
    const bool after = i > 0 && planned_[i - 1].prefix == planned.prefix;
    const bool before = i + 1 < planned_.size() && planned_[i + 1].prefix == planned.prefix;
    if ((after || before) && FullPages(planned.prefix->size()) > 0) {
      piece.group = after ? groups - 1 : groups++;
      piece.shared_pages = FullPages(planned.prefix->size());
    }
    step->batch.pieces.push_back(piece);
    step->columns[static_cast<size_t>(planned.phase())] += planned.count;
    for (int j = sequence.done; j < sequence.done + planned.count; ++j) {
      if (j >= sequence.first_output) {
        step->batch.outputs.emplace_back(static_cast<int>(step->batch.tokens.size()),
                                         planned.job->OutputWords(sequence, j));
        step->outputs.push_back({planned.job, &sequence, j});
        output_jobs_.push_back(planned.job);
      }
      step->batch.tokens.push_back(sequence.pending[j]);
    }
  }
}

void Scheduler::FinishPrefixPiece(CachedPrefix* prefix, const absl::Status& status) {
  if (!status.ok()) {
    const PrefixPtr keep = live_[prefix->key];
    FailPrefix(prefix, status);
    // Jobs whose evicted prefix was computed again.
    std::vector<Job*> failed;
    for (const JobPtr& job : running_) {
      if (job->prefix().get() == prefix) failed.push_back(job.get());
    }
    for (Job* job : failed) EndJob(job, status);
    return;
  }
  if (prefix->sequence.left() > 0) return;
  computing_.remove_if([prefix](const PrefixPtr& other) { return other.get() == prefix; });
  prefix->state = CachedPrefix::State::kReady;
  computed_before_[prefix->key.low % computed_before_.size()] = prefix->key;
  prefix->last_used = stats_.steps;
  if (!prefix->opened.HasBeenNotified()) prefix->opened.Notify();
}

void Scheduler::Count(const Planned& planned) {
  const TokenSequence& sequence = *planned.sequence;
  const int sampled = sequence.first_is_sampled && sequence.done == 0 ? 1 : 0;
  const int prompt = planned.count - sampled - sequence.drafts;
  stats_.prompt_tokens_computed += prompt;
  stats_.of(planned.phase()).prompt += prompt;
  stats_.drafted_tokens += sequence.drafts;
  if (planned.job != nullptr) {
    stats_.prompt_tokens_needed += prompt;
    return;
  }
  // A recomputed prefix adds nothing to what was needed.
  const int reached = sequence.done + planned.count;
  const int needed = std::max(0, reached - planned.prefix->counted);
  stats_.prompt_tokens_needed += needed;
  planned.prefix->counted += needed;
}

void Scheduler::FinishStep(const absl::Status& status,
                           const std::vector<absl::Status>& row_statuses) {
  ++stats_.steps;
  std::vector<std::pair<Job*, absl::Status>> touched;  // Each once, in order.
  std::vector<CachedPrefix*> prefixes;
  std::set<Job*> seen;
  for (const Planned& planned : planned_) {
    TokenSequence& sequence = *planned.sequence;
    stats_.step_tokens += planned.count;
    if (status.ok()) {
      Count(planned);
      sequence.length += planned.count;
      sequence.done += planned.count;
    }
    if (planned.job == nullptr) {
      prefixes.push_back(planned.prefix);
    } else if (seen.insert(planned.job).second) {
      touched.emplace_back(planned.job, status);
    }
  }
  for (size_t i = 0; i < row_statuses.size(); ++i) {
    if (row_statuses[i].ok()) continue;
    for (auto& [job, job_status] : touched) {
      if (job == output_jobs_[i]) job_status.Update(row_statuses[i]);
    }
  }
  planned_.clear();
  for (const auto& [job, job_status] : touched) {
    if (!job_status.ok()) {
      EndJob(job, job_status);
      continue;
    }
    const absl::StatusOr<bool> finished = job->Advance(cache_);
    if (!finished.ok() || *finished) EndJob(job, finished.status());
  }
  for (CachedPrefix* prefix : prefixes) FinishPrefixPiece(prefix, status);
}

}  // namespace quipu::inference
