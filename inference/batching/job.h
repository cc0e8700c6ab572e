// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A request in progress: sequences that continue a prefix, and what to run
// next.
//
//   RETURN_IF_ERROR(scheduler.Add(job));  // A CompleteJob or a ScoreJob.
//   RETURN_IF_ERROR(job->Wait());
//
// Owned by the engine's stepping thread, except Wait and, as it says, OnLogits.
#ifndef QUIPU_INFERENCE_BATCHING_JOB_H_
#define QUIPU_INFERENCE_BATCHING_JOB_H_

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/notification.h"
#include "absl/types/span.h"
#include "inference/batching/cached_prefix.h"
#include "inference/batching/own_status.h"
#include "inference/batching/token_sequence.h"
#include "inference/engine.h"
#include "inference/kernels/kv_cache.h"
#include "inference/text/token_id.h"

namespace quipu::inference {

// A continuation of a prefix, in progress.
class Job {
 public:
  explicit Job(std::shared_ptr<CachedPrefix> prefix) : prefix_(std::move(prefix)) {}
  virtual ~Job() = default;
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;

  // The most pages that it can hold in addition to the prefix's.
  virtual int max_pages() const = 0;
  // The greatest length of its longest sequence, prefix included.
  virtual int64_t max_length() const = 0;

  // The tokens whose logits are wanted after pending token `index` of
  // `sequence`. Empty: the whole vocabulary.
  virtual std::vector<TokenId> OutputWords(const TokenSequence& /*sequence*/, int /*index*/) const {
    return {};
  }

  // Takes the logits after pending token `index` of `sequence`; may overwrite
  // them. Called from several threads at once for different rows of a step, or,
  // if rows_in_order(), in order by one thread.
  virtual absl::Status OnLogits(const TokenSequence& sequence, int index,
                                absl::Span<float> logits) = 0;

  virtual bool rows_in_order() const { return false; }

  // Appends at most `most` guesses of the next tokens to `sequence`, all of
  // whose pending tokens are in the next step, and sets `drafts`. The guesses
  // must not take it beyond max_length(). A guess pays off if the chance that
  // it and all before it are right is at least `worth`. `most` is at least 1.
  virtual void Draft(TokenSequence* /*sequence*/, int /*most*/, double /*worth*/) {}

  // Called after each step that ran some of its tokens; sets up what to run
  // next. Returns whether the job has its result.
  virtual absl::StatusOr<bool> Advance(KvCache* cache) = 0;

  // Tokens sampled so far.
  virtual int64_t sampled_tokens() const { return 0; }
  // How many of them were drafted and so cost no step.
  virtual int64_t accepted_drafts() const { return 0; }

  // What its tokens are counted as. Set before it is queued.
  Phase phase() const { return phase_; }
  void set_phase(Phase phase) { phase_ = phase; }

  const std::shared_ptr<CachedPrefix>& prefix() const { return prefix_; }
  std::vector<TokenSequence>& sequences() { return sequences_; }
  // What the first sequence runs after the prefix, before anything is sampled
  // or scored. A beginning in common with another job is run once for both.
  // Empty: nothing is shared.
  const std::vector<TokenId>& prompt() const { return prompt_; }

  // Ends the job. Its status, and its result if that is OK, may then be read.
  void Finish(const absl::Status& status) {
    status_ = OwnCopy(status);
    finished_.Notify();
  }
  // Notified when the job has ended.
  const absl::Notification& finished() const { return finished_; }
  // Blocks until the job has ended.
  absl::Status Wait() const {
    finished_.WaitForNotification();
    return OwnCopy(status_);
  }

 protected:
  std::vector<TokenSequence> sequences_;
  std::vector<TokenId> prompt_;

 private:
  std::shared_ptr<CachedPrefix> prefix_;
  Phase phase_ = Phase::kOther;
  absl::Notification finished_;
  absl::Status status_;
};

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_BATCHING_JOB_H_
