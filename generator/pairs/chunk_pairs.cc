// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/pairs/chunk_pairs.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "generator/pairs/targets.h"
#include "generator/words/content_words.h"
#include "generator/words/word_sets.h"

namespace quipu::generator {
namespace {

// A chunk is compared with this many of those after it: enough to find something in common, and
// the work grows with the chunks, not with their square.
constexpr size_t kMostAhead = 16;
// What a name or number counts, compared with another content word.
constexpr double kNameWeight = 4;
// Sentences that share this much say the same: neither is needed beside the other.
constexpr double kMostAlike = 0.6;
// Sentences of a chunk that are tried: the square of this is the work for a pair.
constexpr size_t kMostSentences = 32;

struct SentenceWords {
  TextRange range;  // Bytes of the document.
  std::set<std::string> words;
};

struct ChunkWords {
  std::vector<SentenceWords> sentences;
  std::set<std::string> words;
};

// How much a word says when two sentences share it.
class Weights {
 public:
  Weights(const std::vector<ChunkWords>& chunks, std::set<std::string> names)
      : names_(std::move(names)) {
    for (const ChunkWords& chunk : chunks) {
      for (const SentenceWords& sentence : chunk.sentences) {
        for (const std::string& word : sentence.words) ++sentences_[word];
      }
    }
  }

  double Of(const std::string& word) const {
    const auto found = sentences_.find(word);
    const double sentences = found == sentences_.end() ? 1 : found->second;
    return (names_.count(word) > 0 ? kNameWeight : 1) / sentences;
  }

  double OfShared(const std::set<std::string>& a, const std::set<std::string>& b) const {
    double sum = 0;
    for (const std::string& word : a) {
      if (b.count(word) > 0) sum += Of(word);
    }
    return sum;
  }

 private:
  const std::set<std::string> names_;
  std::map<std::string, int> sentences_;  // How many of the document's have the word.
};

ChunkWords WordsOf(absl::string_view text, TextRange chunk, Language language) {
  ChunkWords found;
  const absl::string_view chunk_text = text.substr(chunk.begin, chunk.end - chunk.begin);
  std::vector<WeightedTarget> targets = ListTargets(chunk_text, language);
  // The first of those with the most to ask about.
  std::stable_sort(
      targets.begin(), targets.end(),
      [](const WeightedTarget& a, const WeightedTarget& b) { return a.weight > b.weight; });
  if (targets.size() > kMostSentences) targets.resize(kMostSentences);
  for (const WeightedTarget& weighted : targets) {
    const Target& target = weighted.target;
    SentenceWords& sentence = found.sentences.emplace_back();
    sentence.range = {chunk.begin + target.begin, chunk.begin + target.end};
    sentence.words =
        ContentWords(chunk_text.substr(target.begin, target.end - target.begin), language);
    found.words.insert(sentence.words.begin(), sentence.words.end());
  }
  return found;
}

// Stems of names, and numbers.
std::set<std::string> NamesOf(absl::string_view text, absl::Span<const TextRange> chunks,
                              Language language) {
  std::set<std::string> names;
  for (const TextRange& chunk : chunks) {
    const absl::string_view part = text.substr(chunk.begin, chunk.end - chunk.begin);
    for (Name& name : Names(part, language)) names.insert(std::move(name.stem));
    for (std::string& number : Numbers(part, /*spelled=*/false, language)) {
      names.insert(std::move(number));
    }
  }
  return names;
}

// The best pairs of sentences, each sentence once.
std::vector<SentencePair> MatchSentences(const ChunkWords& a, const ChunkWords& b,
                                         const Weights& weights, size_t most) {
  std::vector<std::tuple<double, size_t, size_t>> matches;
  for (size_t i = 0; i < a.sentences.size(); ++i) {
    for (size_t j = 0; j < b.sentences.size(); ++j) {
      const double shared = weights.OfShared(a.sentences[i].words, b.sentences[j].words);
      if (shared <= 0) continue;
      if (Containment(a.sentences[i].words, b.sentences[j].words) > kMostAlike) continue;
      matches.push_back({-shared, i, j});
    }
  }
  std::sort(matches.begin(), matches.end());
  std::vector<SentencePair> pairs;
  std::set<size_t> used_a;
  std::set<size_t> used_b;
  for (const auto& [shared, i, j] : matches) {
    if (pairs.size() == most) break;
    if (used_a.count(i) > 0 || used_b.count(j) > 0) continue;
    used_a.insert(i);
    used_b.insert(j);
    pairs.push_back({a.sentences[i].range, b.sentences[j].range});
  }
  return pairs;
}

// All pairs of chunks that share a word and are near enough, the best first.
std::vector<std::pair<size_t, size_t>> RankPairs(absl::Span<const TextRange> chunks,
                                                 const std::vector<ChunkWords>& words,
                                                 const Weights& weights, size_t max_bytes) {
  std::vector<std::tuple<double, size_t, size_t>> ranked;
  for (size_t i = 0; i < chunks.size(); ++i) {
    const size_t end = std::min(chunks.size(), i + 1 + kMostAhead);
    for (size_t j = i + 1; j < end; ++j) {
      if (max_bytes > 0 && chunks[j].end - chunks[i].begin > max_bytes) break;
      const double shared = weights.OfShared(words[i].words, words[j].words);
      if (shared > 0) ranked.push_back({-shared, i, j});
    }
  }
  std::sort(ranked.begin(), ranked.end());
  std::vector<std::pair<size_t, size_t>> pairs;
  for (const auto& [shared, i, j] : ranked) pairs.push_back({i, j});
  return pairs;
}

}  // namespace

std::vector<ChunkPair> ChooseChunkPairs(absl::string_view text, absl::Span<const TextRange> chunks,
                                        Language language, const PairLimits& limits) {
  std::vector<ChunkPair> chosen;
  if (limits.tasks == 0 || chunks.size() < 2) return chosen;
  std::vector<ChunkWords> words;
  for (const TextRange& chunk : chunks) words.push_back(WordsOf(text, chunk, language));
  const Weights weights(words, NamesOf(text, chunks, language));
  std::vector<std::pair<size_t, size_t>> left = RankPairs(chunks, words, weights, limits.max_bytes);
  size_t tasks = 0;
  std::set<size_t> used;
  while (tasks < limits.tasks && !left.empty()) {
    auto next = std::find_if(left.begin(), left.end(), [&](const std::pair<size_t, size_t>& pair) {
      return used.count(pair.first) == 0 && used.count(pair.second) == 0;
    });
    if (next == left.end()) {
      // Every other pair has a chunk that is in one already: those may be in another.
      next = left.begin();
      used.clear();
    }
    ChunkPair pair;
    std::tie(pair.first, pair.second) = *next;
    left.erase(next);
    pair.targets = MatchSentences(words[pair.first], words[pair.second], weights,
                                  std::min(limits.per_pair, limits.tasks - tasks));
    if (pair.targets.empty()) continue;
    used.insert({pair.first, pair.second});
    tasks += pair.targets.size();
    chosen.push_back(std::move(pair));
  }
  std::sort(chosen.begin(), chosen.end(), [](const ChunkPair& a, const ChunkPair& b) {
    return std::tie(a.first, a.second) < std::tie(b.first, b.second);
  });
  return chosen;
}

}  // namespace quipu::generator
