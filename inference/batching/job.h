// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What the scheduler runs: sequences of tokens that grow in the cache, prefixes
// that are computed once, and jobs (a request in progress) that continue them.
//
// Owned by the engine's stepping thread but for what is said below.
#ifndef QUIPU_INFERENCE_BATCHING_JOB_H_
#define QUIPU_INFERENCE_BATCHING_JOB_H_

#include <cstdint>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/notification.h"
#include "absl/types/span.h"
#include "base/fingerprint.h"
#include "inference/kernels/kv_cache.h"
#include "inference/text/token_id.h"

namespace quipu::inference {

// Pages that hold `tokens` positions, and pages that are full with them.
inline int PagesFor(int64_t tokens) {
  return static_cast<int>((tokens + kPageTokens - 1) / kPageTokens);
}
inline int FullPages(int64_t tokens) { return static_cast<int>(tokens / kPageTokens); }

// The same status without a part in common: the count by which Abseil's copies
// share one is in a library that ThreadSanitizer does not see.
inline absl::Status OwnCopy(const absl::Status& status) {
  return absl::Status(status.code(), status.message());
}

inline constexpr int kNoOutput = std::numeric_limits<int>::max();

// Tokens of one sequence: `length` of them are in the cache, `pending` follow.
struct TokenSequence {
  PageTable pages;
  int length = 0;
  std::vector<TokenId> pending;
  int done = 0;                   // How many of `pending` have been run.
  int first_output = kNoOutput;   // Logits are wanted from this pending token on.
  bool begun = false;             // Whether it has its pages of the prefix.
  bool decoding = false;          // Whether it has sampled: served before prompts.
  bool first_is_sampled = false;  // Whether pending[0] was sampled (not a prompt token).
  // How many at the end of `pending` are guesses of what will be sampled. They
  // are put there for one step, which runs them all; the job then takes back
  // from `length` those that were wrong.
  int drafts = 0;

  int left() const { return static_cast<int>(pending.size()) - done; }
};

// A prefix and its pages. Evicted ones are computed again when a job needs
// them.
struct CachedPrefix {
  enum class State { kWaiting, kComputing, kReady, kEvicted, kFailed };

  Fingerprint key;
  std::vector<TokenId> tokens;
  int64_t order = 0;  // Of opening.
  int counted = 0;    // Tokens that are in EngineStats as needed.
  State state = State::kWaiting;
  TokenSequence sequence;
  int handles = 0;        // Prefix objects and callers that wait for one.
  int jobs = 0;           // Waiting or running.
  int64_t last_used = 0;  // Step at which a job on it last ended.

  // Notified when it was first computed or has failed; `status` may be read
  // then.
  absl::Notification opened;
  absl::Status status;

  int size() const { return static_cast<int>(tokens.size()); }
  int num_pages() const { return PagesFor(size()); }
  bool resident() const { return state == State::kComputing || state == State::kReady; }
};

// A continuation of a prefix in progress.
class Job {
 public:
  explicit Job(std::shared_ptr<CachedPrefix> prefix) : prefix_(std::move(prefix)) {}
  virtual ~Job() = default;
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;

  // The most pages that it can hold beside the prefix's.
  virtual int max_pages() const = 0;
  // The length of its longest sequence at most, prefix included.
  virtual int64_t max_length() const = 0;

  // The tokens whose logits are wanted after pending token `index` of
  // `sequence`; empty: the whole vocabulary.
  virtual std::vector<TokenId> OutputWords(const TokenSequence& /*sequence*/, int /*index*/) const {
    return {};
  }

  // Takes the logits after pending token `index` of `sequence`; may overwrite
  // them. Called from several threads at once for different rows of a step,
  // unless rows_in_order(): then in order, by one thread.
  virtual absl::Status OnLogits(const TokenSequence& sequence, int index,
                                absl::Span<float> logits) = 0;

  virtual bool rows_in_order() const { return false; }

  // Appends to `sequence`, all of whose pending tokens are in the next step, at
  // most `most` guesses of what comes after them, and sets `drafts`. They must
  // not take it beyond max_length(). A guess pays if its chance of being right
  // (and all before it) is at least `worth`. `most` is at least 1.
  virtual void Draft(TokenSequence* /*sequence*/, int /*most*/, double /*worth*/) {}

  // Called after each step that ran some of its tokens: sets up what comes
  // next. Returns whether the job has its result.
  virtual absl::StatusOr<bool> Advance(KvCache* cache) = 0;

  // Tokens sampled so far.
  virtual int64_t sampled_tokens() const { return 0; }
  // How many of them were drafted, and so cost no step.
  virtual int64_t accepted_drafts() const { return 0; }

  const std::shared_ptr<CachedPrefix>& prefix() const { return prefix_; }
  std::vector<TokenSequence>& sequences() { return sequences_; }
  // What the first sequence runs behind the prefix before anything is sampled
  // or scored. Where it begins as another job's does, it is run once for both.
  // Empty: nothing is shared.
  const std::vector<TokenId>& prompt() const { return prompt_; }

  // Ends the job: its status, and its result if that is OK, may be read.
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
  absl::Notification finished_;
  absl::Status status_;
};

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_BATCHING_JOB_H_
