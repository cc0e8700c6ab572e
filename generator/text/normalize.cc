// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/text/normalize.h"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "base/utf8.h"

namespace quipu::generator {
namespace {

constexpr uint32_t kBackspace = 0x08;
constexpr uint32_t kEscape = 0x1B;

constexpr uint32_t kNoBreakSpace = 0xA0;
constexpr uint32_t kSoftHyphen = 0xAD;

bool IsBlank(uint32_t c) { return c == ' ' || c == '\t' || c == kNoBreakSpace; }

// A line as a printer builds it: after a backspace the next character is printed
// over the last. Manual pages write bold as "x\bx" and underlined as "_\bx".
class PrintedLine {
 public:
  void Put(uint32_t c) {
    if (at_ == cells_.size()) {
      cells_.push_back(c);
    } else if (c != '_') {  // An underline does not hide its character.
      cells_[at_] = c;
    }
    ++at_;
  }
  void Back() { at_ -= at_ > 0 ? 1 : 0; }

  // Appends the line without spaces at its end, and begins another one.
  void Flush(std::string* out) {
    size_t end = cells_.size();
    while (end > 0 && IsBlank(cells_[end - 1])) --end;
    // Some converters indent with no-break spaces; treat them as spaces.
    bool indentation = true;
    for (size_t i = 0; i < end; ++i) {
      indentation = indentation && IsBlank(cells_[i]);
      AppendUtf8(indentation && cells_[i] == kNoBreakSpace ? ' ' : cells_[i], out);
    }
    cells_.clear();
    at_ = 0;
  }

