// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/pairs/targets.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "base/rng.h"
#include "base/utf8.h"
#include "generator/text/outline.h"
#include "generator/text/sentences.h"
#include "generator/words/content_words.h"
#include "generator/words/words.h"

namespace quipu::generator {
namespace {

// A longer sentence is cut down to its beginning: a pair cannot be about all of it, and it would
// cost as much as the rest of the prompt.
constexpr size_t kMaxTargetBytes = 400;
// Fewer content words are rarely a fact that can be asked about.
constexpr size_t kLeastContentWords = 4;
// Stretches of a text without sentences.
constexpr size_t kWindowBytes = 160;

// Words at the beginning of an English sentence that refer to the one before.
constexpr std::array<absl::string_view, 26> kPointsBack = {
    "this",    "that",      "these",    "those",   "it",       "its",   "he",   "she", "they",
    "his",     "her",       "their",    "such",    "thus",     "hence", "then", "so",  "therefore",
    "however", "otherwise", "likewise", "instead", "moreover", "but",   "and",  "or"};

bool PointsBack(absl::string_view sentence) {
  const std::vector<std::string> words = FoldedWords(
      sentence.substr(0, FloorToCodePoint(sentence, std::min<size_t>(sentence.size(), 40))));
  return !words.empty() &&
         std::find(kPointsBack.begin(), kPointsBack.end(), words[0]) != kPointsBack.end();
}

bool Asks(absl::string_view sentence) {
  return absl::EndsWith(sentence, "?") || absl::EndsWith(sentence, "？");
}

// How much there is to ask about; 0 for nothing.
double Weigh(absl::string_view sentence, Language language) {
  const std::set<std::string> content = ContentWords(sentence, language);
  if (content.size() < kLeastContentWords || Asks(sentence)) return 0;
  const double facts = static_cast<double>(Numbers(sentence, /*spelled=*/false, language).size() +
                                           Names(sentence, language).size());
  const double weight =
      static_cast<double>(std::min<size_t>(content.size(), 16)) / 4 + 2 * std::min(facts, 3.0);
  return language == Language::kEnglish && PointsBack(sentence) ? weight / 8 : weight;
}

// Cuts at a space, if there is one.
Target Cut(absl::string_view chunk, Target target) {
  if (target.end - target.begin <= kMaxTargetBytes) return target;
  size_t end = FloorToCodePoint(chunk, target.begin + kMaxTargetBytes);
  const size_t space = chunk.rfind(' ', end);
  if (space != absl::string_view::npos && space > target.begin + kMaxTargetBytes / 2) end = space;
  return {target.begin, end};
}

void AddSentences(absl::string_view chunk, bool complete_only, Language language,
                  std::vector<WeightedTarget>* candidates) {
  for (const Block& block : ReadOutline(chunk)) {
    if (complete_only && !block.sentences) continue;
    for (const Sentence& sentence : SplitSentences(chunk, block)) {
      if (complete_only && !sentence.complete) continue;
      const absl::string_view text = chunk.substr(sentence.begin, sentence.end - sentence.begin);
      const double weight = Weigh(text, language);
      if (weight > 0) candidates->push_back({Cut(chunk, {sentence.begin, sentence.end}), weight});
    }
  }
}

// Equal stretches, cut at spaces where there are any.
void AddWindows(absl::string_view chunk, std::vector<WeightedTarget>* candidates) {
  for (size_t begin = 0; begin < chunk.size();) {
    size_t end = FloorToCodePoint(chunk, std::min(chunk.size(), begin + kWindowBytes));
    if (end < chunk.size()) {
      const size_t space = chunk.find_first_of(" \n", end);
      if (space != absl::string_view::npos && space < end + kWindowBytes / 2) end = space;
    }
    const absl::string_view window = absl::StripAsciiWhitespace(chunk.substr(begin, end - begin));
    if (HasLetterOrDigit(window)) {
      const size_t at = static_cast<size_t>(window.data() - chunk.data());
      candidates->push_back({{at, at + window.size()}, 1});
    }
    begin = end;
  }
}

// The index of the candidate that is drawn, by weight.
size_t Draw(const std::vector<WeightedTarget>& candidates, Rng* rng) {
  double sum = 0;
  for (const WeightedTarget& candidate : candidates) sum += candidate.weight;
  double left = rng->Uniform() * sum;
  for (size_t i = 0; i + 1 < candidates.size(); ++i) {
    left -= candidates[i].weight;
    if (left < 0) return i;
  }
  return candidates.size() - 1;
}

}  // namespace

std::vector<WeightedTarget> ListTargets(absl::string_view chunk, Language language) {
  std::vector<WeightedTarget> all;
  AddSentences(chunk, /*complete_only=*/true, language, &all);
  if (all.empty()) AddSentences(chunk, /*complete_only=*/false, language, &all);
  if (all.empty()) AddWindows(chunk, &all);
  return all;
}

std::vector<Target> ChooseTargets(absl::string_view chunk, size_t count, Language language,
                                  const Fingerprint& key) {
  const std::vector<WeightedTarget> all = ListTargets(chunk, language);
  std::vector<Target> targets;
  if (all.empty()) return targets;
  Rng rng(key, "targets");
  std::vector<WeightedTarget> left;
  while (targets.size() < count) {
    if (left.empty()) left = all;
    const size_t drawn = Draw(left, &rng);
    targets.push_back(left[drawn].target);
    left.erase(left.begin() + static_cast<std::ptrdiff_t>(drawn));
  }
  return targets;
}

}  // namespace quipu::generator
