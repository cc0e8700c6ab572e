// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What the script of a text decides: whether words have spaces between them, and
// whether sentences have a mark at their end. Pure, thread-safe.
//
//   IsUnspaced("结绳记事");            // true: compare characters, not words
//   EndsSentence(U'。');               // true
#ifndef QUIPU_GENERATOR_WORDS_SCRIPTS_H_
#define QUIPU_GENERATOR_WORDS_SCRIPTS_H_

#include "absl/strings/string_view.h"

namespace quipu::generator {

// Whether most letters of `text` belong to a script without spaces between
// words: Han, Hiragana, Katakana, Thai, Lao, Khmer, Myanmar, Tibetan.
bool IsUnspaced(absl::string_view text);

// Whether most letters of `text` belong to a script that ends sentences with a
// mark: all but Thai and Lao.
bool MarksSentenceEnds(absl::string_view text);

// Whether `c` ends a sentence in some script: . ! ? 。 । ؟ and the like.
bool EndsSentence(char32_t c);

// Whether `c` is a question mark of some script: ? ？ ؟ ; ՞ ፧ and the like.
bool IsQuestionMark(char32_t c);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_WORDS_SCRIPTS_H_
