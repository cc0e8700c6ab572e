// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Finds the tokens of a vocabulary that stand for fixed pieces of text, such as runs of
// line breaks: the leftmost, and of those the longest.
//
//   TextTokens tokens;
//   tokens.Add("\n\n", 108);
//   if (auto found = tokens.Find(text, 0)) Use(found->begin, found->end, found->id);
//
// Thread-compatible.
#ifndef QUIPU_INFERENCE_TEXT_TEXT_TOKENS_H_
#define QUIPU_INFERENCE_TEXT_TEXT_TOKENS_H_

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "inference/text/token_id.h"

namespace quipu::inference {

class TextTokens {
 public:
  struct Found {
    size_t begin;
    size_t end;
    TokenId id;
  };

  // REQUIRES: `spelling` is not empty.
  void Add(absl::string_view spelling, TokenId id);
  bool empty() const { return empty_; }
  // The first at `at` or later.
  std::optional<Found> Find(absl::string_view text, size_t at) const;

 private:
  struct Entry {
    std::string spelling;
    TokenId id;
  };
  std::array<std::vector<Entry>, 256> by_first_byte_;  // Longer ones first.
  bool empty_ = true;
};

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_TEXT_TEXT_TOKENS_H_
