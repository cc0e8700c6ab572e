// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/words/word_meaning.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "generator/words/stemmer.h"
#include "generator/words/stop_words.h"
#include "generator/words/text_words.h"

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

struct Remembered {
  std::string folded;  // Two words may have one hash.
  WordMeaning meaning;
};

// Hashes of words are mixed already.
struct AsItIs {
  size_t operator()(uint64_t hash) const { return static_cast<size_t>(hash); }
};

using Meanings = absl::flat_hash_map<uint64_t, Remembered, AsItIs>;

// Those of the language that is used, which seldom changes.
Meanings& MeaningsIn(Language language) {
  thread_local absl::flat_hash_map<Language, std::unique_ptr<Meanings>> all;
  thread_local Meanings* last = nullptr;
  thread_local Language last_language = Language::kUnknown;
  if (last == nullptr || last_language != language) {
    std::unique_ptr<Meanings>& meanings = all[language];
    if (meanings == nullptr) meanings = std::make_unique<Meanings>();
    last = meanings.get();
    last_language = language;
  }
  return *last;
}

}  // namespace

const WordMeaning& MeaningOf(absl::string_view folded, uint64_t hash, Language language) {
  thread_local WordMeaning other;
  if (folded.size() <= kMaxRememberedBytes) {
    Meanings& meanings = MeaningsIn(language);
    const auto found = meanings.find(hash);
    if (found == meanings.end()) {
      if (meanings.size() >= kRemembered) meanings.clear();
      Remembered made = {std::string(folded), LookUp(folded, language)};
      return meanings.emplace(hash, std::move(made)).first->second.meaning;
    }
    if (found->second.folded == folded) return found->second.meaning;
  }
  other = LookUp(folded, language);
  return other;
}

const WordMeaning& MeaningOf(absl::string_view folded, Language language) {
  return MeaningOf(folded, HashOfWord(folded), language);
}

}  // namespace quipu::generator
