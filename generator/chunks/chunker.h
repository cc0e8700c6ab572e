// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Picks a document's chunks: stretches of complete sentences of a given size
// range. They are random, spread over the document, do not overlap, and are only
// where there is prose to ask about. Text without sentence ends (speech, Thai) is
// cut at lines, clauses, spaces or words. Pure, thread-safe.
//
//   const Chunks picked = PickChunks(text, tokens.begins, spec.chunks(), tokenizer, key);
//   for (const Chunk& chunk : picked.chunks) {
//     Ask(text.substr(chunk.begin, chunk.end - chunk.begin));
//   }
#ifndef QUIPU_GENERATOR_CHUNKS_CHUNKER_H_
#define QUIPU_GENERATOR_CHUNKS_CHUNKER_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/fingerprint.h"
#include "inference/text/tokenizer.h"
#include "protos/run_spec.pb.h"
#include "protos/store.pb.h"

namespace quipu::generator {

struct Chunk {
  size_t begin = 0;  // Bytes [begin, end) of the document's text.
  size_t end = 0;
  uint32_t tokens = 0;  // Of the chunk tokenised alone.
};

struct Chunks {
  std::vector<Chunk> chunks;  // In order of position; no two overlap.
  // Set if and only if there is none.
  v1::NoChunkReason no_chunk = v1::NO_CHUNK_REASON_UNSPECIFIED;
};

// Picks up to one chunk for each spec.tokens_per_chunk tokens of the document,
// spec.max_per_document at most. `token_begins` has the byte at which each of its
// tokens begins (document_tokens.h). All random choices come from `key`. Returns
// fewer (or none) if there is too little prose. REQUIRES: valid UTF-8.
Chunks PickChunks(absl::string_view text, absl::Span<const uint32_t> token_begins,
                  const v1::ChunkSpec& spec, const inference::Tokenizer& tokenizer,
                  const Fingerprint& key);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_CHUNKS_CHUNKER_H_
