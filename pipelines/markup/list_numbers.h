// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The numbers of ordered lists, which browsers write and no text of a page has: without them a text
// says "repeat step 3" and has none.
//
//   ListNumbers lists;
//   lists.BeginList(HtmlListStyle("ol", attributes));
//   lists.NextItem(std::nullopt);  // "1."
//   lists.EndList();
//
// Thread-compatible.
#ifndef QUIPU_PIPELINES_MARKUP_LIST_NUMBERS_H_
#define QUIPU_PIPELINES_MARKUP_LIST_NUMBERS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "pipelines/markup/html_elements.h"

namespace quipu::pipelines {

struct ListStyle {
  bool numbered = false;
  int64_t first = 1;
  int64_t step = 1;
  char digits = '1';  // HTML's types: '1', 'a', 'A', 'i', 'I'.
  char end = '.';
};

// Of a list of HTML, by its name and attributes (html_elements.h). Unknown, and so without numbers, is
// where a reversed list begins.
ListStyle HtmlListStyle(absl::string_view name, Attributes attributes);
// The number that an item says it has; nullopt if it says none.
std::optional<int64_t> HtmlItemValue(Attributes attributes);

// Whether a list, or an item, shows no number, by its style, class or role; an item counts all the same.
bool HidesNumbers(Attributes attributes);

class ListNumbers {
 public:
  // A list begins inside of those that are open.
  void BeginList(const ListStyle& style) { open_.push_back(style); }
  void EndList();

  // What is before the next item of the innermost list: "3.", "c)"; nothing if it has no numbers.
  // `value`: its number, and those behind it follow that.
  std::string NextItem(std::optional<int64_t> value);

 private:
  std::vector<ListStyle> open_;  // `first`: of the next item.
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_MARKUP_LIST_NUMBERS_H_
