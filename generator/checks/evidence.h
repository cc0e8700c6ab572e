// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Finds the sentences of a chunk that support an answer, and all other places of the document that
// hold the same or that answer the question otherwise. Words are compared as the filters compare
// them (content_words.h); weights are integers, so the result is the same on every machine.
//
//   const EvidenceFinder finder(document.text(), language);
//   const Evidence evidence = finder.Find({chunk.begin(), chunk.end()}, "What is it?", "A quipu.");
//   for (const TextRange& sentence : evidence.sentences) Quote(sentence);
//   if (!evidence.conflict.empty()) Reject(evidence.conflict);
//
// Thread-safe (immutable). The text must outlive an EvidenceFinder.
#ifndef QUIPU_GENERATOR_CHECKS_EVIDENCE_H_
#define QUIPU_GENERATOR_CHECKS_EVIDENCE_H_

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "generator/chunks/document_cut.h"
#include "generator/languages/table.h"

namespace quipu::generator {

struct Evidence {
  // 0 to 3 sentences of the chunk, in order. None if no word of the answer or the question is in
  // the chunk.
  std::vector<TextRange> sentences;
  // Other sentences of the document, inside and outside the chunk, in order: those with a short
  // answer's words in a row and, there or in the sentences beside it, half of the question's words that
  // the evidence has; and those that share as much with question and answer as the evidence.
  std::vector<TextRange> other_places;
  // Empty, or what another place says in the place of the answer (FindConflict in evidence.cc has
  // the rule), and where.
  std::string conflict;
  TextRange conflict_place;
};

class EvidenceFinder {
 public:
  // `language`: the document's; its stop words and stems.
  EvidenceFinder(absl::string_view text, Language language);

  Evidence Find(TextRange chunk, absl::string_view question, absl::string_view answer) const;

  // Empty, or where the question points instead of the chunk: a place outside it that has as much of
  // the question's words and does not say what the answer says. "Where is the hotel?" in a
  // document with many hotels. Looks at the whole document.
  std::string FindRival(TextRange chunk, absl::string_view question,
                        absl::string_view answer) const;

  // Empty, or something that the question takes for known and that the document has in many other
  // sentences too: "What is the name of the bird?" in a document of many birds. English only.
  std::string FindUnplaced(TextRange chunk, absl::string_view question) const;

 private:
  // Numbers of words, by their hashes (HashOfWord).
  using WordIds = absl::flat_hash_map<uint64_t, uint32_t>;
  // A sentence, or a piece of a very long one.
  struct Unit {
    TextRange range;
    bool complete = false;  // A sentence with its full stop.
    uint32_t block = 0;     // Its paragraph.
    // Its distinct content words in content_.
    uint32_t first_content = 0;
    uint32_t end_content = 0;
    // Its words in folded_.
    uint32_t first_word = 0;
    uint32_t end_word = 0;
  };
  struct Pair;       // A question and an answer as ids.
  struct Selection;  // The units of the evidence.

  void AddUnit(TextRange range, bool complete, uint32_t block);
  // The units of a chunk: the first, and one past the last.
  std::pair<size_t, size_t> UnitsOf(TextRange chunk) const;
  Pair MakePair(absl::string_view question, absl::string_view answer) const;
  Selection SelectEvidence(size_t first, size_t end, const Pair& pair) const;
  std::vector<TextRange> FindOtherPlaces(const Selection& evidence, const Pair& pair) const;
  // Sets evidence->conflict and its place.
  void FindConflict(TextRange chunk, const Selection& selection, const Pair& pair,
                    Evidence* evidence) const;

  // Position of the first occurrence of `phrase` in the words of a unit, or -1.
  int64_t FindPhrase(const Unit& unit, absl::Span<const uint32_t> phrase) const;
  // Weight of a word that `with` of `all` units have: the rarer, the more.
  static uint64_t Weigh(uint64_t with, uint64_t all);
  // Sum of the document's weights of the words that are in `words` and in the unit.
  uint64_t Overlap(const Unit& unit, const std::set<uint32_t>& words) const;
  // The words of `words` that are in the unit or its neighbours in the paragraph.
  std::set<uint32_t> WordsNear(size_t unit, const std::set<uint32_t>& words) const;
  // The sum of their weights.
  uint64_t OverlapNear(size_t unit, const std::set<uint32_t>& words) const;
  // Those of the content words that the document has.
  std::set<uint32_t> IdsOf(const std::set<std::string>& words) const;
  // How many units outside the chunk have a content word.
  uint32_t UnitsOutside(TextRange chunk, const std::string& word) const;
  absl::string_view TextOf(const Unit& unit) const;
  // Ids of its distinct content words, ascending.
  absl::Span<const uint32_t> ContentOf(const Unit& unit) const {
    return absl::MakeConstSpan(content_).subspan(unit.first_content,
                                                 unit.end_content - unit.first_content);
  }

  const absl::string_view text_;
  const Language language_;
  std::vector<Unit> units_;
  WordIds ids_;  // Of content words and of all words: most are both.
  // One list for all units: a large document has a million.
  std::vector<uint32_t> content_;     // Ids of their content words.
  std::vector<uint32_t> folded_;      // All words of the document, in order.
  std::vector<uint32_t> units_with_;  // By id: 0 for what is no content word.
};

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_CHECKS_EVIDENCE_H_