 private:
  std::vector<uint32_t> cells_;
  size_t at_ = 0;
};

bool IsLineEnd(uint32_t c) {
  return c == '\n' || c == '\r' || c == 0x0B || c == 0x0C || c == 0x85 || c == 0x2028 ||
         c == 0x2029;
}

// Soft hyphens are in every word of some web pages: they say where it may be broken, and are not
// shown. With them no word of an answer is a word of the document.
bool IsDropped(uint32_t c) {
  return (c < 0x20 && c != '\t') || (c >= 0x7F && c < 0xA0) || c == kSoftHyphen || c == 0xFEFF;
}

// The end of the terminal control sequence ("\x1b[1m") that begins at `at`.
size_t SkipEscape(absl::string_view text, size_t at) {
  if (at >= text.size() || text[at] != '[') return at;
  size_t end = at + 1;
  while (end < text.size() && text[end] >= 0x20 && text[end] <= 0x3F) ++end;
  const bool complete = end < text.size() && text[end] >= 0x40 && text[end] <= 0x7E;
  return complete ? end + 1 : at;
}

// Behind the "\n" of the line end whose first "\r" is before `at`. Files that went through text mode
// again have "\r\r\n", which is one line end and not two.
size_t SkipCarriageReturns(absl::string_view text, size_t at) {
  constexpr size_t kMost = 3;
  size_t end = at;
  while (end < text.size() && end < at + kMost && text[end] == '\r') ++end;
  return end < text.size() && text[end] == '\n' ? end + 1 : at;
}

// Appends `text` without control characters, its lines each ended by "\n". REQUIRES: `text` begins
// with a line, and ends with a line end or is the last line.
void CleanSlowly(absl::string_view text, std::string* out) {
  PrintedLine line;
  for (size_t i = 0; i < text.size();) {
    const uint32_t c = NextCodePoint(text, &i);
    if (IsLineEnd(c)) {
      if (c == '\r') i = SkipCarriageReturns(text, i);
      line.Flush(out);
      // A page or paragraph break becomes an empty line.
      out->append(c == 0x0C || c == 0x2029 ? "\n\n" : "\n");
    } else if (c == kBackspace) {
      line.Back();
    } else if (c == kEscape) {
      i = SkipEscape(text, i);
    } else if (!IsDropped(c)) {
      line.Put(c);
    }
  }
  line.Flush(out);
}

// Whether a line may have anything that CleanSlowly changes, other than spaces at its end: a
// control character or a code point that begins with these bytes (C1 controls, no-break spaces and soft
// hyphens, line and paragraph separators, byte-order marks).
bool NeedsCleaning(absl::string_view line) {
  return std::any_of(line.begin(), line.end(), [](char c) {
    const uint8_t byte = static_cast<uint8_t>(c);
    return (byte < 0x20 && byte != '\t') || byte == 0x7F || byte == 0xC2 || byte == 0xE2 ||
           byte == 0xEF;
  });
}

// Most lines are copied as they are.
std::string CleanLines(absl::string_view text) {
  std::string out;
  out.reserve(text.size() + 1);
  for (size_t begin = 0; begin < text.size();) {
    const size_t found = text.find('\n', begin);
    const bool last = found == absl::string_view::npos;
    const size_t next = last ? text.size() : found + 1;
    absl::string_view line = text.substr(begin, (last ? next : found) - begin);
    if (!last && absl::EndsWith(line, "\r")) line.remove_suffix(1);
    if (NeedsCleaning(line)) {
      CleanSlowly(text.substr(begin, next - begin), &out);
    } else {
      const size_t end = line.find_last_not_of(" \t");
      if (end != absl::string_view::npos) out.append(line.data(), end + 1);
      if (!last) out.push_back('\n');
    }
    begin = next;
  }
  return out;
}

absl::StatusOr<std::string> Compose(std::string text) {
  // ASCII is always composed.
  if (std::all_of(text.begin(), text.end(), absl::ascii_isascii)) return text;
  UErrorCode code = U_ZERO_ERROR;
  const icu::Normalizer2* nfc = icu::Normalizer2::getNFCInstance(code);
  std::string out;
  icu::StringByteSink<std::string> sink(&out, static_cast<int32_t>(text.size()));
  if (U_SUCCESS(code)) {
    nfc->normalizeUTF8(0, icu::StringPiece(text.data(), static_cast<int32_t>(text.size())), sink,
                       nullptr, code);
  }
  if (U_FAILURE(code)) {
    return absl::InternalError(absl::StrCat("icu normalisation: ", u_errorName(code)));
  }
  return out;
}

// No empty line at either end, at most two in a row. In place: a large text is not copied.
void LimitEmptyLines(std::string* text) {
  size_t size = 0;
  size_t line_ends = 0;
  for (size_t begin = 0; begin < text->size();) {
    const size_t end = std::min(text->find('\n', begin), text->size());
    if (end > begin) {
      // Never behind `begin`: there were so many line ends before it.
      for (size_t i = 0; size > 0 && i < std::min<size_t>(line_ends, 3); ++i)
        (*text)[size++] = '\n';
      line_ends = 0;
      std::memmove(&(*text)[size], &(*text)[begin], end - begin);
      size += end - begin;
    }
    ++line_ends;
    begin = end + 1;
  }
  text->resize(size);
}

}  // namespace

absl::StatusOr<std::string> ComposeText(absl::string_view text) {
  if (text.size() > INT32_MAX / 2) {
    return absl::InvalidArgumentError(
        absl::StrCat("text of ", text.size(), " bytes, limit ", INT32_MAX / 2));
  }
  return Compose(std::string(text));
}

absl::StatusOr<std::string> NormalizeDocument(absl::string_view text) {
  if (text.size() > INT32_MAX / 2) {
    return absl::InvalidArgumentError(
        absl::StrCat("text of ", text.size(), " bytes, limit ", INT32_MAX / 2));
  }
  const size_t invalid = FirstInvalidUtf8(text);
  if (invalid < text.size()) {
    return absl::InvalidArgumentError(absl::StrCat("invalid UTF-8 at byte ", invalid));
  }
  ASSIGN_OR_RETURN(std::string composed, Compose(CleanLines(text)));
  LimitEmptyLines(&composed);
  return composed;
}

}  // namespace quipu::generator
