// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A skeleton as servers understand it: a regular expression or a GBNF grammar;
// and a reply cut into the skeleton's free parts again.
//
//   SkeletonRegex(skeleton)    // <q>[^<\n]+</q>\n<a>[^<\n][^<]*</a>
//   SkeletonGrammar(skeleton)  // root ::= "<q>" [^<\n]+ "</q>\n<a>" ...
//   MatchReply("<q>Who?</q>\n<a>Me.</a>", skeleton)  // {"Who?", "Me."}
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
std::string SkeletonRegex(absl::Span<const Skeleton> skeleton);

// A grammar of llama.cpp's.
std::string SkeletonGrammar(absl::Span<const Skeleton> skeleton);

// The texts of the free parts, in order, if the reply, but for white space
// around it, is the skeleton to the byte; else nothing.
std::optional<std::vector<std::string>> MatchReply(absl::string_view reply,
                                                   absl::Span<const Skeleton> skeleton);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_REMOTE_REPLY_PATTERN_H_
