// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// How the values of a JSON file are laid out: one on each line, or as the elements
// of an array, or as objects over many lines.
//
//   if (LayoutOf(begin) == JsonLayout::kArray) ReadElements();
//   for (const absl::string_view object : SplitObjects(line)) Parse(object);
//
// Pure.
#ifndef QUIPU_PIPELINES_INGEST_JSON_LAYOUT_H_
#define QUIPU_PIPELINES_INGEST_JSON_LAYOUT_H_

#include <cstddef>
#include <vector>

#include "absl/strings/string_view.h"

namespace quipu::pipelines {

// How many of a file's first bytes LayoutOf wants to see. A longer first line is a line.
inline constexpr size_t kLayoutBytes = 64 << 10;

inline constexpr absl::string_view kByteOrderMark = "\xef\xbb\xbf";

enum class JsonLayout {
  kLines,   // JSON Lines.
  kArray,   // Elements of an array, or of several.
  kObjects  // One object over many lines, or several.
};

// By the file's first bytes. A file is taken for JSON Lines unless it says otherwise, because that
// form alone can be read on after a broken value.
JsonLayout LayoutOf(absl::string_view begin);

// Whether the first bytes are those of an object or of an array of objects, and hardly of a text.
bool LooksLikeJson(absl::string_view begin);

// Finds the end of one JSON value in pieces of text. Checks no grammar: brackets are counted, and
// what is inside strings is skipped.
class JsonExtent {
 public:
  // Takes bytes of `text` up to the end of the value and returns how many.
  size_t Take(absl::string_view text);
  // Whether the value has ended.
  bool done() const { return done_; }
  // Whether the bytes so far end inside a string.
  bool in_string() const { return in_string_; }
  // Brackets that are open.
  size_t depth() const { return depth_; }

 private:
  // Takes a byte outside of strings; true if it belongs to the value.
  bool TakeByte(char byte);

  bool begun_ = false;
  bool scalar_ = false;  // A number or a word.
  bool done_ = false;
  bool in_string_ = false;
  bool escaped_ = false;  // The byte before was a backslash inside a string.
  size_t depth_ = 0;
};

// The objects of a line that has several: files without a newline at their end that were
// concatenated, an array, or a list without its brackets. Empty unless the line is nothing but
// complete objects, at least two or the end of an array, and a comma between them at most.
std::vector<absl::string_view> SplitObjects(absl::string_view line);

// Drops byte-order marks, the record marks of JSON text sequences and white space at the beginning.
absl::string_view SkipBlank(absl::string_view text);
// Drops byte-order marks and white space at the end.
absl::string_view DropBlankEnd(absl::string_view text);

// For lines of a list without its brackets: drops a comma at the beginning ...
absl::string_view SkipComma(absl::string_view text);
// ... and one behind an object at the end.
absl::string_view DropCommaEnd(absl::string_view text);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_INGEST_JSON_LAYOUT_H_
