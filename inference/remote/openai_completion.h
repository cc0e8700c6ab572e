// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A reply's text as the parts that its reply template asks for.
//
//   chat.max_tokens = MostTokens(*tokenizer, request.reply_template);
//   chat.banned = BannedTokens(*tokenizer, request.reply_template);
//   Completion completion = CompletionOf(*tokenizer, reply, request.reply_template);
//
// Pure; thread-safe.
#ifndef QUIPU_INFERENCE_REMOTE_OPENAI_COMPLETION_H_
#define QUIPU_INFERENCE_REMOTE_OPENAI_COMPLETION_H_

#include <cstdint>
#include <vector>

#include "inference/engine.h"
#include "inference/remote/openai_protocol.h"
#include "inference/text/tokenizer.h"

namespace quipu::inference {

// The most tokens of a reply that fits, with some to spare: a server's literals may
// be tokenised differently.
int64_t MostTokens(const Tokenizer& tokenizer, const ReplyTemplate& reply_template);

// The tokens that spell a banned word by themselves: a server cannot look at the
// tokens before.
std::vector<TokenId> BannedTokens(const Tokenizer& tokenizer, const ReplyTemplate& reply_template);

// The free parts of a reply that matches; otherwise the whole reply as one part,
// which the caller must interpret.
Completion CompletionOf(const Tokenizer& tokenizer, const ChatReply& reply,
                        const ReplyTemplate& reply_template);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_REMOTE_OPENAI_COMPLETION_H_
