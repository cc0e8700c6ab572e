// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/pattern_screen.h"

#include <vector>

#include "base/log.h"

namespace quipu::generator {

PatternScreen::PatternScreen(std::initializer_list<const RE2*> patterns)
    : all_(static_cast<uint32_t>((uint64_t{1} << patterns.size()) - 1)),
      set_(RE2::Options(), RE2::UNANCHORED) {
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
    // Without memory for the pass, each pattern decides by itself.
    return error.kind == RE2::Set::kNoError ? 0 : all_;
  }
  uint32_t bits = 0;
  for (const int i : found) bits |= uint32_t{1} << i;
  return bits;
}

}  // namespace quipu::generator
