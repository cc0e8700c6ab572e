// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Decides what each step computes and what may hold memory. A state machine
// without threads or locks, driven by the engine's stepping thread.
//
//   scheduler.Admit(/*may_evict=*/false);
//   if (scheduler.BuildStep(&step)) {
//     RETURN_IF_ERROR(model->Forward(step.batch, &cache, &logits));
//     scheduler.FinishStep(status, row_statuses);
//   }
//
// A step runs all sequences that have sampled. Then the prompts of admitted
// jobs, then prefixes, each in order of arrival, fill it up to max_step_tokens.
// Guesses of what sequences will sample (Job::Draft) fill only what is left of
// draft_step_tokens. A prompt that begins like an earlier one on the same
// prefix (an instruction for several pairs) continues from the earlier one's
// pages.
//
// Memory. A prefix holds its pages while it is resident. Before it begins, a
// job reserves the most pages that it can ever hold, so a running job never
// lacks one. Four rules:
// 1. Jobs are admitted in order of arrival, each when its pages are free.
// 2. A prefix is opened only while no job waits for memory, only if the pages
//    of the largest job seen so far remain free beside it (unless it is alone),
//    and not before the next step has room for it: a prefix that can only be
//    computed later leaves its memory to the jobs of earlier prefixes.
// 3. When nothing runs and something waits, prefixes without a running job are
//    evicted, least recently used first, until the first in the queue fits. A
//    job on an evicted prefix has it computed again, to the same bits: this
//    costs time and shows in EngineStats, nothing else. (The engine first waits
//    50 ms, because the owner may be about to use it.)
// 4. What does not fit an otherwise empty cache is refused at once
//    (FAILED_PRECONDITION: no result may depend on memory).
// By rule 1, a running job ends. When none is left, by rules 3 and 4 the first
// in the queue gets its pages. So no order of calls can deadlock. Two prefixes
// with the same tokens that are open at the same time are one.
#ifndef QUIPU_INFERENCE_BATCHING_SCHEDULER_H_
#define QUIPU_INFERENCE_BATCHING_SCHEDULER_H_

#include <array>
#include <cstdint>
#include <deque>
#include <list>
#include <map>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "inference/batching/cached_prefix.h"
#include "inference/batching/job.h"
#include "inference/batching/token_sequence.h"
#include "inference/engine.h"
#include "inference/model/batch.h"

namespace quipu::inference {

struct SchedulerOptions {
  int max_step_tokens = 256;   // At least 1.
  int max_step_outputs = 256;  // Rows of logits in one step; at least 1.
  int context_tokens = 0;      // The longest sequence.
  int draft_step_tokens = 0;   // Columns that drafts may fill up to; 0: none.
};

// What one step computes, and whose logits its outputs are.
struct Step {
  struct Output {
    Job* job = nullptr;
    const TokenSequence* sequence = nullptr;
    int index = 0;  // In TokenSequence::pending.
  };
  Batch batch;
  std::vector<Output> outputs;            // One per entry of batch.outputs.
  std::array<int, kPhases> columns = {};  // By what they are for.
};

// Thread-compatible. The cache must outlive it.
class Scheduler {
 public:
  Scheduler(const SchedulerOptions& options, KvCache* cache);

  // Finds or queues a prefix; notifies its `opened` once it is computed. Each
  // call needs its own Close. FAILED_PRECONDITION if it can never fit.
  absl::StatusOr<std::shared_ptr<CachedPrefix>> Open(std::vector<TokenId> tokens,
                                                     Phase phase = Phase::kOther);
  // Releases one Open. The pages are freed after the last Open and the last
  // job.
  void Close(CachedPrefix* prefix);

  // Queues a job. FAILED_PRECONDITION if it can never fit.
  absl::Status Add(std::shared_ptr<Job> job);

  // Admits what memory allows, and drops closed prefixes. `may_evict`: by rule
  // 3. Returns whether anything was admitted.
  bool Admit(bool may_evict);

  // Fills `step`; false if nothing can run.
  bool BuildStep(Step* step);

  // Takes the outcome of the last step: ends the jobs that have their result
  // and, where `status` or a row's status is not OK, those that failed.
  void FinishStep(const absl::Status& status, const std::vector<absl::Status>& row_statuses);

  // Ends everything with `status`.
  void Abort(const absl::Status& status);

  // Whether something waits for memory.
  bool waiting() const { return !waiting_jobs_.empty() || !waiting_prefixes_.empty(); }

  // Everything except seconds, which it does not know.
  const EngineStats& stats() const { return stats_; }

 private:
  struct Planned {
    Job* job = nullptr;  // nullptr: the prefix itself.
    CachedPrefix* prefix = nullptr;
    TokenSequence* sequence = nullptr;
    int count = 0;  // Drafts included.
    Phase phase() const { return job != nullptr ? job->phase() : prefix->phase; }
  };
  using JobPtr = std::shared_ptr<Job>;
  using PrefixPtr = std::shared_ptr<CachedPrefix>;

  bool idle() const { return running_.empty() && computing_.empty(); }
  int free_pages() const { return cache_->num_pages() - reserved_; }
  bool AdmitJobs(bool may_evict);
  bool AdmitPrefixes(bool may_evict);
  void DropClosedPrefixes();
  // Evicts idle prefixes except `keep` until `pages` are free; false if that is
  // impossible.
  bool MakeRoom(int pages, const CachedPrefix* keep);
  void BeginComputing(const PrefixPtr& prefix);
  void ReleasePages(CachedPrefix* prefix);

  void Plan(Job* job, CachedPrefix* prefix, TokenSequence* sequence, int* tokens, int* outputs);
  // Adds guesses to the plan, up to this many more tokens and outputs, each at
  // least as likely as `worth`.
  void PlanDrafts(int tokens, int outputs, double worth);
  // Gives a job's first sequence the pages of its prefix and, if an earlier
  // job's prompt begins like its own, of that beginning. False if that job
  // still has to run it: then waiting for it is better.
  bool BeginSequence(const Job& job, TokenSequence* sequence);
  void FillStep(Step* step);
  void Count(const Planned& planned);
  void FinishPrefixPiece(CachedPrefix* prefix, const absl::Status& status);
  void FailPrefix(CachedPrefix* prefix, const absl::Status& status);
  void EndJob(Job* job, const absl::Status& status);

  const SchedulerOptions options_;
  KvCache* const cache_;
  std::map<Fingerprint, PrefixPtr> live_;  // By their tokens.
  std::deque<JobPtr> waiting_jobs_;
  std::deque<PrefixPtr> waiting_prefixes_;
  std::list<JobPtr> running_;       // In order of admission.
  std::list<PrefixPtr> computing_;  // In order of admission.
  int reserved_ = 0;                // Pages of resident prefixes and running jobs.
  int largest_job_ = 0;             // Pages.
  int64_t prefixes_opened_ = 0;
  std::vector<Fingerprint> computed_before_;  // Only for counting.
  std::vector<Planned> planned_;              // Of the last step.
  std::vector<Job*> output_jobs_;             // The job of each of its outputs.
  EngineStats stats_;
};

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_BATCHING_SCHEDULER_H_
