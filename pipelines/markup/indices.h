// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Superscripts and subscripts of a page, which a text without marks would join to what is before:
// 10<sup>6</sup> is "10^6", 101<sub>2</sub> "101_2", 1<sup>1</sup>/<sub>2</sub> "1 1/2".
//
//   Indices indices(&blocks);
//   indices.StartRaised();
//   if (indices.BeginText("6", /*in_link=*/false)) blocks.Add("6", /*preformatted=*/false);
//   indices.EndRaised();
//
// Thread-compatible.
#ifndef QUIPU_PIPELINES_MARKUP_INDICES_H_
#define QUIPU_PIPELINES_MARKUP_INDICES_H_

#include <cstddef>

#include "absl/strings/string_view.h"
#include "pipelines/markup/text_blocks.h"

namespace quipu::pipelines {

class Indices {
 public:
  // `blocks` must outlive it.
  explicit Indices(TextBlocks* blocks) : blocks_(*blocks) {}

  void StartRaised();
  void EndRaised();
  void StartLowered();
  void EndLowered();
  // Another element begins.
  void StartOther() { fraction_ = Fraction::kNone; }

  // Before a text that is not white space alone is added to the blocks. `in_link`: it is the first of a
  // link. False if it is the number of a note, which is no part of the word or number before it: the
  // superscript is left out.
  bool BeginText(absl::string_view text, bool in_link);

 private:
  enum class Fraction { kNone, kRaised, kBar };

  bool BeginRaised(absl::string_view text, bool in_link);

  TextBlocks& blocks_;
  bool in_raised_ = false;
  bool raised_ = false;         // In a superscript that has no text yet.
  char base_ = '\0';            // What the superscript is joined to; NUL if to nothing.
  bool closes_raised_ = false;  // A bracket is open in it.
  bool lowered_ = false;        // In a subscript that has no text yet.
  bool closes_lowered_ = false;
  bool behind_number_ = false;  // Behind a subscript that ends with a digit.
  Fraction fraction_ = Fraction::kNone;
  size_t mark_ = 0;  // Where in the line the mark of its exponent is, if it becomes one.
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_MARKUP_INDICES_H_
