// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A reply template as servers understand it: a regular expression or a GBNF grammar;
// and a reply cut into the reply template's free parts again.
//
//   ReplyRegex(reply_template);    // <q>[^<\n]+</q>\n<a>[^<\n][^<]*</a>
//   ReplyGrammar(reply_template);  // root ::= "<q>" [^<\n]+ "</q>\n<a>" ...
//   MatchReply("<q>Who?</q>\n<a>Me.</a>", reply_template);  // {"Who?", "Me."}
//
// Patterns cannot say "any text without this word in it" cheaply, so a free
// part has none of the character that its end begins with. Nor can they count
// tokens: lengths are the caller's to check. Pure.
#ifndef QUIPU_INFERENCE_REMOTE_REPLY_PATTERN_H_
#define QUIPU_INFERENCE_REMOTE_REPLY_PATTERN_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "inference/engine.h"

namespace quipu::inference {

// What Perl, Rust, Python and ECMAScript all read alike, to match a whole
// reply.
std::string ReplyRegex(absl::Span<const Slot> reply_template);

// A grammar of llama.cpp's.
std::string ReplyGrammar(absl::Span<const Slot> reply_template);

// The texts of the free parts, in order, if the reply, but for white space
// around it, is the reply template to the byte; else nothing.
std::optional<std::vector<std::string>> MatchReply(absl::string_view reply,
                                                   absl::Span<const Slot> reply_template);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_REMOTE_REPLY_PATTERN_H_
