// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A plain text's blocks and what each is: prose, list items, headings, tables,
// contents, code. A block is a paragraph (a blank line always ends it), a list
// item, or another stretch of lines that belong together. Pure.
#ifndef QUIPU_GENERATOR_OUTLINE_H_
#define QUIPU_GENERATOR_OUTLINE_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"

namespace quipu::generator {

enum class BlockKind {
  kProse,     // Sentences.
  kItem,      // A list item.
  kHeading,   // A short line above what it names.
  kTable,     // Columns, boxes.
  kContents,  // Lines of a table of contents, menus, index entries.
  kCode,      // Commands, programs, configuration, addresses.
  kRule,      // A line of dashes or stars that ends a part.
  kFragment,  // Anything else.
};

struct Block {
  BlockKind kind = BlockKind::kFragment;
  size_t begin = 0;  // Bytes [begin, end), without the last line end.
  size_t end = 0;
  // An item or paragraph that reads as sentences.
  bool sentences = false;
  // The offsets of line ends at which the text was only wrapped: the sentence
  // goes on. Other line ends stand for themselves.
  std::vector<size_t> soft_breaks;
};

// Blocks in order; what is between them is white space.
std::vector<Block> ReadOutline(absl::string_view text);

// Share of letters (and their marks) among characters that are not spaces; 0
// for a text without any.
double LetterShare(absl::string_view text);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_OUTLINE_H_
