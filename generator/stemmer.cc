// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/stemmer.h"

#include <libstemmer.h>

#include <memory>

#include "base/log.h"

namespace quipu::generator {
namespace {

struct DeleteStemmer {
  void operator()(sb_stemmer* stemmer) const { sb_stemmer_delete(stemmer); }
};

// A stemmer serves one thread at a time.
sb_stemmer* EnglishStemmer() {
  thread_local const std::unique_ptr<sb_stemmer, DeleteStemmer> stemmer(
      sb_stemmer_new("english", "UTF_8"));
  QUIPU_CHECK(stemmer != nullptr) << "libstemmer has no rules for English, or memory is out";
  return stemmer.get();
}

}  // namespace

std::string Stem(absl::string_view folded, Language language) {
  if (language != Language::kEnglish) return std::string(folded);
  sb_stemmer* stemmer = EnglishStemmer();
  const sb_symbol* stem = sb_stemmer_stem(
      stemmer, reinterpret_cast<const sb_symbol*>(folded.data()), static_cast<int>(folded.size()));
  QUIPU_CHECK(stem != nullptr) << "libstemmer is out of memory";
  return std::string(reinterpret_cast<const char*>(stem),
                     static_cast<size_t>(sb_stemmer_length(stemmer)));
}

}  // namespace quipu::generator
