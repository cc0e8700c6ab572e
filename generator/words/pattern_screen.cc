// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/words/pattern_screen.h"

#include <cstddef>
#include <string>

#include "base/log.h"

namespace quipu::generator {

PatternScreen::PatternScreen(std::initializer_list<const RE2*> patterns)
    : patterns_(patterns), set_(RE2::Options(), RE2::UNANCHORED) {
  QUIPU_CHECK(patterns.size() <= 32) << patterns.size() << " patterns";
  for (const RE2* pattern : patterns) {
    std::string error;
    QUIPU_CHECK(set_.Add(pattern->pattern(), &error) >= 0) << error;
  }
  QUIPU_CHECK(set_.Compile()) << "no memory for a set of patterns";
}

uint32_t PatternScreen::MatchesIn(absl::string_view text) const {
  std::vector<int> found;
  RE2::Set::ErrorInfo error = {};
  if (!set_.Match(re2::StringPiece(text.data(), text.size()), &found, &error)) {
    if (error.kind == RE2::Set::kNoError) return 0;
    // Without memory for the pass, each pattern decides by itself.
    found.clear();
    for (size_t i = 0; i < patterns_.size(); ++i) {
      if (RE2::PartialMatch({text.data(), text.size()}, *patterns_[i])) {
        found.push_back(static_cast<int>(i));
      }
    }
  }
  uint32_t bits = 0;
  for (const int i : found) bits |= uint32_t{1} << i;
  return bits;
}

}  // namespace quipu::generator
