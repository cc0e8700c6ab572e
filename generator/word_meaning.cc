// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/word_meaning.h"

#include <cstddef>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "generator/stemmer.h"
#include "generator/stop_words.h"
#include "generator/text_words.h"

namespace quipu::generator {
namespace {

// Of a thread and language: about a megabyte. Longer words are rare and not remembered.
constexpr size_t kRemembered = 8 << 10;
constexpr size_t kMaxRememberedBytes = 64;

WordMeaning LookUp(absl::string_view folded, Language language) {
  WordMeaning meaning;
  const absl::string_view bare = WithoutElision(folded, language);
  meaning.stop = IsStopWord(folded, language) || IsStopWord(bare, language);
  if (meaning.stop) return meaning;
  std::optional<std::string> number = DigitsOfNumberWord(bare, language);
  meaning.content = number.has_value() ? *std::move(number) : Stem(bare, language);
  meaning.hash = HashOfWord(meaning.content);
  return meaning;
}

}  // namespace

const WordMeaning& MeaningOf(absl::string_view folded, Language language) {
  using Meanings = absl::flat_hash_map<std::string, WordMeaning>;
  thread_local absl::flat_hash_map<Language, Meanings> all;
  thread_local WordMeaning long_word;
  if (folded.size() > kMaxRememberedBytes) {
    long_word = LookUp(folded, language);
    return long_word;
  }
  Meanings& meanings = all[language];
  const auto found = meanings.find(folded);
  if (found != meanings.end()) return found->second;
  if (meanings.size() >= kRemembered) meanings.clear();
  return meanings.emplace(std::string(folded), LookUp(folded, language)).first->second;
}

}  // namespace quipu::generator
