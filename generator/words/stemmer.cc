// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/words/stemmer.h"

#include <libstemmer.h>

#include <memory>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "base/log.h"
#include "base/strings.h"
#include "generator/languages/tables.h"

namespace quipu::generator {
namespace {

struct DeleteStemmer {
  void operator()(sb_stemmer* stemmer) const { sb_stemmer_delete(stemmer); }
};

// A stemmer serves one thread at a time. REQUIRES: the table names one.
sb_stemmer* StemmerOf(const LanguageTable& table) {
  thread_local absl::flat_hash_map<Language, std::unique_ptr<sb_stemmer, DeleteStemmer>> stemmers;
  std::unique_ptr<sb_stemmer, DeleteStemmer>& stemmer = stemmers[table.language];
  if (stemmer == nullptr) {
    stemmer.reset(sb_stemmer_new(std::string(table.stemmer).c_str(), "UTF_8"));
    QUIPU_CHECK(stemmer != nullptr)
        << "libstemmer has no rules for " << ToStd(table.name) << ", or memory is out";
  }
  return stemmer.get();
}

// The word without the longest of these endings; two letters stay.
absl::string_view WithoutSuffix(absl::string_view word, absl::string_view suffixes) {
  constexpr size_t kLeastBytes = 6;  // Two Hangul syllables.
  for (const absl::string_view suffix : absl::StrSplit(suffixes, ' ', absl::SkipEmpty())) {
    if (word.size() >= suffix.size() + kLeastBytes && absl::EndsWith(word, suffix)) {
      return word.substr(0, word.size() - suffix.size());
    }
  }
  return word;
}

}  // namespace

std::string Stem(absl::string_view folded, Language language) {
  const LanguageTable& table = TableOf(language);
  if (table.stemmer.empty()) return std::string(WithoutSuffix(folded, table.suffixes));
  sb_stemmer* stemmer = StemmerOf(table);
  const sb_symbol* stem = sb_stemmer_stem(
      stemmer, reinterpret_cast<const sb_symbol*>(folded.data()), static_cast<int>(folded.size()));
  QUIPU_CHECK(stem != nullptr) << "libstemmer is out of memory";
  return std::string(reinterpret_cast<const char*>(stem),
                     static_cast<size_t>(sb_stemmer_length(stemmer)));
}

}  // namespace quipu::generator
