// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/text/text_tokens.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/match.h"

namespace quipu::inference {

void TextTokens::Add(absl::string_view spelling, TokenId id) {
  std::vector<Entry>& entries = by_first_byte_[static_cast<uint8_t>(spelling[0])];
  const auto shorter = std::find_if(entries.begin(), entries.end(), [spelling](const Entry& entry) {
    return entry.spelling.size() < spelling.size();
  });
  entries.insert(shorter, {std::string(spelling), id});
  empty_ = false;
}

std::optional<TextTokens::Found> TextTokens::Find(absl::string_view text, size_t at) const {
  for (; at < text.size(); ++at) {
    for (const Entry& entry : by_first_byte_[static_cast<uint8_t>(text[at])]) {
      if (!absl::StartsWith(text.substr(at), entry.spelling)) continue;
      return Found{at, at + entry.spelling.size(), entry.id};
    }
  }
  return std::nullopt;
}

}  // namespace quipu::inference
