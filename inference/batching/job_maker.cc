// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/batching/job_maker.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"

namespace quipu::inference {

namespace {

// The tokens of a Score call before its continuations, and which of them are its
// span. `tokens` begin with user_rest.
absl::StatusOr<ScoreJob::Context> ContextOf(RenderedTokens tokens, const ScoreRequest& request) {
  ScoreJob::Context context;
  context.tokens = std::move(tokens.ids);
  if (request.span_end == 0) return context;
  const auto first = tokens.begins.begin();
  const auto last = tokens.begins.end();
  context.span_begin =
      static_cast<int>(std::upper_bound(first, last, request.span_begin) - first) - 1;
  context.span_end = static_cast<int>(std::lower_bound(first, last, request.span_end) - first);
  if (context.span_begin < 1) {
    return absl::InvalidArgumentError(
        "the span begins with the first token of user_rest, so that nothing scores it");
  }
  return context;
}

}  // namespace

JobMaker::JobMaker(const Tokenizer* tokenizer, const ChatTemplate* chat_template, int vocabulary)
    : tokenizer_(*tokenizer),
      chat_template_(*chat_template),
      mask_(TokenMask::Create(*tokenizer, vocabulary)) {}

absl::StatusOr<JobMaker::Continuation> JobMaker::Encode(bool after_control,
                                                        absl::string_view user_rest,
                                                        absl::string_view assistant_begin) const {
  const std::vector<TemplatePart> parts =
      chat_template_.RenderContinuation(user_rest, assistant_begin);
  ASSIGN_OR_RETURN(RenderedTokens tokens, EncodeParts(tokenizer_, parts, after_control));
  if (tokens.ids.empty()) {
    return absl::InvalidArgumentError("no text between the prefix and the reply");
  }
  return Continuation{std::move(tokens), parts.back().control};
}

absl::StatusOr<std::shared_ptr<CompleteJob>> JobMaker::Make(std::shared_ptr<CachedPrefix> prefix,
                                                            bool ends_in_control,
                                                            const CompleteRequest& request) const {
  RETURN_IF_ERROR(ValidateRequest(request));
  ReplyRun run(tokenizer_, mask_, request);
  ASSIGN_OR_RETURN(Continuation prompt, Encode(ends_in_control, request.user_rest, run.opening()));
  auto job = std::make_shared<CompleteJob>(std::move(prefix), std::move(run),
                                           std::move(prompt.tokens.ids));
  job->set_phase(request.phase);
  return job;
}

absl::StatusOr<std::shared_ptr<ScoreJob>> JobMaker::Make(std::shared_ptr<CachedPrefix> prefix,
                                                         bool ends_in_control,
                                                         const ScoreRequest& request) const {
  RETURN_IF_ERROR(ValidateRequest(request));
  ASSIGN_OR_RETURN(Continuation context,
                   Encode(ends_in_control, request.user_rest, request.assistant_begin));
  std::vector<std::vector<TokenId>> continuations;
  for (const std::string& text : request.continuations) {
    continuations.push_back(tokenizer_.Encode(text, context.ends_in_control));
    if (continuations.back().empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat("continuation ", continuations.size() - 1, " has no tokens"));
    }
  }
  ASSIGN_OR_RETURN(ScoreJob::Context tokens, ContextOf(std::move(context.tokens), request));
  auto job = std::make_shared<ScoreJob>(std::move(prefix), std::move(tokens),
                                        std::move(continuations), request.relative_only);
  job->set_phase(request.phase);
  return job;
}

}  // namespace quipu::inference
