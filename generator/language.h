// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The language of a text, for what depends on it: stop words, number words, word stems. Texts are
// taken for English today; words of other scripts pass through its rules unchanged.
#ifndef QUIPU_GENERATOR_LANGUAGE_H_
#define QUIPU_GENERATOR_LANGUAGE_H_

namespace quipu::generator {

enum class Language {
  kEnglish,
  kOther,  // No stop words, no number words, no stemming.
};

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_LANGUAGE_H_
