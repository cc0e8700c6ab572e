// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Chooses pairs of a document's chunks that have something in common, and in each the sentences
// that share it: a question can join their facts. What chunks share counts by its rarity in the
// document, names and numbers most; sentences that say nearly the same are no pair. Pure,
// thread-safe, without chance: the same bytes on every machine.
//
//   for (const ChunkPair& pair : ChooseChunkPairs(text, chunks, language, {6, 3})) {
//     Ask(chunks[pair.first], chunks[pair.second], pair.targets);
//   }
#ifndef QUIPU_GENERATOR_PAIRS_CHUNK_PAIRS_H_
#define QUIPU_GENERATOR_PAIRS_CHUNK_PAIRS_H_

#include <cstddef>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "generator/chunks/document_cut.h"
#include "generator/languages/table.h"

namespace quipu::generator {

// A sentence of each chunk: bytes of the document.
struct SentencePair {
  TextRange first;
  TextRange second;
};

struct ChunkPair {
  size_t first = 0;  // Which chunks; first < second.
  size_t second = 0;
  std::vector<SentencePair> targets;  // The best first; no sentence twice. Not empty.
};

struct PairLimits {
  size_t tasks = 0;      // Sentence pairs of all chunk pairs together.
  size_t per_pair = 1;   // Sentence pairs of one chunk pair.
  size_t max_bytes = 0;  // From the first byte of a chunk pair to its last; 0: any.
};

// Fewer than `tasks` if the chunks have too little in common; pairs of chunks in order of position.
// Each chunk is in one pair before any is in two. `chunks`: bytes of the text, in order.
std::vector<ChunkPair> ChooseChunkPairs(absl::string_view text, absl::Span<const TextRange> chunks,
                                        Language language, const PairLimits& limits);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_PAIRS_CHUNK_PAIRS_H_
