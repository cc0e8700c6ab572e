// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/words/english_content.h"

#include "generator/words/language.h"
#include "generator/words/stop_words.h"
#include "generator/words/words.h"

namespace quipu::generator {

std::set<std::string> EnglishContent(absl::string_view text) {
  std::set<std::string> words;
  for (const Word& word : SplitWords(text)) {
    if (!IsStopWord(word.folded, Language::kEnglish)) words.insert(word.folded);
  }
  return words;
}

}  // namespace quipu::generator
