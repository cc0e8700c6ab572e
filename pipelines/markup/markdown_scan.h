// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What is decided about a Markdown file before it is parsed: where its text begins, whether md4c could
// parse it in reasonable memory, and which of its dollars are money.
//
//   RETURN_IF_ERROR(CheckMarkdownCost(file));
//   const Dollars dollars = FindDollars(WithoutFrontMatter(file));
//
// Pure.
#ifndef QUIPU_PIPELINES_MARKUP_MARKDOWN_SCAN_H_
#define QUIPU_PIPELINES_MARKUP_MARKDOWN_SCAN_H_

#include <cstddef>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace quipu::pipelines {

// md4c keeps up to 65 bytes for each mark of a stretch of text without an empty line, 40 for each
// quotation or list around a line, and 150 are kept for each line. People's largest files are far below.
inline constexpr size_t kMaxMarkdownMarks = 1 << 20;
inline constexpr size_t kMaxMarkdownNesting = 1 << 17;
inline constexpr size_t kMaxMarkdownLines = 1 << 20;

// INVALID_ARGUMENT with the limit and the number if a file has more of one of these.
absl::Status CheckMarkdownCost(absl::string_view text);

// The text behind the front matter (YAML or TOML), or all of it.
absl::string_view WithoutFrontMatter(absl::string_view text);

struct Dollars {
  // Whether there is TeX between two of them, with a command or brackets of it. Where there is none,
  // dollars are money, and what is between two is text like any other.
  bool formulas = false;
  // Those that begin or end no formula, such as the two of "from $5 to $10": offsets, ascending.
  std::vector<size_t> money;
};

Dollars FindDollars(absl::string_view text);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_MARKUP_MARKDOWN_SCAN_H_
