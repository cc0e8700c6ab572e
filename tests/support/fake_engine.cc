// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "tests/support/fake_engine.h"

#include <utility>

#include "absl/strings/ascii.h"

namespace quipu::testing {
namespace {

using inference::TokenId;

constexpr const char* kControls[] = {"<|pad|>", "<s>", "</s>", "<|im_start|>", "<|im_end|>"};
constexpr TokenId kFirstWord = 16;

// Where the token that begins at `at` ends.
size_t TokenEnd(absl::string_view text, size_t at) {
  const auto in_word = [&](size_t i) {
    return i < text.size() && (absl::ascii_isalnum(text[i]) || !absl::ascii_isascii(text[i]));
  };
  size_t end = at;
  if (text[end] == ' ' && in_word(end + 1)) ++end;
  if (!in_word(end)) return at + 1;
  while (in_word(end)) ++end;
  return end;
}

}  // namespace

FakeTokenizer::FakeTokenizer() {
  TokenId id = 0;
  for (const char* control : kControls) {
    ids_[control] = id;
    pieces_[id++] = control;
  }
}

TokenId FakeTokenizer::Intern(absl::string_view piece) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  // Words are stored under a key that no control token has.
  const auto [at, added] = ids_.try_emplace("word:" + std::string(piece),
                                            static_cast<TokenId>(ids_.size()) + kFirstWord);
  if (added) pieces_[at->second] = std::string(piece);
  return at->second;
}

std::vector<TokenId> FakeTokenizer::Encode(absl::string_view text, bool fragment_start) const {
  return EncodeWithOffsets(text, fragment_start).ids;
}

inference::Encoding FakeTokenizer::EncodeWithOffsets(absl::string_view text, bool) const {
  inference::Encoding encoding;
  for (size_t at = 0; at < text.size();) {
    const size_t end = TokenEnd(text, at);
    encoding.ids.push_back(Intern(text.substr(at, end - at)));
    encoding.begins.push_back(static_cast<uint32_t>(at));
    at = end;
  }
  return encoding;
}

absl::string_view FakeTokenizer::TokenBytes(TokenId id) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found = pieces_.find(id);
  return found == pieces_.end() || IsControl(id) ? absl::string_view() : found->second;
}

std::string FakeTokenizer::Decode(absl::Span<const TokenId> ids, bool) const {
  std::string text;
  for (const TokenId id : ids) text.append(std::string(TokenBytes(id)));
  return text;
}

std::optional<TokenId> FakeTokenizer::ControlId(absl::string_view spelling) const {
  for (size_t i = 0; i < std::size(kControls); ++i) {
    if (spelling == kControls[i]) return static_cast<TokenId>(i);
  }
  return std::nullopt;
}

absl::string_view FakeTokenizer::ControlSpelling(TokenId id) const {
  return IsControl(id) ? absl::string_view(kControls[id]) : absl::string_view();
}

bool FakeTokenizer::IsControl(TokenId id) const {
  return id >= 0 && id < static_cast<TokenId>(std::size(kControls));
}

bool FakeTokenizer::IsEndOfTurn(TokenId id) const { return id == 2 || id == 4; }

FakeEngine::FakeEngine() : chat_template_(*inference::ChatTemplate::FromName("chatml")) {
  info_.engine = "fake";
  info_.context_tokens = 4096;
  on_score = [](const FakePrefix&, const inference::ScoreRequest& request) {
    inference::ScoreResult result;
    for (size_t i = 0; i < request.continuations.size(); ++i) {
      inference::ContinuationScore score;
      score.log_prob = -1.0 - 4.0 * static_cast<double>(i);
      score.num_tokens = 2;
      result.continuations.push_back(score);
    }
    if (request.span_end > request.span_begin) result.span = {-1.0, 2, -0.6, 2};
    return result;
  };
}

void FakeEngine::Reply(std::string question, std::string answer) {
  on_complete = [question, answer](const FakePrefix&, const inference::CompleteRequest&) {
    inference::Completion completion;
    completion.parts.resize(2);
    completion.parts[0].name = "question";
    completion.parts[0].text = question;
    completion.parts[0].num_tokens = 7;
    completion.parts[1].name = "answer";
    completion.parts[1].text = answer;
    completion.parts[1].num_tokens = 5;
    return completion;
  };
}

void FakeEngine::OpenPrefixAsync(inference::PrefixRequest request, PrefixDone done) {
  done(std::make_unique<FakePrefix>(std::move(request)));
}

void FakeEngine::CompleteAsync(const inference::Prefix& prefix, inference::CompleteRequest request,
                               CompleteDone done) {
  completed.push_back(request);
  done(on_complete(static_cast<const FakePrefix&>(prefix), request));
}

void FakeEngine::ScoreAsync(const inference::Prefix& prefix, inference::ScoreRequest request,
                            ScoreDone done) {
  scored.push_back(request);
  done(on_score(static_cast<const FakePrefix&>(prefix), request));
}

}  // namespace quipu::testing
