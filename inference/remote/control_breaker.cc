// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/remote/control_breaker.h"

#include "absl/strings/str_cat.h"
#include "base/utf8.h"

namespace quipu::inference {

ControlBreaker::ControlBreaker(const Tokenizer& tokenizer) {
  for (TokenId id = 0; id < tokenizer.vocab_size(); ++id) {
    const absl::string_view spelling = tokenizer.ControlSpelling(id);
    // A space breaks nothing of one character.
    if (spelling.size() > 1 && CountCodePoints(spelling) > 1) controls_.Add(spelling, id);
  }
}

std::string ControlBreaker::Break(absl::string_view text) const {
  std::string broken;
  size_t at = 0;
  for (auto found = controls_.Find(text, at); found; found = controls_.Find(text, at)) {
    size_t behind = found->begin;
    NextCodePoint(text, &behind);
    absl::StrAppend(&broken, text.substr(at, behind - at), " ");
    at = behind;
  }
  absl::StrAppend(&broken, text.substr(at));
  return broken;
}

}  // namespace quipu::inference
