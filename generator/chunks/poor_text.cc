// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/chunks/poor_text.h"

#include <re2/re2.h>

#include <algorithm>
#include <cstddef>

#include "absl/strings/ascii.h"

namespace quipu::generator {
namespace {

// Marks of references: at least this many, and one for each so many bytes.
constexpr size_t kLeastReferences = 4;
constexpr size_t kBytesPerReference = 300;
// "[ ]", "[●]", "____".
constexpr size_t kLeastBlanks = 3;
constexpr size_t kLeastSignatures = 3;
// Digits among the characters that are not spaces: a table whose columns were lost.
constexpr double kMaxDigits = 0.25;
// Words in small letters among the words in Latin letters: fewer is a list of names. A text with
// fewer words says nothing.
constexpr double kLeastSmall = 0.35;
constexpr size_t kLeastLatinWords = 40;

size_t CountMatches(absl::string_view text, const RE2& pattern) {
  size_t count = 0;
  re2::StringPiece rest(text.data(), text.size());
  while (RE2::FindAndConsume(&rest, pattern)) ++count;
  return count;
}

// What can be counted in one pass; the expressions are searched for only where they can match.
struct Counts {
  size_t visible = 0;
  size_t digits = 0;
  size_t colons = 0;
  size_t blanks = 0;  // [ and _.
  size_t slashes = 0;
  size_t words = 0;  // In Latin letters.
  size_t small = 0;  // Of these, those that begin with a small letter.
};

Counts Count(absl::string_view text) {
  Counts counts;
  bool inside = false;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (absl::ascii_isalpha(byte)) {
      if (!inside) {
        ++counts.words;
        if (absl::ascii_islower(byte)) ++counts.small;
      }
      inside = true;
      ++counts.visible;
      continue;
    }
    inside = byte >= 0x80 || c == '\'';
    if (absl::ascii_isspace(byte)) continue;
    ++counts.visible;
    if (absl::ascii_isdigit(byte)) ++counts.digits;
    if (c == ':') ++counts.colons;
    if (c == '[' || c == '_') ++counts.blanks;
    if (c == '/') ++counts.slashes;
  }
  return counts;
}

bool HasReferences(absl::string_view text) {
  static const RE2& reference = *new RE2(
      R"(ISBN|ISSN|\bdoi\b|DOI|https?://|Retrieved|Archived|arXiv|\bpp\. ?[0-9])"
      R"(|[0-9]{1,4}[-–][0-9]{2,4}\.|\((?:19|20)[0-9]{2}[a-z]?\)|, (?:19|20)[0-9]{2}[a-z]?\.)"
      R"(|Proceedings|In Proc|Jump up|\bvol(?:ume|\.) ?[0-9])");
  const size_t references = CountMatches(text, reference);
  return references >= kLeastReferences && references * kBytesPerReference >= text.size();
}

bool HasBlanks(absl::string_view text) {
  static const RE2& blank = *new RE2(R"(\[[\s●•_*.-]*\]|_{4,}|\[(?:insert|name|date|amount)\b)");
  return CountMatches(text, blank) >= kLeastBlanks;
}

bool HasSignatures(absl::string_view text) {
  static const RE2& signature =
      *new RE2(R"(/s/|IN WITNESS WHEREOF|\b(?:By|Name|Title|Date|Signed|Signature):)");
  return CountMatches(text, signature) >= kLeastSignatures;
}

}  // namespace

bool IsPoorText(absl::string_view text) {
  const Counts counts = Count(text);
  if (static_cast<double>(counts.digits) > kMaxDigits * static_cast<double>(counts.visible)) {
    return true;
  }
  if (counts.words >= kLeastLatinWords &&
      static_cast<double>(counts.small) < kLeastSmall * static_cast<double>(counts.words)) {
    return true;
  }
  // Each reference has a year or a page.
  return (counts.digits >= 2 * kLeastReferences && HasReferences(text)) ||
         (counts.blanks >= kLeastBlanks && HasBlanks(text)) ||
         (counts.colons + counts.slashes >= kLeastSignatures && HasSignatures(text));
}

}  // namespace quipu::generator
