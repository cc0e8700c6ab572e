// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The half of the scheduler that deals with steps: building one and taking its
// outcome. Admission and memory: scheduler.cc.
#include <algorithm>
#include <set>
#include <utility>

#include "base/log.h"
#include "inference/scheduler.h"

namespace quipu::inference {

bool Scheduler::BuildStep(Step* step) {
  planned_.clear();
  int tokens = options_.max_step_tokens;
  int outputs = options_.max_step_outputs;
  for (const bool decoding : {true, false}) {
    for (const JobPtr& job : running_) {
      CachedPrefix* prefix = job->prefix().get();
      if (prefix->state != CachedPrefix::State::kReady) continue;
      for (Sequence& sequence : job->sequences()) {
        if (sequence.decoding == decoding)
          Plan(job.get(), prefix, &sequence, &tokens, &outputs);
      }
    }
  }
  for (const PrefixPtr& prefix : computing_) {
    Plan(nullptr, prefix.get(), &prefix->sequence, &tokens, &outputs);
  }
  if (planned_.empty()) return false;
  // Continuations of one prefix stand together.
  std::stable_sort(planned_.begin(), planned_.end(),
                   [](const Planned& a, const Planned& b) {
                     return a.prefix->order < b.prefix->order;
                   });
  FillStep(step);
  return true;
}

void Scheduler::Plan(Job* job, CachedPrefix* prefix, Sequence* sequence,
                     int* tokens, int* outputs) {
  int count = std::min(sequence->left(), *tokens);
  // The last token whose logits there is still room for.
  const int first_output = std::max(sequence->first_output, sequence->done);
  if (first_output < sequence->done + count) {
    count = std::min(count, first_output - sequence->done + *outputs);
    *outputs -= std::max(0, sequence->done + count - first_output);
  }
  if (count <= 0) return;
  *tokens -= count;
  if (!sequence->begun) BeginSequence(*prefix, sequence);
  const absl::Status extended =
      cache_->Extend(&sequence->pages, sequence->length + count);
  QUIPU_CHECK(extended.ok())
      << "a reserved page is missing: " << extended.ToString();
  planned_.push_back({job, prefix, sequence, count});
}

void Scheduler::BeginSequence(const CachedPrefix& prefix, Sequence* sequence) {
  absl::StatusOr<PageTable> pages =
      cache_->Fork(prefix.sequence.pages, prefix.size());
  QUIPU_CHECK(pages.ok()) << "a reserved page is missing: "
                          << pages.status().ToString();
  sequence->pages = *std::move(pages);
  sequence->length = prefix.size();
  sequence->begun = true;
}

void Scheduler::FillStep(Step* step) {
  *step = Step();
  output_jobs_.clear();
  int groups = 0;
  for (size_t i = 0; i < planned_.size(); ++i) {
    const Planned& planned = planned_[i];
    const Sequence& sequence = *planned.sequence;
    BatchPiece piece;
    piece.pages = &sequence.pages;
    piece.start = sequence.length;
    piece.first_token = static_cast<int>(step->batch.tokens.size());
    piece.count = planned.count;
    const bool after = i > 0 && planned_[i - 1].prefix == planned.prefix;
    const bool before =
        i + 1 < planned_.size() && planned_[i + 1].prefix == planned.prefix;
    if ((after || before) && FullPages(planned.prefix->size()) > 0) {
      piece.group = after ? groups - 1 : groups++;
      piece.shared_pages = FullPages(planned.prefix->size());
    }
    step->batch.pieces.push_back(piece);
    for (int j = sequence.done; j < sequence.done + planned.count; ++j) {
      if (j >= sequence.first_output) {
        step->batch.outputs.push_back(
            static_cast<int>(step->batch.tokens.size()));
        step->outputs.push_back({planned.job, &sequence, j});
        output_jobs_.push_back(planned.job);
      }
      step->batch.tokens.push_back(sequence.pending[j]);
    }
  }
}

void Scheduler::FinishPrefixPiece(CachedPrefix* prefix,
                                  const absl::Status& status) {
  if (!status.ok()) {
    const PrefixPtr keep = live_[prefix->key];
    FailPrefix(prefix, status);
    // Jobs for which an evicted prefix was computed again.
    std::vector<Job*> failed;
    for (const JobPtr& job : running_) {
      if (job->prefix().get() == prefix) failed.push_back(job.get());
    }
    for (Job* job : failed) EndJob(job, status);
    return;
  }
  if (prefix->sequence.left() > 0) return;
  computing_.remove_if(
      [prefix](const PrefixPtr& other) { return other.get() == prefix; });
  prefix->state = CachedPrefix::State::kReady;
  prefix->last_used = stats_.steps;
  if (!prefix->opened.HasBeenNotified()) prefix->opened.Notify();
}

void Scheduler::FinishStep(const absl::Status& status,
                           const std::vector<absl::Status>& row_statuses) {
  ++stats_.steps;
  std::vector<std::pair<Job*, absl::Status>> touched;  // Each once, in order.
  std::vector<CachedPrefix*> prefixes;
  std::set<Job*> seen;
  for (const Planned& planned : planned_) {
    Sequence& sequence = *planned.sequence;
    if (status.ok()) {
      const int sampled =
          sequence.first_is_sampled && sequence.done == 0 ? 1 : 0;
      stats_.prompt_tokens_computed += planned.count - sampled;
      if (planned.job != nullptr)
        stats_.prompt_tokens_needed += planned.count - sampled;
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
