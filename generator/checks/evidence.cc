// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/checks/evidence.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <memory>
#include <optional>
#include <utility>

#include "absl/numeric/bits.h"
#include "absl/strings/str_cat.h"
#include "base/strings.h"
#include "base/utf8.h"
#include "generator/checks/vague_question.h"
#include "generator/text/outline.h"
#include "generator/text/sentences.h"
#include "generator/words/content_words.h"
#include "generator/words/text_words.h"
#include "generator/words/words.h"

namespace quipu::generator {
namespace {

constexpr size_t kMaxSentences = 3;
// A longer "sentence" is a table or a text without full stops: it is cut at spaces, so that
// evidence stays something that can be quoted.
constexpr size_t kMaxUnitBytes = 600;
// Answers of at most this many words are looked for word for word.
constexpr size_t kMaxPhraseWords = 8;
// Words are seldom shorter, on average.
constexpr size_t kBytesPerContentWord = 8;
constexpr size_t kBytesPerWord = 5;
// A further evidence sentence must hold this share (1/n) of the weight of the answer's words, in
// words that the earlier ones lack.
constexpr uint64_t kLeastNewShare = 5;
// Another place conflicts only if the evidence has this many of the question's words, and all of
// them are there too.
constexpr size_t kLeastSharedWords = 3;
// A place says the same as the answer if it has 3 of 5 of its words.
constexpr size_t kSameLeast = 3;
constexpr size_t kSameParts = 5;
// "The bird" is none in particular if so many sentences outside the chunk have the word.
constexpr uint32_t kManyUnits = 3;

uint32_t Intern(uint64_t word, absl::flat_hash_map<uint64_t, uint32_t>* ids) {
  const uint32_t next = static_cast<uint32_t>(ids->size());
  return ids->try_emplace(word, next).first->second;
}

// Words [begin, end) of a sentence that are one name or one number.
struct Value {
  size_t begin = 0;
  size_t end = 0;
};

// Runs of capitalised words inside a sentence, or its numbers.
std::vector<Value> ValuesOf(const std::vector<Word>& words, bool numbers, Language language) {
  std::vector<Value> values;
  for (size_t i = 0; i < words.size(); ++i) {
    if (numbers) {
      if (words[i].number || !Numbers(words[i].text, /*spelled=*/true, language).empty()) {
        values.push_back({i, i + 1});
      }
      continue;
    }
    const size_t begin = i;
    while (i < words.size() && !words[i].number && !words[i].starts_sentence &&
           IsCapitalised(words[i].text)) {
      ++i;
    }
    if (i > begin) values.push_back({begin, i});
  }
  return values;
}

// Empty beyond the sentence's ends; `at` may be 0 - 1.
absl::string_view FoldedAt(const std::vector<Word>& words, size_t at) {
  return at < words.size() ? absl::string_view(words[at].folded) : absl::string_view();
}

// The name or number in words [begin, end), which may begin a sentence here.
std::optional<Value> OwnValue(const std::vector<Word>& words, size_t begin, size_t end) {
  for (size_t i = begin; i < end; ++i) {
    if (words[i].number) return Value{i, i + 1};
  }
  while (begin < end && !IsCapitalised(words[begin].text)) ++begin;
  Value value = {begin, begin};
  while (value.end < end && IsCapitalised(words[value.end].text)) ++value.end;
  if (value.begin == value.end) return std::nullopt;
  return value;
}

// Whether a value is where the answer is: between the same words, or beside the same word
// that is not a stop word.
bool SamePlace(const std::vector<Word>& a, Value in_a, const std::vector<Word>& b, Value in_b,
               Language language) {
  const absl::string_view before = FoldedAt(a, in_a.begin - 1);
  const absl::string_view after = FoldedAt(a, in_a.end);
  const bool same_before = before == FoldedAt(b, in_b.begin - 1);
  const bool same_after = after == FoldedAt(b, in_b.end);
  if (same_before && same_after) return !before.empty() || !after.empty();
  return (same_before && !ContentWords(before, language).empty()) ||
         (same_after && !ContentWords(after, language).empty());
}

}  // namespace

struct EvidenceFinder::Pair {
  std::set<uint32_t> answer;    // Content words.
  std::set<uint32_t> strong;    // Those that are names or numbers; they count double.
  std::set<uint32_t> question;  // Content words that the answer lacks.
  // The words of a short answer in order; empty if it is long or a word is not in the document.
  std::vector<uint32_t> phrase;
};

struct EvidenceFinder::Selection {
  std::vector<size_t> units;  // In order.
  size_t best = 0;            // The one with most support.
};

EvidenceFinder::EvidenceFinder(absl::string_view text, Language language)
    : text_(text), language_(language) {
  // To grow is to hold a list twice, beside a large document; what is not used is no memory.
  units_.reserve(text.size() / kUsualSentenceBytes);
  content_.reserve(text.size() / kBytesPerContentWord);
  folded_.reserve(text.size() / kBytesPerWord);
  uint32_t number = 0;
  ForEachBlock(text, [&](const Block& block) {
    ++number;
    for (const Sentence& sentence : SplitSentences(text, block)) {
      TextRange rest = {sentence.begin, sentence.end};
      while (rest.end - rest.begin > kMaxUnitBytes) {
        // Not in all of the text: one without a space would be read again for each unit.
        const size_t space = text.substr(rest.begin, kMaxUnitBytes + 1).rfind(' ');
        const size_t cut = space == absl::string_view::npos || space == 0
                               ? FloorToCodePoint(text, rest.begin + kMaxUnitBytes)
                               : rest.begin + space;
        AddUnit({rest.begin, cut}, /*complete=*/false, number);
        rest.begin = cut;
        while (rest.begin < rest.end && text[rest.begin] == ' ') ++rest.begin;
      }
      AddUnit(rest, sentence.complete && rest.begin == sentence.begin, number);
    }
  });
}

void EvidenceFinder::AddUnit(TextRange range, bool complete, uint32_t block) {
  Unit unit;
  unit.range = range;
  unit.complete = complete;
  unit.block = block;
  const absl::string_view text = text_.substr(range.begin, range.end - range.begin);
  unit.first_content = static_cast<uint32_t>(content_.size());
  const std::shared_ptr<const TextWords> words = WordsOf(text);  // Both loops need it.
  // Their places in a large table, while they are stemmed.
  for (const uint64_t word : words->folded) ids_.prefetch(word);
  ForEachContentWord(text, language_, [&](absl::string_view, uint64_t word) {
    content_.push_back(Intern(word, &ids_));
  });
  const auto begin = content_.begin() + unit.first_content;
  std::sort(begin, content_.end());
  content_.erase(std::unique(begin, content_.end()), content_.end());
  unit.end_content = static_cast<uint32_t>(content_.size());
  unit.first_word = static_cast<uint32_t>(folded_.size());
  for (const uint64_t word : words->folded) folded_.push_back(Intern(word, &ids_));
  unit.end_word = static_cast<uint32_t>(folded_.size());
  units_with_.resize(ids_.size());
  for (const uint32_t id : ContentOf(unit)) ++units_with_[id];
  units_.push_back(unit);
}

uint64_t EvidenceFinder::Weigh(uint64_t with, uint64_t all) {
  // Twice the binary logarithm of 2 * all / with, rounded down to halves of a bit.
  const uint64_t ratio = (2 * all << 8) / std::max<uint64_t>(with, 1);
  const int bits = 63 - absl::countl_zero(ratio | 1);
  const uint64_t half = bits > 0 ? (ratio >> (bits - 1)) & 1 : 0;
  return 2 * static_cast<uint64_t>(std::max(bits - 8, 0)) + half;
}

uint64_t EvidenceFinder::Overlap(const Unit& unit, const std::set<uint32_t>& words) const {
  uint64_t sum = 0;
  for (const uint32_t id : ContentOf(unit)) {
    if (words.count(id) > 0) sum += Weigh(units_with_[id], units_.size());
  }
  return sum;
}

std::set<uint32_t> EvidenceFinder::WordsNear(size_t unit, const std::set<uint32_t>& words) const {
  std::set<uint32_t> found;
  const size_t end = std::min(unit + 2, units_.size());
  for (size_t i = unit == 0 ? 0 : unit - 1; i < end; ++i) {
    if (units_[i].block != units_[unit].block) continue;
    for (const uint32_t id : ContentOf(units_[i])) {
      if (words.count(id) > 0) found.insert(id);
    }
  }
  return found;
}

uint64_t EvidenceFinder::OverlapNear(size_t unit, const std::set<uint32_t>& words) const {
  uint64_t sum = 0;
  for (const uint32_t id : WordsNear(unit, words)) sum += Weigh(units_with_[id], units_.size());
  return sum;
}

absl::string_view EvidenceFinder::TextOf(const Unit& unit) const {
  return text_.substr(unit.range.begin, unit.range.end - unit.range.begin);
}

int64_t EvidenceFinder::FindPhrase(const Unit& unit, absl::Span<const uint32_t> phrase) const {
  if (phrase.empty()) return -1;
  const auto begin = folded_.begin() + unit.first_word;
  const auto end = folded_.begin() + unit.end_word;
  const auto found = std::search(begin, end, phrase.begin(), phrase.end());
  return found == end ? -1 : found - begin;
}

std::pair<size_t, size_t> EvidenceFinder::UnitsOf(TextRange chunk) const {
  const auto first = std::partition_point(units_.begin(), units_.end(), [&](const Unit& unit) {
    return unit.range.begin < chunk.begin;
  });
  const auto end = std::partition_point(
      first, units_.end(), [&](const Unit& unit) { return unit.range.end <= chunk.end; });
  return {first - units_.begin(), end - units_.begin()};
}

std::set<uint32_t> EvidenceFinder::IdsOf(const std::set<std::string>& words) const {
  std::set<uint32_t> found;
  for (const std::string& word : words) {
    const auto id = ids_.find(HashOfWord(word));
    if (id != ids_.end() && units_with_[id->second] > 0) found.insert(id->second);
  }
  return found;
}

EvidenceFinder::Pair EvidenceFinder::MakePair(absl::string_view question,
                                              absl::string_view answer) const {
  Pair pair;
  pair.answer = IdsOf(ContentWords(answer, language_));
  std::set<std::string> strong;
  for (std::string& number : Numbers(answer, /*spelled=*/true, language_))
    strong.insert(std::move(number));
  for (Name& name : Names(answer, language_)) strong.insert(std::move(name.stem));
  pair.strong = IdsOf(strong);
  for (const uint32_t id : IdsOf(ContentWords(question, language_))) {
    if (pair.answer.count(id) == 0) pair.question.insert(id);
  }
  const std::vector<std::string> words = FoldedWords(answer);
  if (words.size() > kMaxPhraseWords) return pair;
  for (const std::string& word : words) {
    const auto id = ids_.find(HashOfWord(word));
    if (id == ids_.end()) {
      pair.phrase.clear();
      break;
    }
    pair.phrase.push_back(id->second);
  }
  // "Yes", "it is": stop words stand everywhere.
  if (pair.answer.empty()) pair.phrase.clear();
  return pair;
}

// Units [first, end) are the chunk's. Weights are those inside the chunk: a word that each of its
// sentences has does not tell them apart. The first sentence is the one that shares most with the
// answer (double) and the question; the others add words of the answer that it lacks.
EvidenceFinder::Selection EvidenceFinder::SelectEvidence(size_t first, size_t end,
                                                         const Pair& pair) const {
  absl::flat_hash_map<uint32_t, uint64_t> with;  // Of the words that are weighed.
  for (size_t i = first; i < end; ++i) {
    for (const uint32_t id : ContentOf(units_[i])) {
      if (pair.answer.count(id) + pair.question.count(id) > 0) ++with[id];
    }
  }
  const auto weight = [&](uint32_t id) {
    const uint64_t one = Weigh(with[id], end - first);
    return pair.strong.count(id) > 0 ? 2 * one : one;
  };
  uint64_t total = 0;
  for (const uint32_t id : pair.answer) {
    if (with.count(id) > 0) total += weight(id);
  }
  Selection selection;
  uint64_t most = 0;
  for (size_t i = first; i < end; ++i) {
    uint64_t support = FindPhrase(units_[i], pair.phrase) >= 0 ? 2 * total : 0;
    for (const uint32_t id : ContentOf(units_[i])) {
      if (pair.answer.count(id) > 0) support += 2 * weight(id);
      if (pair.question.count(id) > 0) support += weight(id);
    }
    if (support <= most) continue;
    most = support;
    selection.best = i;
  }
  if (most == 0) return selection;
  selection.units.push_back(selection.best);
  std::set<uint32_t> missing = pair.answer;
  const auto cover = [&](size_t i) {
    for (const uint32_t id : ContentOf(units_[i])) missing.erase(id);
  };
  cover(selection.best);
  while (selection.units.size() < kMaxSentences) {
    uint64_t most_new = 0;
    size_t next = 0;
    for (size_t i = first; i < end; ++i) {
      uint64_t added = 0;
      for (const uint32_t id : ContentOf(units_[i])) {
        if (missing.count(id) > 0) added += weight(id);
      }
      if (added > most_new) {
        most_new = added;
        next = i;
      }
    }
    if (most_new == 0 || most_new * kLeastNewShare < total) break;
    selection.units.push_back(next);
    cover(next);
  }
  std::sort(selection.units.begin(), selection.units.end());
  return selection;
}

std::vector<TextRange> EvidenceFinder::FindOtherPlaces(const Selection& evidence,
                                                       const Pair& pair) const {
  const Unit& best = units_[evidence.best];
  const bool phrase = FindPhrase(best, pair.phrase) >= 0;
  const uint64_t answer = Overlap(best, pair.answer);
  const uint64_t question = Overlap(best, pair.question);
  const uint64_t near = OverlapNear(evidence.best, pair.question);
  std::vector<TextRange> places;
  for (size_t i = 0; i < units_.size(); ++i) {
    if (std::binary_search(evidence.units.begin(), evidence.units.end(), i)) continue;
    const uint64_t same = Overlap(units_[i], pair.answer);
    if (same == 0) continue;
    bool holds = same >= answer && same + Overlap(units_[i], pair.question) >= answer + question;
    if (!holds && phrase && FindPhrase(units_[i], pair.phrase) >= 0) {
      const uint64_t there = OverlapNear(i, pair.question);
      holds = there > 0 && 2 * there >= near;
    }
    if (holds) places.push_back(units_[i].range);
  }
  return places;
}

// Another sentence conflicts with the answer if all of this holds:
// - evidence and sentence have full stops: lists and tables say nothing about one another;
// - the answer is short, is in the evidence word for word, and has a number or a name;
// - the evidence has at least 3 of the question's words and at least half of their weight;
// - the sentence is outside the chunk and has all of these words;
// - the number or name is neither in it nor in the sentences beside it;
// - it has another number or name, which neither the evidence nor the question has, in the place
//   of the answer (SamePlace).
void EvidenceFinder::FindConflict(TextRange chunk, const Selection& selection, const Pair& pair,
                                  Evidence* evidence) const {
  const Unit& best = units_[selection.best];
  const int64_t at = FindPhrase(best, pair.phrase);
  if (at < 0 || !best.complete) return;
  std::set<uint32_t> shared;
  for (const uint32_t id : ContentOf(best)) {
    if (pair.question.count(id) > 0) shared.insert(id);
  }
  uint64_t all = 0;
  for (const uint32_t id : pair.question) all += Weigh(units_with_[id], units_.size());
  if (shared.size() < kLeastSharedWords || 2 * Overlap(best, shared) < all) return;
  const std::vector<Word> words = SplitWords(TextOf(best));
  const std::optional<Value> own = OwnValue(words, at, at + pair.phrase.size());
  if (!own.has_value()) return;
  const bool number = words[own->begin].number;
  std::set<uint32_t> value_words;
  for (size_t i = own->begin; i < own->end; ++i) {
    const std::set<uint32_t> ids = IdsOf(ContentWords(words[i].text, language_));
    value_words.insert(ids.begin(), ids.end());
  }
  for (size_t i = 0; i < units_.size(); ++i) {
    const Unit& unit = units_[i];
    if (!unit.complete || (unit.range.end > chunk.begin && unit.range.begin < chunk.end)) continue;
    const absl::Span<const uint32_t> content = ContentOf(unit);
    if (!std::includes(content.begin(), content.end(), shared.begin(), shared.end()) ||
        OverlapNear(i, value_words) > 0) {
      continue;
    }
    const std::vector<Word> others = SplitWords(TextOf(unit));
    for (const Value& value : ValuesOf(others, number, language_)) {
      const absl::string_view first = others[value.begin].text;
      const absl::string_view last = others[value.end - 1].text;
      const absl::string_view said(first.data(), last.data() + last.size() - first.data());
      const std::set<uint32_t> ids = IdsOf(ContentWords(said, language_));
      const bool is_new = std::none_of(ids.begin(), ids.end(), [&](uint32_t id) {
        return pair.question.count(id) > 0 ||
               std::binary_search(ContentOf(best).begin(), ContentOf(best).end(), id);
      });
      if (ids.empty() || !is_new || !SamePlace(words, *own, others, value, language_)) continue;
      evidence->conflict = absl::StrCat("bytes [", unit.range.begin, ", ", unit.range.end, ") say ",
                                        Snippet(said, 60), " in the place of the answer");
      evidence->conflict_place = unit.range;
      return;
    }
  }
}

// A question that finds its chunk shares more words, by weight, with one of the chunk's sentences and
// its neighbours than with any outside. A place outside that shares as much is harmless if it says
// the same: if it has 3 of 5 of the words that only the answer has.
std::string EvidenceFinder::FindRival(TextRange chunk, absl::string_view question,
                                      absl::string_view answer) const {
  const auto [first, end] = UnitsOf(chunk);
  const Pair pair = MakePair(question, answer);
  if (first == end || SelectEvidence(first, end, pair).units.empty()) return "";
  const std::set<uint32_t> asked = IdsOf(ContentWords(question, language_));
  std::set<uint32_t> said;
  std::set_difference(pair.answer.begin(), pair.answer.end(), asked.begin(), asked.end(),
                      std::inserter(said, said.end()));
  if (said.empty()) said = pair.answer;
  uint64_t own = 0;
  for (size_t i = first; i < end; ++i) own = std::max(own, OverlapNear(i, asked));
  // The one with most of the words, itself before its neighbours.
  std::pair<uint64_t, uint64_t> most;
  size_t rival = end;
  for (size_t i = 0; i < units_.size(); ++i) {
    if (i >= first && i < end) continue;
    const std::pair<uint64_t, uint64_t> there = {OverlapNear(i, asked), Overlap(units_[i], asked)};
    if (there.first < own || there <= most) continue;
    if (kSameParts * WordsNear(i, said).size() >= kSameLeast * said.size()) continue;
    most = there;
    rival = i;
  }
  if (most.first == 0) return "";
  const TextRange& range = units_[rival].range;
  return absl::StrCat("the question fits bytes [", range.begin, ", ", range.end,
                      ") as well: ", Snippet(TextOf(units_[rival]), 60));
}

std::string EvidenceFinder::FindUnplaced(TextRange chunk, absl::string_view question) const {
  for (const KnownThing& thing : KnownThings(question, language_)) {
    uint32_t least = std::numeric_limits<uint32_t>::max();
    for (const std::string& word : thing.words) least = std::min(least, UnitsOutside(chunk, word));
    if (least >= kManyUnits) {
      return absl::StrCat("\"", thing.text, "\" is in ", least, " sentences outside the chunk");
    }
  }
  return "";
}

uint32_t EvidenceFinder::UnitsOutside(TextRange chunk, const std::string& word) const {
  const auto found = ids_.find(HashOfWord(word));
  if (found == ids_.end()) return 0;
  const auto [first, end] = UnitsOf(chunk);
  uint32_t outside = units_with_[found->second];
  for (size_t i = first; i < end; ++i) {
    const absl::Span<const uint32_t> content = ContentOf(units_[i]);
    if (std::binary_search(content.begin(), content.end(), found->second)) --outside;
  }
  return outside;
}

Evidence EvidenceFinder::Find(TextRange chunk, absl::string_view question,
                              absl::string_view answer) const {
  const auto [first, end] = UnitsOf(chunk);
  Evidence evidence;
  if (first == end) return evidence;
  const Pair pair = MakePair(question, answer);
  const Selection selection = SelectEvidence(first, end, pair);
  if (selection.units.empty()) return evidence;
  for (const size_t unit : selection.units) evidence.sentences.push_back(units_[unit].range);
  evidence.other_places = FindOtherPlaces(selection, pair);
  FindConflict(chunk, selection, pair, &evidence);
  return evidence;
}

}  // namespace quipu::generator
