// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/batching/reply_run.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/log.h"
#include "base/utf8.h"
#include "inference/batching/banned_words.h"
#include "inference/batching/sampler.h"
#include "inference/kernels/log_softmax.h"

namespace quipu::inference {
namespace {

constexpr float kNever = -std::numeric_limits<float>::infinity();

// The random numbers of one sampled token: enough for as many attempts as a
// vocabulary has tokens (base/limits.h: kMaxVocabulary is 2^22).
constexpr int kAttemptBits = 23;

}  // namespace

TokenMask TokenMask::Create(const Tokenizer& tokenizer, int vocabulary) {
  TokenMask mask;
  for (TokenId id = 0; id < vocabulary; ++id) {
    if (tokenizer.IsEndOfTurn(id)) {
      mask.end_of_turn.push_back(id);
    } else if (tokenizer.IsControl(id) || tokenizer.TokenBytes(id).empty()) {
      mask.never.push_back(id);
    }
  }
  return mask;
}

ReplyRun::ReplyRun(const Tokenizer& tokenizer, const TokenMask& mask,
                   const CompleteRequest& request)
    : tokenizer_(tokenizer),
      mask_(mask),
      sampling_(request.sampling),
      rng_(request.seed, "sampling") {
  for (const Slot& element : request.reply_template) {
    if (element.kind == Slot::Kind::kFree) {
      parts_.push_back({element, ""});
      max_tokens_ += element.max_tokens;
    } else if (parts_.empty()) {
      opening_ += element.text;
    } else {
      parts_.back().literal += element.text;
      // The rest of a literal is tokenised by itself, at worst byte by byte.
      max_tokens_ += static_cast<int64_t>(element.text.size());
    }
  }
  current_.name = parts_[0].free.name;
}

size_t ReplyRun::PartialEnd(absl::string_view text) const {
  const std::string& end = parts_[part_].free.text;
  size_t length = end.empty() ? 0 : std::min(end.size() - 1, text.size());
  while (length > 0 && !absl::EndsWith(text, absl::string_view(end).substr(0, length))) --length;
  return length;
}

bool ReplyRun::Allowed(TokenId token) const {
  if (tokenizer_.IsEndOfTurn(token)) return true;  // Masked where it is not.
  const Part& part = parts_[part_];
  if (CompletesBannedWord(bytes_, tokenizer_.TokenBytes(token), part.free.banned)) return false;
  const std::string& end = part.free.text;
  if (end.empty()) return true;
  // Earlier bytes cannot begin an end text: the part would have ended.
  const size_t from = bytes_.size() - std::min(bytes_.size(), end.size() - 1);
  const std::string tail =
      absl::StrCat(absl::string_view(bytes_).substr(from), tokenizer_.TokenBytes(token));
  const size_t at = tail.find(end);
  if (current_.num_tokens < part.free.min_tokens) {
    return at == std::string::npos && PartialEnd(tail) == 0;
  }
  if (at == std::string::npos || part_ + 1 == parts_.size()) return true;
  const size_t reach = tail.size() - at;
  return reach <= part.literal.size() || tail.compare(at, part.literal.size(), part.literal) != 0;
}

absl::Status ReplyRun::Sample(absl::Span<float> logits) {
  QUIPU_CHECK(!done()) << "the reply is complete";
  const double log_sum = LogSumExp(logits);
  for (const TokenId id : mask_.never) logits[id] = kNever;
  if (current_.num_tokens < parts_[part_].free.min_tokens) {
    for (const TokenId id : mask_.end_of_turn) logits[id] = kNever;
  }
  for (size_t attempt = 0; attempt <= logits.size(); ++attempt) {
    rng_.Seek(sampled_ << kAttemptBits | attempt);
    const TokenId token = SampleToken(logits, sampling_, rng_.Uniform());
    if (token < 0) break;
    if (Allowed(token)) {
      Accept(token, static_cast<double>(logits[token]) - log_sum);
      return absl::OkStatus();
    }
    logits[token] = kNever;
  }
  return absl::InternalError(absl::StrCat("no token of the vocabulary is allowed at token ",
                                          current_.num_tokens, " of part \"", current_.name, "\""));
}

void ReplyRun::Accept(TokenId token, double log_prob) {
  ++sampled_;
  ++current_.num_tokens;
  current_.log_prob += log_prob;
  forced_.clear();
  first_forced_is_sampled_ = false;

  const Part& part = parts_[part_];
  const absl::string_view literal = part.literal;
  if (tokenizer_.IsEndOfTurn(token)) {
    const size_t partial = PartialEnd(bytes_);
    EndPart(CompletedPart::End::kEndOfTurn, bytes_.size() - partial,
            literal.substr(std::min(partial, literal.size())));
    return;
  }

  forced_.push_back(token);
  first_forced_is_sampled_ = true;
  const std::string& end = part.free.text;
  const size_t from = bytes_.size() - std::min(bytes_.size(), end.empty() ? 0 : end.size() - 1);
  absl::StrAppend(&bytes_, tokenizer_.TokenBytes(token));
  const size_t at = end.empty() ? std::string::npos : bytes_.find(end, from);
  if (at != std::string::npos) {
    const absl::string_view reached = absl::string_view(bytes_).substr(at);
    const size_t skip = absl::StartsWith(literal, reached) ? reached.size() : end.size();
    EndPart(CompletedPart::End::kText, at, literal.substr(std::min(skip, literal.size())));
  } else if (current_.num_tokens >= part.free.max_tokens) {
    const size_t partial = PartialEnd(bytes_);
    EndPart(CompletedPart::End::kMaxTokens, bytes_.size() - partial,
            literal.substr(std::min(partial, literal.size())));
  }
}

void ReplyRun::EndPart(CompletedPart::End end, size_t value_size, absl::string_view literal_left) {
  current_.end = end;
  absl::string_view value = absl::string_view(bytes_).substr(0, value_size);
  if (end == CompletedPart::End::kMaxTokens) value = TrimIncompleteUtf8(value);
  current_.text = RepairUtf8(value);
  if (part_ + 1 < parts_.size()) {
    const std::vector<TokenId> ids = tokenizer_.Encode(literal_left, /*fragment_start=*/false);
    forced_.insert(forced_.end(), ids.begin(), ids.end());
  }
  completion_.parts.push_back(std::move(current_));
  current_ = CompletedPart();
  bytes_.clear();
  ++part_;
  if (!done()) current_.name = parts_[part_].free.name;
}

}  // namespace quipu::inference
