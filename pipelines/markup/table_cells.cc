// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/markup/table_cells.h"

#include <algorithm>
#include <utility>

namespace quipu::pipelines {
namespace {

// What writers wrap the text of a cell in.
bool IsPlainBlock(absl::string_view name) {
  return name == "p" || name == "div" || name == "center" || (name.size() == 2 && name[0] == 'h');
}

bool IsCell(absl::string_view name) { return name == "td" || name == "th"; }

}  // namespace

void TableCells::Start(absl::string_view name) {
  if (name == "table") has_header_.push_back(false);
  if ((name == "th" || name == "thead") && !has_header_.empty()) has_header_.back() = true;
  if (!IsCell(name)) return;
  // A table within a cell has lines of its own.
  if (!cells_.empty()) {
    Cell& around = cells_.back();
    if (around.gap != TextBlocks::kNone) {
      blocks_.Break(std::exchange(around.gap, TextBlocks::kNone));
    }
    around.has_lines = true;
  }
  cells_.emplace_back();
}

void TableCells::End(absl::string_view name, bool shown) {
  if (name == "table" && !has_header_.empty()) has_header_.pop_back();
  if (!IsCell(name) || cells_.empty()) return;
  const Cell cell = cells_.back();
  cells_.pop_back();
  if (cell.has_lines) {
    blocks_.Break(std::max(cell.gap, TextBlocks::kLine));
  } else if (shown) {
    blocks_.Cell(/*keep_empty=*/!has_header_.empty() && has_header_.back());
  }
}

void TableCells::Break(absl::string_view name, TextBlocks::Gap gap) {
  if (cells_.empty() || cells_.back().has_lines) return blocks_.Break(gap);
  Cell& cell = cells_.back();
  // Lists, programs and tables are lines.
  if (!IsPlainBlock(name)) {
    blocks_.Break(std::max(gap, std::exchange(cell.gap, TextBlocks::kNone)));
    cell.has_lines = true;
  } else if (cell.has_text) {
    cell.gap = std::max(cell.gap, gap);
  }
}

void TableCells::BeginText() {
  if (cells_.empty()) return;
  Cell& cell = cells_.back();
  cell.has_text = true;
  if (cell.gap == TextBlocks::kNone) return;
  blocks_.Break(std::exchange(cell.gap, TextBlocks::kNone));
  cell.has_lines = true;
}

}  // namespace quipu::pipelines
