// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Makes one reply follow its template: says which tokens to run next, takes the
// logits after them, samples, and finds the end of each free part. Knows
// nothing of batches, pages or threads.
//
//   ReplyRun run(tokenizer, mask, request);
//   prompt += run.opening();
//   while (!run.done()) {
//     RETURN_IF_ERROR(run.Sample(logits_after_all_tokens_so_far));
//     next = run.TakeForced();  // The sampled token, then literal ones.
//   }
//   Completion completion = run.TakeCompletion();
//
// A free part ends
// - where its end text appears in the bytes of its tokens. The last token may
//   reach into the next literal, but not past it. If it agrees with the literal,
//   only the rest of the literal is forced; otherwise everything after the end;
// - at an end-of-turn token, or at max_tokens. If the part stops in the middle
//   of its end text, those bytes count as the end, not as the part's value.
// Tokens that are not allowed (to end a part before min_tokens, to run past a
// literal, or to complete a banned word) are removed from the distribution, and the same position is
// sampled again.
// Thread-compatible.
#ifndef QUIPU_INFERENCE_BATCHING_REPLY_RUN_H_
#define QUIPU_INFERENCE_BATCHING_REPLY_RUN_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "base/rng.h"
#include "inference/engine.h"
#include "inference/text/tokenizer.h"

namespace quipu::inference {

// Which tokens cannot be sampled inside text; one per engine.
struct TokenMask {
  std::vector<TokenId> never;        // Control tokens, and ids that spell nothing.
  std::vector<TokenId> end_of_turn;  // Only where a part may end.

  // `vocabulary`: the length of a row of logits, at least the tokenizer's size.
  static TokenMask Create(const Tokenizer& tokenizer, int vocabulary);
};

class ReplyRun {
 public:
  // REQUIRES: ValidateRequest(request) is OK. The tokenizer and mask must
  // outlive this.
  ReplyRun(const Tokenizer& tokenizer, const TokenMask& mask, const CompleteRequest& request);

  // The literal text that the reply begins with; tokenised with the prompt.
  const std::string& opening() const { return opening_; }

  // The greatest number of tokens that can follow the prompt.
  int64_t max_tokens() const { return max_tokens_; }

  // Samples the next token from the logits after all tokens so far; overwrites
  // `logits`. INTERNAL if no token is allowed.
  absl::Status Sample(absl::Span<float> logits);

  // Whether the last free part has ended: nothing more needs computing.
  bool done() const { return part_ == parts_.size(); }

  // The tokens to run before the next Sample: the one just sampled (unless it
  // ended the turn), then those of a literal.
  std::vector<TokenId> TakeForced() { return std::move(forced_); }
  // Whether `token` was sampled last and is all that must be run. If it has
  // already run, as a guess, the next Sample may follow.
  bool Confirms(TokenId token) const {
    return !done() && first_forced_is_sampled_ && forced_.size() == 1 && forced_[0] == token;
  }
  // How many more tokens the current part may have. REQUIRES: !done().
  int tokens_left() const { return parts_[part_].free.max_tokens - current_.num_tokens; }
  // Whether the first of them is the sampled one.
  bool first_forced_is_sampled() const { return first_forced_is_sampled_; }

  // REQUIRES: done().
  Completion TakeCompletion() { return std::move(completion_); }

 private:
  struct Part {
    Slot free;
    std::string literal;  // All literals up to the next free part.
  };

  // Whether the current part may continue with (or end by) `token`.
  bool Allowed(TokenId token) const;
  // Takes the sampled token.
  void Accept(TokenId token, double log_prob);
  // Ends the current part; `literal_left` is forced before the next one.
  void EndPart(CompletedPart::End end, size_t value_size, absl::string_view literal_left);
  // The length of the longest proper beginning of the current end text that is
  // also an ending of `text`.
  size_t PartialEnd(absl::string_view text) const;

  const Tokenizer& tokenizer_;
  const TokenMask& mask_;
  const SamplingOptions sampling_;
  Rng rng_;
  std::string opening_;
  std::vector<Part> parts_;
  int64_t max_tokens_ = 0;

  size_t part_ = 0;    // The current one.
  std::string bytes_;  // Its text so far.
  CompletedPart current_;
  uint64_t sampled_ = 0;  // Tokens sampled in the whole reply.
  std::vector<TokenId> forced_;
  bool first_forced_is_sampled_ = false;
  Completion completion_;
};

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_BATCHING_REPLY_RUN_H_
