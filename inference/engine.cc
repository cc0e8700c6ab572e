// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/engine.h"

#include <cmath>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/notification.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "base/strings.h"

namespace quipu::inference {
namespace {

absl::Status CheckSampling(const SamplingOptions& sampling) {
  if (!(sampling.temperature >= 0 && sampling.temperature <= 100)) {
    return absl::InvalidArgumentError(
        absl::StrCat("temperature is ", sampling.temperature, ", want 0 to 100"));
  }
  if (sampling.top_k < 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("top_k is ", sampling.top_k, ", want 0 or more"));
  }
  if (!(sampling.top_p > 0 && sampling.top_p <= 1)) {
    return absl::InvalidArgumentError(
        absl::StrCat("top_p is ", sampling.top_p, ", want above 0 and at most 1"));
  }
  if (!(sampling.min_p >= 0 && sampling.min_p <= 1)) {
    return absl::InvalidArgumentError(absl::StrCat("min_p is ", sampling.min_p, ", want 0 to 1"));
  }
  return absl::OkStatus();
}

absl::Status CheckFreePart(const Slot& part) {
  if (part.name.empty()) return absl::InvalidArgumentError("a free part has no name");
  if (part.max_tokens < 1 || part.max_tokens > kMaxContextTokens) {
    return absl::InvalidArgumentError(
        absl::StrCat("max_tokens is ", part.max_tokens, ", want 1 to ", kMaxContextTokens));
  }
  if (part.min_tokens < 0 || part.min_tokens > part.max_tokens) {
    return absl::InvalidArgumentError(absl::StrCat("min_tokens is ", part.min_tokens,
                                                   ", want 0 to max_tokens, ", part.max_tokens));
  }
  if (part.banned.size() > kMaxBannedWords) {
    return absl::InvalidArgumentError(
        absl::StrCat(part.banned.size(), " banned words, limit ", kMaxBannedWords));
  }
  for (const std::string& word : part.banned) {
    if (word.empty()) return absl::InvalidArgumentError("a banned word is empty");
    if (word.size() > kMaxBannedWordBytes) {
      return absl::InvalidArgumentError(
          absl::StrCat("a banned word of ", word.size(), " bytes, limit ", kMaxBannedWordBytes));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckReplyTemplate(const ReplyTemplate& reply_template) {
  if (reply_template.empty()) return absl::InvalidArgumentError("the reply template has no parts");
  if (reply_template.back().kind != Slot::Kind::kFree) {
    return absl::InvalidArgumentError("the last part of the reply template is not free");
  }
  for (size_t i = 0; i < reply_template.size(); ++i) {
    const Slot& part = reply_template[i];
    const std::string where = absl::StrCat("reply template part ", i);
    if (part.kind == Slot::Kind::kLiteral) {
      if (part.text.empty()) return absl::InvalidArgumentError(where + ": an empty literal");
      continue;
    }
    RETURN_IF_ERROR(Annotate(CheckFreePart(part), absl::StrCat(where, " (", part.name, ")")));
    if (i + 1 == reply_template.size()) break;
    // Two neighbouring free parts would leave no boundary at which to cut the
    // first.
    if (reply_template[i + 1].kind != Slot::Kind::kLiteral) {
      return absl::InvalidArgumentError(
          absl::StrCat(where, " (", part.name, "): a free part must be followed by a literal"));
    }
    if (reply_template[i + 1].text.compare(0, part.text.size(), part.text) != 0) {
      return absl::InvalidArgumentError(absl::StrCat(
          where, " (", part.name, "): the next literal, \"", Snippet(reply_template[i + 1].text),
          "\", does not begin with the part's end, \"", Snippet(part.text), "\""));
    }
  }
  return absl::OkStatus();
}

// Blocks until the call that `start` begins has its result.
template <typename T>
absl::StatusOr<T> Await(absl::FunctionRef<void(std::function<void(absl::StatusOr<T>)>)> start) {
  absl::Notification ended;
  std::optional<absl::StatusOr<T>> result;
  start([&ended, &result](absl::StatusOr<T> given) {
    result.emplace(std::move(given));
    ended.Notify();
  });
  ended.WaitForNotification();
  return *std::move(result);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Prefix>> Engine::OpenPrefix(const PrefixRequest& request) {
  return Await<std::unique_ptr<Prefix>>(
      [&](PrefixDone done) { OpenPrefixAsync(request, std::move(done)); });
}

absl::StatusOr<Completion> Engine::Complete(const Prefix& prefix, const CompleteRequest& request) {
  return Await<Completion>(
      [&](CompleteDone done) { CompleteAsync(prefix, request, std::move(done)); });
}

absl::StatusOr<ScoreResult> Engine::Score(const Prefix& prefix, const ScoreRequest& request) {
  return Await<ScoreResult>([&](ScoreDone done) { ScoreAsync(prefix, request, std::move(done)); });
}

Slot Slot::Literal(std::string text) {
  Slot part;
  part.kind = Kind::kLiteral;
  part.text = std::move(text);
  return part;
}

Slot Slot::Free(std::string name, int min_tokens, int max_tokens, std::string end) {
  Slot part;
  part.kind = Kind::kFree;
  part.text = std::move(end);
  part.name = std::move(name);
  part.min_tokens = min_tokens;
  part.max_tokens = max_tokens;
  return part;
}

absl::Status ValidateRequest(const CompleteRequest& request) {
  RETURN_IF_ERROR(CheckReplyTemplate(request.reply_template));
  return CheckSampling(request.sampling);
}

absl::Status CheckSpan(const ScoreRequest& request) {
  if (request.span_begin == 0 && request.span_end == 0) return absl::OkStatus();
  if (request.span_begin < request.span_end && request.span_end <= request.user_rest.size()) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrCat("span [", request.span_begin, ", ",
                                                 request.span_end, ") of a user_rest of ",
                                                 request.user_rest.size(), " bytes"));
}

absl::Status ValidateRequest(const ScoreRequest& request) {
  if (request.continuations.empty()) {
    return absl::InvalidArgumentError("no continuation to score");
  }
  for (size_t i = 0; i < request.continuations.size(); ++i) {
    if (request.continuations[i].empty()) {
      return absl::InvalidArgumentError(absl::StrCat("continuation ", i, " is empty"));
    }
  }
  return CheckSpan(request);
}

}  // namespace quipu::inference
