// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Whether a token would complete a banned word (Slot::banned), by its bytes: so a
// word is found in whatever tokens it is spelled. Pure, thread-safe.
//
//   CompletesBannedWord("the ex", "cerpt", {"excerpt"});    // true
//   CompletesBannedWord("the", " texture", {"text"});       // false: another word
#ifndef QUIPU_INFERENCE_BATCHING_BANNED_WORDS_H_
#define QUIPU_INFERENCE_BATCHING_BANNED_WORDS_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace quipu::inference {

// `before` is the part's text so far, `added` the token's bytes.
bool CompletesBannedWord(absl::string_view before, absl::string_view added,
                         absl::Span<const std::string> banned);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_BATCHING_BANNED_WORDS_H_
