// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Remembers the tokens of short words, in fixed memory: most words of a text were seen
// before. A word has one place, which the next word for it takes.
//
//   WordCache cache;
//   if (const WordCache::Entry* entry = cache.Find(word)) Use(*entry);
//   cache.Put(word, /*offset=*/0, symbols);
//
// Thread-compatible.
#ifndef QUIPU_INFERENCE_TEXT_WORD_CACHE_H_
#define QUIPU_INFERENCE_TEXT_WORD_CACHE_H_

#include <cstdint>
#include <cstring>
#include <vector>

#include "absl/strings/string_view.h"
#include "inference/text/bpe_merges.h"
#include "inference/text/token_id.h"

namespace quipu::inference {

class WordCache {
 public:
  static constexpr size_t kMaxBytes = 30;
  static constexpr size_t kMaxTokens = 6;

  struct Entry {
    uint8_t size = 0;  // Of the word, in bytes; 0: the place is free.
    uint8_t count = 0;
    char word[kMaxBytes];
    TokenId ids[kMaxTokens];
    uint8_t begins[kMaxTokens];  // In the word.
  };

  WordCache() : entries_(kEntries) {}

  const Entry* Find(absl::string_view word) const {
    if (word.size() > kMaxBytes) return nullptr;
    const Entry& entry = entries_[PlaceOf(word)];
    const bool same =
        entry.size == word.size() && std::memcmp(entry.word, word.data(), word.size()) == 0;
    return same ? &entry : nullptr;
  }

  // The word begins at `offset` in what the symbols count from. Ignores long ones.
  void Put(absl::string_view word, uint32_t offset, const std::vector<BpeMerges::Symbol>& symbols) {
    if (word.empty() || word.size() > kMaxBytes || symbols.size() > kMaxTokens) return;
    Entry& entry = entries_[PlaceOf(word)];
    entry.size = static_cast<uint8_t>(word.size());
    entry.count = static_cast<uint8_t>(symbols.size());
    std::memcpy(entry.word, word.data(), word.size());
    for (size_t i = 0; i < symbols.size(); ++i) {
      entry.ids[i] = symbols[i].id;
      entry.begins[i] = static_cast<uint8_t>(symbols[i].begin - offset);
    }
  }

 private:
  // 1 MiB: the second-level cache of a core.
  static constexpr int kBits = 14;
  static constexpr size_t kEntries = size_t{1} << kBits;

  static size_t PlaceOf(absl::string_view word) {
    uint64_t hash = word.size();
    const char* at = word.data();
    for (size_t left = word.size(); left > 0;) {
      const size_t step = left < 8 ? left : 8;
      uint64_t part = 0;
      std::memcpy(&part, at, step);
      hash = (hash ^ part) * 0x9E3779B97F4A7C15u;
      hash ^= hash >> 32;
      at += step;
      left -= step;
    }
    return static_cast<size_t>((hash * 0x9E3779B97F4A7C15u) >> (64 - kBits));
  }

  std::vector<Entry> entries_;
};

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_TEXT_WORD_CACHE_H_
