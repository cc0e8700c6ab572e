// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A reply template as servers understand it, a regular expression or a GBNF
// grammar; and a reply split into the template's free parts.
//
//   ReplyRegex(reply_template);    // <q>[^<\n]{1,256}</q>\n<a>[^<\n][^<]{0,799}</a>
//   ReplyGrammar(reply_template);  // root ::= "<q>" [^<\n]{1,256} "</q>\n<a>" ...
//   MatchReply("<q>Who?</q>\n<a>Me.</a>", reply_template);  // {"Who?", "Me."}
//
// Patterns cannot cheaply say "any text without this word", so a free part
// excludes the first character of its end text. Nor can they count tokens: a free
// part has at most MaxCharacters, so that one that does not end is closed before the
// reply's tokens run out. Callers must check lengths. Pure.
#ifndef QUIPU_INFERENCE_REMOTE_REPLY_PATTERN_H_
#define QUIPU_INFERENCE_REMOTE_REPLY_PATTERN_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "inference/engine.h"
#include "inference/text/token_id.h"

namespace quipu::inference {

// The most characters that a pattern allows in a free part; 0: any number, because it
// is more than servers can count.
int MaxCharacters(const Slot& part);

// A pattern for the whole reply that Perl, Rust, Python and ECMAScript read
// alike.
std::string ReplyRegex(absl::Span<const Slot> reply_template);

// A grammar for llama.cpp.
std::string ReplyGrammar(absl::Span<const Slot> reply_template);

// A grammar for llama.cpp that allows only these tokens.
std::string TokenGrammar(absl::Span<const TokenId> tokens);

// The texts of the free parts, in order, if the reply, apart from surrounding
// white space, matches the reply template exactly; otherwise nothing.
std::optional<std::vector<std::string>> MatchReply(absl::string_view reply,
                                                   absl::Span<const Slot> reply_template);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_REMOTE_REPLY_PATTERN_H_
