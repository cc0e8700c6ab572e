// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/batching/banned_words.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace quipu::inference {
namespace {

// Bytes of other scripts are taken as letters.
bool IsLetter(char c) {
  return absl::ascii_isalnum(c) || (static_cast<unsigned char>(c) & 0x80) != 0;
}

// Whether `word` is in `text` and ends after `from`.
bool EndsAfter(absl::string_view text, absl::string_view word, size_t from) {
  if (text.size() < word.size()) return false;
  const bool at_boundary = absl::ascii_isalnum(word.front());
  size_t at = from + 1 > word.size() ? from + 1 - word.size() : 0;
  for (; at + word.size() <= text.size(); ++at) {
    if (!absl::EqualsIgnoreCase(text.substr(at, word.size()), word)) continue;
    if (at_boundary && at > 0 && IsLetter(text[at - 1])) continue;
    const size_t end = at + word.size();
    if (at_boundary && end < text.size() && IsLetter(text[end])) continue;
    return true;
  }
  return false;
}

}  // namespace

bool CompletesBannedWord(absl::string_view before, absl::string_view added,
                         absl::Span<const std::string> banned) {
  if (banned.empty() || added.empty()) return false;
  size_t longest = 0;
  for (const std::string& word : banned) longest = std::max(longest, word.size());
  // With one more byte, for the boundary.
  const absl::string_view tail =
      before.substr(before.size() - std::min(before.size(), longest + 1));
  const std::string text = absl::StrCat(tail, added);
  return std::any_of(banned.begin(), banned.end(),
                     [&](const std::string& word) { return EndsAfter(text, word, tail.size()); });
}

}  // namespace quipu::inference
