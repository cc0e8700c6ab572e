// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/words/word_meaning.h"

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "generator/words/stemmer.h"
#include "generator/words/stop_words.h"
#include "generator/words/text_words.h"

namespace quipu::generator {
namespace {

// Of a thread and language: about a megabyte. Longer words are rare and not remembered.
constexpr size_t kRemembered = 8 << 10;
constexpr size_t kWays = 2;
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
  std::string folded;  // Empty: no word.
  WordMeaning meaning;
};

// Two places for the words whose hashes end alike, which take turns. A map that is cleared when it
// is full costs more than what it remembers if no word comes twice.
class Meanings {
 public:
  const WordMeaning& Of(absl::string_view folded, uint64_t hash, Language language) {
    Places& places = all_[hash % all_.size()];
    for (const Remembered& one : places.words) {
      if (one.folded == folded) return one.meaning;
    }
    Remembered& made = places.words[places.next];
    places.next = (places.next + 1) % kWays;
    made.meaning = LookUp(folded, language);
    made.folded.assign(folded.data(), folded.size());
    return made.meaning;
  }

 private:
  struct Places {
    std::array<Remembered, kWays> words;
    size_t next = 0;
  };
  std::vector<Places> all_{kRemembered / kWays};
};

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
  if (!folded.empty() && folded.size() <= kMaxRememberedBytes) {
    return MeaningsIn(language).Of(folded, hash, language);
  }
  other = LookUp(folded, language);
  return other;
}

const WordMeaning& MeaningOf(absl::string_view folded, Language language) {
  return MeaningOf(folded, HashOfWord(folded), language);
}

}  // namespace quipu::generator
