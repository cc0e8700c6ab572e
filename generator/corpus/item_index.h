// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Finds the benchmark's item that a question-answer pair, or a conversation, repeats: its
// question nearly word for word, with an answer that agrees.
//
//   ItemIndex index(/*least=*/0.6);
//   index.Add("Who sold the mill?", {"Ann Weir, in 1901"});
//   index.Finish();
//   const std::optional<ItemMatch> match = index.Find("Who sold the mill?", "Ann Weir.");
//
// Questions and answers are compared by word trigrams: a changed word costs an item three
// of them, and not all. Memory: 8 bytes for each word of questions and answers, and 16 for
// about half of those of questions. Thread-compatible; Find is thread-safe.
#ifndef QUIPU_GENERATOR_CORPUS_ITEM_INDEX_H_
#define QUIPU_GENERATOR_CORPUS_ITEM_INDEX_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace quipu::generator {

struct ItemMatch {
  uint32_t item = 0;       // As Add returned it.
  double of_question = 0;  // Share of the item's question that is in the pair's.
  double of_answer = 0;    // How much the answers agree.
};

class ItemIndex {
 public:
  // Matches with at least this share of the question and of the answer count.
  explicit ItemIndex(double least) : least_(least) {}

  // Returns the item's number, from 0. `answers`: any of them suffices; none: the
  // benchmark does not tell. nullopt if there is nothing to compare.
  std::optional<uint32_t> Add(absl::string_view question, absl::Span<const std::string> answers);
  // Call once, after all items and before Find.
  void Finish();

  // The item that the pair repeats most; of several the first.
  //   - The item's trigrams of the question are in the pair's question, and of one of its
  //     answers and the pair's the shorter is in the longer.
  //   - An item of fewer than 8 words in all: the question is the same, the answer as above.
  //   - An item without answers: all trigrams of a question of 8 words or more.
  //   - An answer of 25 words or more: its trigrams are in the pair's answer, whatever
  //     the question (summaries have one for all).
  // REQUIRES: Finish was called.
  std::optional<ItemMatch> Find(absl::string_view question, absl::string_view answer) const;

  size_t items() const { return items_.size(); }
  size_t bytes() const;

 private:
  using Words = absl::Span<const uint64_t>;
  // A part of words_.
  struct Range {
    uint64_t begin = 0;
    uint64_t end = 0;
  };
  struct Item {
    Range question;
    uint32_t first_answer = 0;  // In answers_.
    uint32_t end_answers = 0;
    bool exact = false;  // Too short for trigrams alone.
  };
  struct Texts;  // A pair's words and trigrams.

  Words WordsOf(const Range& range) const {
    return Words(words_).subspan(range.begin, range.end - range.begin);
  }
  Range Store(absl::Span<const uint64_t> words);
  // The grams under which a text is found: if at least `least_` of all are in a pair, one
  // of these is.
  std::vector<uint64_t> Keys(Words words,
                             const absl::flat_hash_map<uint64_t, uint32_t>& count) const;
  double AnswersAgree(const Item& item, const Texts& pair) const;
  std::optional<ItemMatch> Compare(uint32_t number, const Texts& pair) const;

  const double least_;
  std::vector<uint64_t> words_;
  std::vector<Item> items_;
  std::vector<Range> answers_;
  // After Finish, sorted by key: what to compare a pair with that has the key.
  struct Posting {
    uint64_t key = 0;
    uint32_t item = 0;
  };
  std::vector<Posting> postings_;
};

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_CORPUS_ITEM_INDEX_H_
