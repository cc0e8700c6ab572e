// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The cells of a page's tables: a row is a line, whatever paragraphs its cells are made of, unless a
// cell has several, as those of pages that are laid out with tables.
//
//   TableCells cells(&blocks);
//   cells.Start("td");
//   cells.Break("p", TextBlocks::kParagraph);
//   cells.BeginText();                    // Before its text is added to the blocks.
//   cells.End("td", /*shown=*/true);
//
// Thread-compatible.
#ifndef QUIPU_PIPELINES_MARKUP_TABLE_CELLS_H_
#define QUIPU_PIPELINES_MARKUP_TABLE_CELLS_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "pipelines/markup/text_blocks.h"

namespace quipu::pipelines {

class TableCells {
 public:
  // `blocks` must outlive it.
  explicit TableCells(TextBlocks* blocks) : blocks_(*blocks) {}

  // Elements that begin and end; those that are none of a table do nothing. `shown`: whether what is
  // in the cell is text of the page.
  void Start(absl::string_view name);
  void End(absl::string_view name, bool shown);
  // A paragraph or line begins or ends: an element of that name.
  void Break(absl::string_view name, TextBlocks::Gap gap);
  // Text that is not white space alone comes next.
  void BeginText();

 private:
  struct Cell {
    bool has_text = false;
    bool has_lines = false;                   // Of its own: it is no part of a line.
    TextBlocks::Gap gap = TextBlocks::kNone;  // Before what it says next.
  };

  TextBlocks& blocks_;
  std::vector<Cell> cells_;       // Those that are open.
  std::vector<bool> has_header_;  // Whether a table that is open has headers: then it holds data.
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_MARKUP_TABLE_CELLS_H_
