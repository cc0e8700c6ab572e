// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Finds near-duplicate pairs among all pairs of a run: MinHash with
// locality-sensitive hashing over the content words of question and answer. Pairs
// whose numbers differ are never duplicates. The earlier pair wins, so the caller's
// order decides, and the same order gives the same answers.
//
//   NearDuplicates seen(/*overlap=*/0.8, expected_pairs);
//   ASSIGN_OR_RETURN(const std::optional<NearDuplicate> found,
//                    seen.FindOrAdd(PairWordsOf(question, answer, language), number,
//                                   words_of_pair));
//   if (found.has_value()) Reject(found->number);
//
// Memory: 96 bytes for each expected pair, and up to twice that for each pair
// beyond. Candidates are compared exactly, by words that the caller reads again, so
// only what is missed depends on hashing: a pair with an overlap of 0.8 is found with
// a probability of 98.5 %, with one of 0.9 of 99.98 %. Thread-compatible.
#ifndef QUIPU_GENERATOR_CORPUS_NEAR_DUPLICATES_H_
#define QUIPU_GENERATOR_CORPUS_NEAR_DUPLICATES_H_

#include <cstdint>
#include <optional>
#include <set>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "generator/languages/table.h"

namespace quipu::generator {

// What is compared of a pair, or of another text (document_selection.h).
struct PairWords {
  // Hashes of the content words, those of question and answer apart; sorted, each
  // once.
  std::vector<uint64_t> words;
  // Hash of the set of all numbers, spelled ones included.
  uint64_t numbers = 0;
};
PairWords PairWordsOf(absl::string_view question, absl::string_view answer, Language language);

// Share of common words: |a and b| / |a or b|; 0 if the numbers differ.
double Overlap(const PairWords& a, const PairWords& b);

struct NearDuplicate {
  uint32_t number = 0;  // Of the earlier pair.
  double overlap = 0;
};

class NearDuplicates {
 public:
  // Reads the words of a pair that was added.
  using ReadWords = absl::FunctionRef<absl::StatusOr<PairWords>(uint32_t number)>;

  // Pairs with at least this overlap are duplicates. `expected_pairs`: room is
  // made for this many at once.
  NearDuplicates(double overlap, uint64_t expected_pairs);

  // The earliest of the pairs added so far that `words` nearly repeats; adds
  // `words` as `number` if there is none. A pair without words has no duplicate.
  // Errors of `read`.
  absl::StatusOr<std::optional<NearDuplicate>> FindOrAdd(const PairWords& words, uint32_t number,
                                                         ReadWords read);

 private:
  struct Entry {
    uint32_t tag = 0;
    uint32_t number_plus_1 = 0;  // 0: a free place.
  };
  // Open addressing with linear probing. Entries do not hold their whole key, so
  // that a full table cannot grow: another one follows it.
  struct Table {
    uint64_t used = 0;
    std::vector<Entry> entries;
  };

  void AddCandidates(uint64_t key, std::set<uint32_t>* numbers) const;
  void Insert(uint64_t key, uint32_t number);

  const double overlap_;
  std::vector<Table> tables_;
};

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_CORPUS_NEAR_DUPLICATES_H_
