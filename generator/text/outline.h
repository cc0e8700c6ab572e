// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Splits a plain text into blocks and classifies them: prose, list items,
// headings, tables, contents, code, page furniture. A block is a paragraph (a blank line always
// ends it), a list item, or another group of lines. Pure, thread-safe.
//
//   for (const Block& block : ReadOutline(text)) {
//     if (block.kind == BlockKind::kProse) Use(text.substr(block.begin, block.end - block.begin));
//   }
#ifndef QUIPU_GENERATOR_TEXT_OUTLINE_H_
#define QUIPU_GENERATOR_TEXT_OUTLINE_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"

namespace quipu::generator {

enum class BlockKind {
  kProse,      // Sentences.
  kItem,       // A list item.
  kHeading,    // A short line above the text it names.
  kTable,      // Columns, boxes.
  kContents,   // Lines of a table of contents, menus, index entries.
  kCode,       // Commands, programs, configuration, addresses.
  kRule,       // A line of dashes or stars that ends a part.
  kFurniture,  // A page number, a running title, a caption's time (furniture.h).
  kFragment,   // Anything else.
};

struct Block {
  BlockKind kind = BlockKind::kFragment;
  size_t begin = 0;  // Bytes [begin, end), without the last line end.
  size_t end = 0;
  // An item or paragraph that reads as sentences.
  bool sentences = false;
  // Reads as words: sentences, or speech and lines without punctuation.
  bool words = false;
  // A paragraph, numbered or not, that a chunk may begin with.
  bool paragraph = false;
  // Offsets of line ends that only wrap the text: the sentence continues. Other
  // line ends are real.
  std::vector<size_t> soft_breaks;
};

// Blocks in order; between them is only white space.
std::vector<Block> ReadOutline(absl::string_view text);
// The same, one at a time: those of a large document take as much memory as its text.
void ForEachBlock(absl::string_view text, absl::FunctionRef<void(const Block&)> fn);

// Share of letters (and their marks) among characters that are not spaces; 0
// for a text without any.
double LetterShare(absl::string_view text);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_TEXT_OUTLINE_H_
