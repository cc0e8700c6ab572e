// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What an English text says, as a set of words with their endings: for calibration, whose pairs are
// English. The filters compare stems (content_words.h).
//
//   EnglishContent("The 3 packages were installed.");  // "3", "packages", "installed"
//
// Pure, thread-safe.
#ifndef QUIPU_GENERATOR_WORDS_ENGLISH_CONTENT_H_
#define QUIPU_GENERATOR_WORDS_ENGLISH_CONTENT_H_

#include <set>
#include <string>

#include "absl/strings/string_view.h"

namespace quipu::generator {

// The folded words that are no stop words.
std::set<std::string> EnglishContent(absl::string_view text);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_WORDS_ENGLISH_CONTENT_H_
