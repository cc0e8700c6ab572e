// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Chooses the sentence of its chunk that each pair is about. Pairs of one chunk then ask about
// different things, and the place of the evidence is known before the model is asked. Pure,
// thread-safe.
//
//   for (const Target& target : ChooseTargets(chunk_text, 4, language, key)) {
//     Ask(chunk_text.substr(target.begin, target.end - target.begin));
//   }
#ifndef QUIPU_GENERATOR_PAIRS_TARGETS_H_
#define QUIPU_GENERATOR_PAIRS_TARGETS_H_

#include <cstddef>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/fingerprint.h"
#include "generator/languages/table.h"

namespace quipu::generator {

struct Target {
  size_t begin = 0;  // Bytes [begin, end) of the chunk, without spaces around.
  size_t end = 0;
};

// A sentence that a pair can be about, and how much there is to ask about.
struct WeightedTarget {
  Target target;
  double weight = 0;
};

// All of a chunk, in order: its sentences, or stretches of words if it has none. Empty only for a
// chunk without words. REQUIRES: valid UTF-8.
std::vector<WeightedTarget> ListTargets(absl::string_view chunk, Language language);

// Chooses `count` targets at random from `key`. A sentence is the likelier, the more names, numbers
// and other content words it has; one that only points back ("This is why ...") or asks itself is
// taken only if there is nothing else. No sentence is taken twice before each has been taken once.
// A chunk without sentences gives stretches of words. Empty only for a chunk without words.
// REQUIRES: valid UTF-8.
std::vector<Target> ChooseTargets(absl::string_view chunk, size_t count, Language language,
                                  const Fingerprint& key);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_PAIRS_TARGETS_H_
