// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Columns in a line of plain text: cells of a table, or text beside text.
//
//   if (HasColumnGap("name      default     unit")) ...
//
// Pure. Lines are UTF-8, without their line ends.
#ifndef QUIPU_GENERATOR_TEXT_LINE_COLUMNS_H_
#define QUIPU_GENERATOR_TEXT_LINE_COLUMNS_H_

#include <cstddef>

#include "absl/strings/string_view.h"

namespace quipu::generator {

// Without the number that each line of a deposition or a poem begins with. REQUIRES: no spaces
// around the text.
absl::string_view WithoutLineNumber(absl::string_view trimmed);

// Whether three spaces or a tab are between two words: a column. Not after a sentence or a list's
// mark, and not between a speaker and a time.
bool HasColumnGap(absl::string_view line);

// Where the widest gap between words of the line ends, in code points; 0 if it has none of three
// spaces behind two words and more. Lines of text in columns have the same.
size_t ColumnGapEnd(absl::string_view line);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_TEXT_LINE_COLUMNS_H_
