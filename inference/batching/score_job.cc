// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/batching/score_job.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "base/status_macros.h"
#include "inference/kernels/log_softmax.h"

namespace quipu::inference {

namespace {

// Scores texts by one row of logits.
class Row {
 public:
  explicit Row(absl::Span<const float> logits)
      : logits_(logits), log_sum_(LogSumExp(logits)), max_(MaxLogit(logits)) {}

  double LogProb(TokenId token) const { return static_cast<double>(logits_[token]) - log_sum_; }
  bool IsLikeliest(TokenId token) const { return logits_[token] >= max_; }

 private:
  const absl::Span<const float> logits_;
  const double log_sum_;
  const float max_;
};

}  // namespace

ScoreJob::ScoreJob(std::shared_ptr<CachedPrefix> prefix, Context context,
                   std::vector<std::vector<TokenId>> continuations, bool relative_only)
    : Job(std::move(prefix)),
      context_size_(static_cast<int>(context.tokens.size())),
      span_begin_(context.span_begin),
      span_(context.tokens.begin() + context.span_begin, context.tokens.begin() + context.span_end),
      continuations_(std::move(continuations)),
      span_scores_(span_.size()) {
  QUIPU_CHECK(context_size_ > 0) << "nothing between prefix and continuation";
  QUIPU_CHECK(span_.empty() || span_begin_ > 0) << "a span that begins with the context";
  int longer = 0;
  for (size_t i = 0; i < continuations_.size(); ++i) {
    scores_.emplace_back(continuations_[i].size());
    if (continuations_[i].size() > 1) {
      ++longer;
      base_continuation_ = static_cast<int>(i);
    }
  }
  if (longer > 1) base_continuation_ = kNone;
  words_only_ = relative_only && longer == 0;

  prompt_ = context.tokens;
  TokenSequence sequence;
  sequence.pending = std::move(context.tokens);
  sequence.first_output = context_size_ - 1;
  if (!span_.empty()) {
    // The tokens from here on must be run for their own logits, and not be shared.
    sequence.first_output = span_begin_ - 1;
    prompt_.resize(span_begin_ - 1);
  }
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

std::vector<TokenId> ScoreJob::OutputWords(const TokenSequence&, int index) const {
  std::vector<TokenId> words;
  const bool in_span =
      index >= span_begin_ - 1 && index < span_begin_ - 1 + static_cast<int>(span_.size());
  if (in_span || !words_only_) return words;
  for (const std::vector<TokenId>& tokens : continuations_) words.push_back(tokens[0]);
  return words;
}

void ScoreJob::OnContext(int index, absl::Span<const float> logits) {
  const int next = index + 1 - span_begin_;
  if (next >= 0 && next < static_cast<int>(span_.size())) {
    const Row row(logits);
    span_scores_[next] = {row.LogProb(span_[next]), row.IsLikeliest(span_[next])};
    return;
  }
  if (index < context_size_ - 1) return;  // Between the span and the continuations.
  if (words_only_) {
    for (size_t i = 0; i < continuations_.size(); ++i) {
      scores_[i][0].log_prob = static_cast<double>(logits[i]);
    }
    return;
  }
  const Row row(logits);
  for (size_t i = 0; i < continuations_.size(); ++i) {
    const TokenId token = continuations_[i][0];
    scores_[i][0] = {row.LogProb(token), row.IsLikeliest(token)};
  }
}

absl::Status ScoreJob::OnLogits(const TokenSequence& sequence, int index,
                                absl::Span<float> logits) {
  const int which = static_cast<int>(&sequence - sequences_.data());
  if (which == 0 && index < context_size_) {
    OnContext(index, logits);
    return absl::OkStatus();
  }
  const int continuation = sequence_continuation_[which];
  const int token_index = which == 0 ? index - context_size_ + 1 : index + 1;
  const TokenId token = continuations_[continuation][token_index];
  const Row row(logits);
  scores_[continuation][token_index] = {row.LogProb(token), row.IsLikeliest(token)};
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

ContinuationScore ScoreJob::Sum(absl::Span<const TokenScore> tokens) {
  ContinuationScore score;
  score.num_tokens = static_cast<int>(tokens.size());
  for (const TokenScore& token : tokens) {
    score.log_prob += token.log_prob;
    score.min_log_prob = std::min(score.min_log_prob, token.log_prob);
    score.greedy_tokens += token.greedy ? 1 : 0;
  }
  return score;
}

ScoreResult ScoreJob::Result() const {
  ScoreResult result;
  for (const std::vector<TokenScore>& tokens : scores_) {
    result.continuations.push_back(Sum(tokens));
    if (words_only_) result.continuations.back().min_log_prob = 0;
  }
  result.span = Sum(span_scores_);
  return result;
}

}  // namespace quipu::inference
