// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A reply template as servers understand it, a regular expression or a GBNF
// grammar; and a reply split into the template's free parts.
//
//   ReplyRegex(reply_template);    // <q>[^<\n]+</q>\n<a>[^<\n][^<]*</a>
//   ReplyGrammar(reply_template);  // root ::= "<q>" [^<\n]+ "</q>\n<a>" ...
//   MatchReply("<q>Who?</q>\n<a>Me.</a>", reply_template);  // {"Who?", "Me."}
//
// Patterns cannot cheaply say "any text without this word", so a free part
// excludes the first character of its end text. Nor can they count tokens:
// callers must check lengths. Pure.
#ifndef QUIPU_INFERENCE_REMOTE_REPLY_PATTERN_H_
#define QUIPU_INFERENCE_REMOTE_REPLY_PATTERN_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "inference/engine.h"

namespace quipu::inference {

// A pattern for the whole reply that Perl, Rust, Python and ECMAScript read
// alike.
std::string ReplyRegex(absl::Span<const Slot> reply_template);

// A grammar for llama.cpp.
std::string ReplyGrammar(absl::Span<const Slot> reply_template);

// The texts of the free parts, in order, if the reply, apart from surrounding
// white space, matches the reply template exactly; otherwise nothing.
std::optional<std::vector<std::string>> MatchReply(absl::string_view reply,
                                                   absl::Span<const Slot> reply_template);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_REMOTE_REPLY_PATTERN_H_
