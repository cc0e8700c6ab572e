// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/poor_text.h"

#include <re2/re2.h>

#include <algorithm>
#include <cstddef>

#include "absl/strings/ascii.h"

namespace quipu::generator {
namespace {

// Marks of references: at least this many, and one for each so many bytes.
constexpr size_t kLeastReferences = 4;
constexpr size_t kBytesPerReference = 200;
// "[ ]", "[●]", "____".
constexpr size_t kLeastBlanks = 3;
constexpr size_t kLeastSignatures = 3;
// Digits among the characters that are not spaces: a table whose columns were lost.
constexpr double kMaxDigits = 0.15;

size_t CountMatches(absl::string_view text, const RE2& pattern) {
  size_t count = 0;
  re2::StringPiece rest(text.data(), text.size());
  while (RE2::FindAndConsume(&rest, pattern)) ++count;
  return count;
}

double DigitShare(absl::string_view text) {
  size_t digits = 0;
  size_t visible = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (absl::ascii_isspace(byte)) continue;
    ++visible;
    if (absl::ascii_isdigit(byte)) ++digits;
  }
  return visible == 0 ? 0.0 : static_cast<double>(digits) / static_cast<double>(visible);
}

}  // namespace

bool IsPoorText(absl::string_view text) {
  static const RE2& reference = *new RE2(
      R"(ISBN|ISSN|\bdoi\b|DOI|https?://|Retrieved|Archived|arXiv|\bpp\. ?[0-9]|[0-9]{1,4}[-–][0-9]{2,4}\.)"
      R"(|\((?:19|20)[0-9]{2}[a-z]?\)|, (?:19|20)[0-9]{2}[a-z]?\.|Proceedings|In Proc|Jump up|\bet al\.)"
      R"(|\bvol(?:ume|\.) ?[0-9])");
  static const RE2& blank = *new RE2(R"(\[[\s●•_*.-]*\]|_{4,}|\[(?:insert|name|date|amount)\b)");
  static const RE2& signature =
      *new RE2(R"(/s/|IN WITNESS WHEREOF|\b(?:By|Name|Title|Date|Signed|Signature):)");
  const size_t references = CountMatches(text, reference);
  return (references >= kLeastReferences && references * kBytesPerReference >= text.size()) ||
         CountMatches(text, blank) >= kLeastBlanks ||
         CountMatches(text, signature) >= kLeastSignatures || DigitShare(text) > kMaxDigits;
}

}  // namespace quipu::generator
