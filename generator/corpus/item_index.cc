// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/corpus/item_index.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "generator/text/text_grams.h"

namespace quipu::generator {
namespace {

constexpr size_t kGramWords = 3;
// Shorter items ("Who is the author?", "Ann") must be the same: part of one is chance.
constexpr size_t kLeastItemWords = 8;
// An answer of this length identifies its item alone.
constexpr size_t kLongAnswerWords = 25;
// Keys of whole questions are not those of a trigram.
constexpr uint64_t kWholeSalt = 0x6a09e667f3bcc909u;

std::vector<uint64_t> GramsOf(absl::Span<const uint64_t> words) {
  std::vector<uint64_t> grams = HashGrams(words, kGramWords);
  SortDistinct(&grams);
  return grams;
}

uint64_t WholeKey(absl::Span<const uint64_t> words) {
  uint64_t hash = kWholeSalt + words.size();
  for (const uint64_t word : words) hash = (hash ^ word) * 0x9e3779b97f4a7c15u + (hash >> 29);
  return hash;
}

// Share of the sorted `part` that is in the sorted `whole`.
double ShareIn(const std::vector<uint64_t>& part, const std::vector<uint64_t>& whole) {
  if (part.empty()) return 0;
  size_t common = 0;
  for (const uint64_t gram : part) {
    common += std::binary_search(whole.begin(), whole.end(), gram) ? 1 : 0;
  }
  return static_cast<double>(common) / static_cast<double>(part.size());
}

// How much of the shorter one is in the longer one. One that is too short for trigrams is
// in it as a whole or not at all.
double Containment(absl::Span<const uint64_t> a, absl::Span<const uint64_t> b) {
  if (HalfWords(a) > HalfWords(b)) std::swap(a, b);
  if (a.empty()) return 0;
  if (HalfWords(a) < 2 * kGramWords) {
    return std::search(b.begin(), b.end(), a.begin(), a.end()) == b.end() ? 0 : 1;
  }
  return ShareIn(GramsOf(a), GramsOf(b));
}

size_t LeastCommon(size_t grams, double least) {
  // Rounding must not ask for more than the comparison with `least` does.
  const double common = std::ceil(least * static_cast<double>(grams) - 1e-9);
  return std::max<size_t>(1, static_cast<size_t>(common));
}

bool IsLong(absl::Span<const uint64_t> answer) { return HalfWords(answer) >= 2 * kLongAnswerWords; }

}  // namespace

struct ItemIndex::Texts {
  Texts(absl::string_view question_text, absl::string_view answer_text)
      : question(HashWords(question_text)),
        answer(HashWords(answer_text)),
        question_grams(GramsOf(question)),
        answer_grams(GramsOf(answer)) {}

