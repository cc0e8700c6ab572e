// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/batching/score_job.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "base/status_macros.h"
#include "inference/kernels/log_softmax.h"

namespace quipu::inference {

ScoreJob::ScoreJob(std::shared_ptr<CachedPrefix> prefix, std::vector<TokenId> context,
                   std::vector<std::vector<TokenId>> continuations, bool relative_only)
    : Job(std::move(prefix)),
      context_size_(static_cast<int>(context.size())),
      continuations_(std::move(continuations)) {
  QUIPU_CHECK(context_size_ > 0) << "nothing between prefix and continuation";
  int longer = 0;
  for (size_t i = 0; i < continuations_.size(); ++i) {
    log_probs_.emplace_back(continuations_[i].size(), 0.0);
    if (continuations_[i].size() > 1) {
      ++longer;
      base_continuation_ = static_cast<int>(i);
    }
  }
  if (longer > 1) base_continuation_ = kNone;
  words_only_ = relative_only && longer == 0;

  prompt_ = context;
  TokenSequence sequence;
  sequence.pending = std::move(context);
  sequence.first_output = context_size_ - 1;
  if (base_continuation_ != kNone) {
    const std::vector<TokenId>& tokens = continuations_[base_continuation_];
    sequence.pending.insert(sequence.pending.end(), tokens.begin(), tokens.end() - 1);
  }
  branched_ = longer <= 1;
  sequences_.push_back(std::move(sequence));
  sequence_continuation_.push_back(base_continuation_);
}

int64_t ScoreJob::max_length() const {
  size_t longest = 0;
  for (const auto& tokens : continuations_) longest = std::max(longest, tokens.size());
  // The last token of a continuation is scored, not run. But a context without
  // room for it makes no sense.
  return prefix()->size() + context_size_ + static_cast<int64_t>(longest);
}

int ScoreJob::max_pages() const {
  const int64_t base = prefix()->size() + context_size_;
  int pages = PagesFor(base) - FullPages(prefix()->size());
  for (const auto& tokens : continuations_) {
    pages += PagesFor(base + static_cast<int64_t>(tokens.size()) - 1) - FullPages(base);
  }
  return pages;
}

void ScoreJob::Set(int continuation, int index, absl::Span<const float> logits, double log_sum) {
  const TokenId token = continuations_[continuation][index];
  log_probs_[continuation][index] = static_cast<double>(logits[token]) - log_sum;
}

std::vector<TokenId> ScoreJob::OutputWords(const TokenSequence&, int) const {
  std::vector<TokenId> words;
  if (!words_only_) return words;
  for (const std::vector<TokenId>& tokens : continuations_) words.push_back(tokens[0]);
  return words;
}

absl::Status ScoreJob::OnLogits(const TokenSequence& sequence, int index,
                                absl::Span<float> logits) {
  if (words_only_) {
    for (size_t i = 0; i < continuations_.size(); ++i)
      log_probs_[i][0] = static_cast<double>(logits[i]);
    return absl::OkStatus();
  }
  const int which = static_cast<int>(&sequence - sequences_.data());
  const int continuation = sequence_continuation_[which];
  const double log_sum = LogSumExp(logits);
  if (which == 0 && index == context_size_ - 1) {
    for (size_t i = 0; i < continuations_.size(); ++i) {
      Set(static_cast<int>(i), 0, logits, log_sum);
    }
  } else if (which == 0) {
    Set(continuation, index - context_size_ + 1, logits, log_sum);
  } else {
    Set(continuation, index + 1, logits, log_sum);
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> ScoreJob::Advance(KvCache* cache) {
  for (const TokenSequence& sequence : sequences_) {
    if (sequence.left() > 0) return false;
  }
  if (branched_) return true;
  branched_ = true;

  for (size_t i = 0; i < continuations_.size(); ++i) {
    const std::vector<TokenId>& tokens = continuations_[i];
    if (tokens.size() < 2) continue;
    TokenSequence branch;
    ASSIGN_OR_RETURN(branch.pages, cache->Fork(sequences_[0].pages, sequences_[0].length));
    branch.length = sequences_[0].length;
    branch.begun = true;
    branch.pending.assign(tokens.begin(), tokens.end() - 1);
    branch.first_output = 0;
    sequences_.push_back(std::move(branch));
    sequence_continuation_.push_back(static_cast<int>(i));
  }
  cache->Release(&sequences_[0].pages);
  return false;
}

ScoreResult ScoreJob::Result() const {
  ScoreResult result;
  for (const std::vector<double>& log_probs : log_probs_) {
    ContinuationScore score;
    score.num_tokens = static_cast<int>(log_probs.size());
    for (const double log_prob : log_probs) score.log_prob += log_prob;
    result.continuations.push_back(score);
  }
  return result;
}

}  // namespace quipu::inference
