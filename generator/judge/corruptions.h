// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Wrong answers made from right ones, to measure whether a model's scores can tell
// them apart: a number or name changed, a negation added or removed, parties
// swapped, another question's answer.
//
//   Rng rng(pair_id, "corruptions");
//   for (const WrongAnswer& wrong : CorruptAnswer(pair, same_chunk, other_chunks, &rng)) {
//     Use(wrong.text, CorruptionName(wrong.kind));
//   }
//
// A kind that cannot be made of an answer is left out. A wrong answer never equals
// the right one. Deterministic; thread-safe.
#ifndef QUIPU_GENERATOR_JUDGE_CORRUPTIONS_H_
#define QUIPU_GENERATOR_JUDGE_CORRUPTIONS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/rng.h"

namespace quipu::generator {

enum class Corruption {
  kSwapped,      // The answer to another question of the chunk.
  kUnsupported,  // An answer from another chunk.
  kNumber,
  kName,
  kNegation,  // English only.
  kParties,
};

inline constexpr Corruption kCorruptions[] = {Corruption::kSwapped,  Corruption::kUnsupported,
                                              Corruption::kNumber,   Corruption::kName,
                                              Corruption::kNegation, Corruption::kParties};

// "swapped", "unsupported", "number", "name", "negation", "parties".
absl::string_view CorruptionName(Corruption kind);

// Another number in place of one: one of the chunk's that looks alike, or one with
// another digit.
std::optional<std::string> ChangeNumber(absl::string_view answer, absl::string_view chunk,
                                        Rng* rng);

// Another name of the chunk in place of one. Names are runs of capitalised words.
std::optional<std::string> ChangeName(absl::string_view answer, absl::string_view chunk, Rng* rng);

// "is" becomes "is not", "cannot" becomes "can", "never" becomes "always".
std::optional<std::string> ChangeNegation(absl::string_view answer);

// "A must pay B" becomes "B must pay A". Names that are only listed ("A and B") stay.
std::optional<std::string> SwapParties(absl::string_view answer);

// One of `others` that has at most half of its content words in common with `answer`.
std::optional<std::string> OtherAnswer(absl::string_view answer,
                                       absl::Span<const std::string> others, Rng* rng);

struct WrongAnswer {
  Corruption kind = Corruption::kSwapped;
  std::string text;
};

struct RightAnswer {
  absl::string_view text;
  absl::string_view chunk;
};

// One of each kind that can be made, in the order of Corruption. `same_chunk` has the right
// answers to the chunk's other questions, `other_chunks` those of other chunks.
std::vector<WrongAnswer> CorruptAnswer(const RightAnswer& right,
                                       absl::Span<const std::string> same_chunk,
                                       absl::Span<const std::string> other_chunks, Rng* rng);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_JUDGE_CORRUPTIONS_H_
