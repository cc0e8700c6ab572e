// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Whether a server's model is the one of engine.model: by the size of its
// vocabulary, and by what it counts in two prompts.
//
//   ServedModelFacts facts;
//   facts.short_prompt = 31;
//   facts.long_prompt = 187;
//   RETURN_IF_ERROR(CheckServedModel(*tokenizer, chat_template, facts));
//
// Another tokenizer or template would not be noticed otherwise: lengths would be
// wrong, and likelihoods those of another text. Pure; thread-safe.
#ifndef QUIPU_INFERENCE_REMOTE_SERVED_MODEL_H_
#define QUIPU_INFERENCE_REMOTE_SERVED_MODEL_H_

#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "inference/text/chat_template.h"
#include "inference/text/tokenizer.h"

namespace quipu::inference {

struct ServedModelFacts {
  int64_t vocab_size = 0;  // 0: unknown.
  // The server's counts of a conversation with one user message, ShortProbe() or
  // LongProbe(); none if it does not count.
  std::optional<int64_t> short_prompt;
  std::optional<int64_t> long_prompt;
};

// The user messages to have counted. The long one is in several scripts, which
// each vocabulary cuts in its own way.
absl::string_view ShortProbe();
absl::string_view LongProbe();

// Tokens of a conversation with this user message, without a system message, up to
// the assistant's turn.
absl::StatusOr<int64_t> PromptTokens(const Tokenizer& tokenizer, const ChatTemplate& chat_template,
                                     absl::string_view user);

// FAILED_PRECONDITION, with both numbers, if the tokenizer or the template differs.
absl::Status CheckServedModel(const Tokenizer& tokenizer, const ChatTemplate& chat_template,
                              const ServedModelFacts& facts);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_REMOTE_SERVED_MODEL_H_
