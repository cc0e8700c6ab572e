// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// How much of an answer is copied from its chunk, word for word. Copied words
// count only in runs: of 5 words or more, or of 10 characters or more in scripts
// without spaces between words. Pure, thread-safe.
//
//   MeasureCopying("It was sold in spring of 1901.", "The mill was sold in spring of 1902.");
//   // share 5/7 ("was sold in spring of"), longest 5
#ifndef QUIPU_GENERATOR_CHECKS_COPIED_RUNS_H_
#define QUIPU_GENERATOR_CHECKS_COPIED_RUNS_H_

#include <cstdint>

#include "absl/strings/string_view.h"

namespace quipu::generator {

struct Copying {
  // Share of the answer's words (or characters) that are in copied runs.
  double share = 0;
  // The longest run of words (or characters) that the two have in common, also
  // if it is too short to count as copied.
  uint32_t longest = 0;
};

// Letters are compared without case, and punctuation is ignored. Takes time proportional
// to the number of places where two words (or characters) in a row are equal.
Copying MeasureCopying(absl::string_view answer, absl::string_view chunk);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_CHECKS_COPIED_RUNS_H_
