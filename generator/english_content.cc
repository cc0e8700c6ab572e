// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/english_content.h"

#include "generator/language.h"
#include "generator/stop_words.h"
#include "generator/words.h"

namespace quipu::generator {

std::set<std::string> EnglishContent(absl::string_view text) {
  std::set<std::string> words;
  for (const Word& word : SplitWords(text)) {
    if (!IsStopWord(word.folded, Language::kEnglish)) words.insert(word.folded);
  }
  return words;
}

}  // namespace quipu::generator
