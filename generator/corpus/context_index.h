// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Finds the documents that hold a benchmark's context, or are a part of one, by the
// n-grams of 13 words that both have.
//
//   ContextIndex index;
//   for (const std::string& context : contexts) index.Add(context);
//   index.Finish();
//   const std::optional<ContextMatch> match = index.Find(document, /*least=*/0.5);
//
// Memory: of a context of 256 to 511 grams or fewer all are kept, 12 bytes each; of a
// longer one a share that the hashes decide (1/2, 1/4, ... 1/16), at least 256. That is 1
// byte for each word of contexts of 4,096 words or more, and up to three while adding.
// A gram that more than 16 contexts have is kept for the first 16. Thread-compatible;
// Find is thread-safe.
#ifndef QUIPU_GENERATOR_CORPUS_CONTEXT_INDEX_H_
#define QUIPU_GENERATOR_CORPUS_CONTEXT_INDEX_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace quipu::generator {

struct ContextMatch {
  uint32_t context = 0;    // As Add returned it.
  double of_context = 0;   // Share of the context's grams that are in the document.
  double of_document = 0;  // Share of the document's grams that are in the context.
  double overlap() const { return of_context > of_document ? of_context : of_document; }
};

class ContextIndex {
 public:
  // Returns the context's number, from 0; the earlier one if the same words were added
  // before; nullopt if it has fewer than 50 words: any text may quote as much.
  std::optional<uint32_t> Add(absl::string_view text);
  // Call once, after all contexts and before Find.
  void Finish();

  // The context with the highest overlap, if that is at least `least`; of several the
  // first. REQUIRES: Finish was called.
  std::optional<ContextMatch> Find(absl::string_view document, double least) const;

  size_t contexts() const { return contexts_.size(); }
  // Bytes of memory that the grams take.
  size_t bytes() const;

 private:
  struct Context {
    uint32_t grams = 0;  // In the index.
    uint8_t shift = 0;   // A share of 1/2^shift of its grams was taken.
    bool compared = true;
  };
  struct Entry {
    uint64_t gram = 0;
    uint32_t context = 0;
  };

  // Sorts the added grams and drops those beyond the limit of contexts.
  void Compact();
  absl::Span<const uint32_t> ContextsOf(uint64_t gram) const;

  std::vector<Context> contexts_;
  absl::flat_hash_map<uint64_t, uint32_t> numbers_;  // By the hash of all words.
  std::vector<Entry> added_;
  size_t compacted_ = 0;  // Size of added_ after the last Compact.
  // After Finish: sorted, in parallel; and where each value of the top bits begins.
  std::vector<uint64_t> grams_;
  std::vector<uint32_t> contexts_of_;
  std::vector<uint32_t> directory_;
  int directory_shift_ = 64;
};

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_CORPUS_CONTEXT_INDEX_H_