  std::vector<uint64_t> question;
  std::vector<uint64_t> answer;
  std::vector<uint64_t> question_grams;
  std::vector<uint64_t> answer_grams;
};

ItemIndex::Range ItemIndex::Store(absl::Span<const uint64_t> words) {
  const uint64_t begin = words_.size();
  words_.insert(words_.end(), words.begin(), words.end());
  return {begin, words_.size()};
}

std::optional<uint32_t> ItemIndex::Add(absl::string_view question,
                                       absl::Span<const std::string> answers) {
  const std::vector<uint64_t> asked = HashWords(question);
  size_t longest = 0;
  Item item;
  item.question = Store(asked);
  item.first_answer = static_cast<uint32_t>(answers_.size());
  for (const std::string& answer : answers) {
    const std::vector<uint64_t> words = HashWords(answer);
    if (words.empty()) continue;
    longest = std::max(longest, HalfWords(words));
    answers_.push_back(Store(words));
  }
  item.end_answers = static_cast<uint32_t>(answers_.size());
  const size_t halves = HalfWords(asked);
  item.exact = halves < 2 * kGramWords || halves + longest < 2 * kLeastItemWords;
  // A question without an answer must be long, an answer without a question too.
  const bool usable =
      longest == 0 ? !item.exact : !asked.empty() || longest >= 2 * kLongAnswerWords;
  if (!usable) {
    words_.resize(item.question.begin);
    answers_.resize(item.first_answer);
    return std::nullopt;
  }
  items_.push_back(item);
  return static_cast<uint32_t>(items_.size() - 1);
}

std::vector<uint64_t> ItemIndex::Keys(Words words,
                                      const absl::flat_hash_map<uint64_t, uint32_t>& count) const {
  std::vector<uint64_t> grams = GramsOf(words);
  const size_t keys = grams.size() - LeastCommon(grams.size(), least_) + 1;
  // The rarest ones: few pairs have them by chance.
  std::sort(grams.begin(), grams.end(), [&count](uint64_t a, uint64_t b) {
    return std::make_tuple(count.at(a), a) < std::make_tuple(count.at(b), b);
  });
  grams.resize(std::min(keys, grams.size()));
  return grams;
}

void ItemIndex::Finish() {
  absl::flat_hash_map<uint64_t, uint32_t> count;
  const auto add = [&count, this](const Range& range) {
    for (const uint64_t gram : GramsOf(WordsOf(range))) ++count[gram];
  };
  const auto post = [this](uint64_t key, size_t item) {
    postings_.push_back({key, static_cast<uint32_t>(item)});
  };
  for (const Item& item : items_) {
    if (!item.exact) add(item.question);
    for (uint32_t i = item.first_answer; i < item.end_answers; ++i) {
      if (IsLong(WordsOf(answers_[i]))) add(answers_[i]);
    }
  }
  for (size_t number = 0; number < items_.size(); ++number) {
    const Item& item = items_[number];
    const Words question = WordsOf(item.question);
    if (!item.exact) {
      for (const uint64_t key : Keys(question, count)) post(key, number);
    } else if (!question.empty()) {
      post(WholeKey(question), number);
    }
    for (uint32_t i = item.first_answer; i < item.end_answers; ++i) {
      if (!IsLong(WordsOf(answers_[i]))) continue;
      for (const uint64_t key : Keys(WordsOf(answers_[i]), count)) post(key, number);
    }
  }
  std::sort(postings_.begin(), postings_.end(), [](const Posting& a, const Posting& b) {
    return std::tie(a.key, a.item) < std::tie(b.key, b.item);
  });
  postings_.shrink_to_fit();
  words_.shrink_to_fit();
}

double ItemIndex::AnswersAgree(const Item& item, const Texts& pair) const {
  double best = 0;
  for (uint32_t i = item.first_answer; i < item.end_answers; ++i) {
    best = std::max(best, Containment(WordsOf(answers_[i]), pair.answer));
  }
  return best;
}

std::optional<ItemMatch> ItemIndex::Compare(uint32_t number, const Texts& pair) const {
  const Item& item = items_[number];
  const Words question = WordsOf(item.question);
  ItemMatch match;
  match.item = number;
  match.of_question = item.exact ? (question == Words(pair.question) ? 1 : 0)
                                 : ShareIn(GramsOf(question), pair.question_grams);
  if (item.first_answer == item.end_answers) {
    return match.of_question == 1 ? std::make_optional(match) : std::nullopt;
  }
  if (match.of_question >= least_) {
    match.of_answer = AnswersAgree(item, pair);
    if (match.of_answer >= least_) return match;
  }
  for (uint32_t i = item.first_answer; i < item.end_answers; ++i) {
    const Words answer = WordsOf(answers_[i]);
    if (!IsLong(answer)) continue;
    match.of_answer = ShareIn(GramsOf(answer), pair.answer_grams);
    if (match.of_answer >= least_) return match;
  }
  return std::nullopt;
}

std::optional<ItemMatch> ItemIndex::Find(absl::string_view question,
                                         absl::string_view answer) const {
  const Texts pair(question, answer);
  std::vector<uint64_t> keys = pair.question_grams;
  keys.insert(keys.end(), pair.answer_grams.begin(), pair.answer_grams.end());
  keys.push_back(WholeKey(pair.question));
  SortDistinct(&keys);
  std::vector<uint32_t> candidates;
  for (const uint64_t key : keys) {
    auto place = std::lower_bound(postings_.begin(), postings_.end(), key,
                                  [](const Posting& a, uint64_t b) { return a.key < b; });
    for (; place != postings_.end() && place->key == key; ++place) {
      candidates.push_back(place->item);
    }
  }
  std::sort(candidates.begin(), candidates.end());
  candidates.erase(std::unique(candidates.begin(), candidates.end()), candidates.end());
  std::optional<ItemMatch> best;
  for (const uint32_t number : candidates) {
    const std::optional<ItemMatch> match = Compare(number, pair);
    if (!match.has_value()) continue;
    if (!best.has_value() ||
        match->of_question + match->of_answer > best->of_question + best->of_answer) {
      best = match;
    }
  }
  return best;
}

size_t ItemIndex::bytes() const {
  return words_.capacity() * sizeof(uint64_t) + postings_.capacity() * sizeof(Posting) +
         items_.capacity() * sizeof(Item) + answers_.capacity() * sizeof(Range);
}

}  // namespace quipu::generator
