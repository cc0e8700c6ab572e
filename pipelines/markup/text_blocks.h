// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Puts text together from pieces that come with their places in a page: white space is
// collapsed, blocks are separated, and each line remembers how it may be left out.
//
//   TextBlocks blocks;
//   blocks.Break(TextBlocks::kParagraph);
//   blocks.Add("Some  text", /*preformatted=*/false);
//   const std::string text = blocks.Text(/*main_only=*/false);
//
// Thread-compatible.
#ifndef QUIPU_PIPELINES_MARKUP_TEXT_BLOCKS_H_
#define QUIPU_PIPELINES_MARKUP_TEXT_BLOCKS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace quipu::pipelines {

// What a superscript is written with behind its base: "^" if it is an exponent, as "8" of 10<sup>8</sup>,
// "-1", "+" and "n" of 2<sup>n</sup> are; "^(" if it is one of several parts, "n+1", that is closed by a
// bracket; nothing if it is none, as "st" and "[3]". `base`: what JoinedTo says where it begins.
// REQUIRES: `raised` is not empty.
absl::string_view ExponentMark(char base, absl::string_view raised);
// The same for a subscript: "_" between two numbers, as in 101<sub>2</sub>, "_(" before "n+1".
absl::string_view IndexMark(char base, absl::string_view lowered);

class TextBlocks {
 public:
  enum Gap { kNone, kLine, kParagraph };

  // Ends the line; the greatest gap before the next text counts.
  void Break(Gap gap);
  // Separates two cells of a row of a table. `keep_empty`: a cell without text has its place too;
  // otherwise it is left out, as the cells are that pages move their text with.
  void Cell(bool keep_empty);
  // What is added next stands behind white space.
  void Space() { space_ = true; }
  // The number of an item, "3.", before the next text; of an item in an item that has no text yet, both
  // numbers. A text that begins with it has it already.
  void AddNumber(absl::string_view number);
  // Of an item without a text.
  void ClearNumber() { number_.clear(); }
  // What is added from now on is in the main part of the page, in a link, or an item of a list.
  void SetMain(bool main) { main_ = main; }
  void SetLink(bool link) { link_ = link; }
  void SetItem(bool item) { item_ = item; }
  void Add(absl::string_view text, bool preformatted);

  // The last character of the line, if what is added next would stand directly behind it; of one
  // beyond ASCII its last byte. NUL at the beginning of a line and behind white space.
  char JoinedTo() const;
  // Bytes of the line so far, and a space in the place of one of them. REQUIRES: it is in the line.
  size_t line_size() const { return line_.text.size(); }
  void SpaceAt(size_t place) { line_.text[place] = ' '; }

  // Bytes of the text, and of that in the main part.
  size_t size() const { return size_; }
  size_t main_size() const { return main_size_; }
  // The same, without what is in links.
  size_t plain_size() const { return plain_size_; }
  size_t main_plain_size() const { return main_plain_size_; }

  // All lines, or those of the main part; without items of lists that are links alone.
  std::string Text(bool main_only);

 private:
  struct Line {
    std::string text;
    Gap gap = kNone;  // Before it.
    bool main = false;
    bool item = false;
    uint8_t number_bytes = 0;  // Of the item's number at its beginning, which counts as no text.
    size_t link_bytes = 0;
  };

  void EndLine();
  void AddBorders();
  void AddCollapsed(absl::string_view text);

  std::vector<Line> lines_;
  Line line_;
  std::string number_;
  Gap gap_ = kNone;
  bool space_ = false;  // White space is due before the next word.
  size_t borders_ = 0;  // So are borders between cells.
  bool main_ = false;
  bool link_ = false;
  bool item_ = false;
  size_t size_ = 0;
  size_t main_size_ = 0;
  size_t plain_size_ = 0;
  size_t main_plain_size_ = 0;
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_MARKUP_TEXT_BLOCKS_H_
