// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The language of a text; stop words, number words and stems depend on it. Today all texts are
// assumed to be English; the English rules leave words of other scripts unchanged.
#ifndef QUIPU_GENERATOR_LANGUAGE_H_
#define QUIPU_GENERATOR_LANGUAGE_H_

namespace quipu::generator {

enum class Language {
  kEnglish,
  kOther,  // No stop words, no number words, no stemming.
};

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_LANGUAGE_H_
