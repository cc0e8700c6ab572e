// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Which of several patterns match a text, in one pass over it: most texts match none of the
// filters' patterns, and a pass for each pattern is most of what checking a long answer takes.
//
//   static const PatternScreen& screen = *new PatternScreen({&noun, &phrase});
//   const uint32_t matching = screen.MatchesIn(text);
//   if (matching & 1) FindNoun(text);
//   if (matching & 2) FindPhrase(text);
//
// Thread-safe.
#ifndef QUIPU_GENERATOR_WORDS_PATTERN_SCREEN_H_
#define QUIPU_GENERATOR_WORDS_PATTERN_SCREEN_H_

#include <re2/re2.h>
#include <re2/set.h>

#include <cstdint>
#include <initializer_list>
#include <vector>

#include "absl/strings/string_view.h"

namespace quipu::generator {

class PatternScreen {
 public:
  // REQUIRES: at most 32 patterns, that compile, with the default options. They must outlive it.
  explicit PatternScreen(std::initializer_list<const RE2*> patterns);

  // A bit for each pattern, the first one's lowest: whether RE2::PartialMatch finds it.
  uint32_t MatchesIn(absl::string_view text) const;

 private:
  const std::vector<const RE2*> patterns_;
  RE2::Set set_;
};

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_WORDS_PATTERN_SCREEN_H_
