// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A document as the units that the chunker puts together: sentences, pieces of sentences that are
// long, lines of other blocks; each with how well a chunk may begin or end with it. Pure,
// thread-safe.
//
//   const std::vector<Unit> units = ReadUnits(text, tokens.begins, spec.chunks());
//   units[0].first_token;
#ifndef QUIPU_GENERATOR_CHUNKS_CHUNK_UNITS_H_
#define QUIPU_GENERATOR_CHUNKS_CHUNK_UNITS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "protos/run_spec.pb.h"

namespace quipu::generator {

// How good a place is to begin or end a chunk; the chunker uses a worse one only for chunks that
// it cannot get from the better ones.
enum class Place : uint8_t {
  kGood,  // The beginning of a paragraph; the end of a sentence.
  kFair,  // A sentence or line inside a paragraph, an item; the end of a line or block.
  kCut,   // Anywhere in text without punctuation, at a space if there is one.
  kNone,
};

struct Unit {
  size_t begin = 0;  // Bytes [begin, end), without spaces around.
  size_t end = 0;
  uint32_t first_token = 0;  // Tokens [first_token, last_token) of the document.
  uint32_t last_token = 0;
  Place start = Place::kNone;
  Place stop = Place::kNone;
  bool block_end = false;  // Last of its block.
  bool heading = false;
  bool furniture = false;  // A page number, a caption's time: no text (furniture.h).
  bool barrier = false;    // No chunk crosses it: rules, tables, contents.
  // Bytes up to and including this unit: in sentences, in anything that reads as words, in all but
  // page furniture.
  size_t prose_bytes = 0;
  size_t word_bytes = 0;
  size_t all_bytes = 0;
};

// In order of position. `token_begins` has the byte at which each token begins.
std::vector<Unit> ReadUnits(absl::string_view text, absl::Span<const uint32_t> token_begins,
                            const v1::ChunkSpec& spec);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_CHUNKS_CHUNK_UNITS_H_
