// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The numbers of the items of lists, which a page's source does not spell: "see step 2" needs them.
//
//   ListNumbers numbers;
//   numbers.Open(ListNumbers::kDecimal, /*first=*/3);
//   numbers.Next();  // "3."
//   numbers.Next();  // "4."
//   numbers.Close();
//
// Thread-compatible.
#ifndef QUIPU_PIPELINES_MARKUP_LIST_NUMBERS_H_
#define QUIPU_PIPELINES_MARKUP_LIST_NUMBERS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace quipu::pipelines {

class ListNumbers {
 public:
  enum Style { kNone, kDecimal, kLowerLetters, kUpperLetters, kLowerRoman, kUpperRoman };

  // A list begins, within the one that is open; kNone: its items have no numbers.
  void Open(Style style, int64_t first = 1);
  // The list that was opened last ends. Nothing if none is open.
  void Close();
  // The next item's number is this one, if its list has numbers.
  void Set(int64_t number);
  // Before an item of the list that was opened last: "3.", "c.", "iii."; empty if it has no number.
  std::string Next();

 private:
  struct List {
    Style style = kNone;
    int64_t next = 1;
  };

  std::vector<List> open_;
};

// The style of HTML's type attribute ("1", "a", "A", "i", "I") or of CSS's list-style; kDecimal if
// neither says another.
ListNumbers::Style ListStyle(absl::string_view type, absl::string_view css);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_MARKUP_LIST_NUMBERS_H_
