// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/one_place.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "generator/content_words.h"
#include "generator/judge.h"
#include "generator/outline.h"
#include "generator/reject.h"
#include "generator/sentences.h"

namespace quipu::generator {
namespace {

// A text without punctuation is one sentence; it is compared in pieces.
constexpr size_t kMaxSentenceBytes = 400;

// The words that must be in one place, as far as the chunk has them.
std::set<std::string> WordsToFind(const PairView& pair) {
  std::set<std::string> words = ContentWords(pair.question, pair.language);
  for (const Name& name : Names(pair.question, pair.language)) words.erase(name.stem);
  words.merge(ContentWords(pair.answer, pair.language));
  const std::set<std::string> chunk = ContentWords(pair.chunk, pair.language);
  std::set<std::string> found;
  std::set_intersection(words.begin(), words.end(), chunk.begin(), chunk.end(),
                        std::inserter(found, found.end()));
  return found;
}

// Those of the words that each sentence of the chunk has, in order.
std::vector<std::set<std::string>> WordsBySentence(const PairView& pair,
                                                   const std::set<std::string>& wanted) {
  std::vector<std::set<std::string>> by_sentence;
  for (const Block& block : ReadOutline(pair.chunk)) {
    for (const Sentence& sentence : SplitSentences(pair.chunk, block)) {
      for (const Sentence& piece : CutSentence(pair.chunk, sentence, kMaxSentenceBytes)) {
        const absl::string_view text = pair.chunk.substr(piece.begin, piece.end - piece.begin);
        std::set<std::string>& words = by_sentence.emplace_back();
        for (const std::string& word : ContentWords(text, pair.language)) {
          if (wanted.count(word) > 0) words.insert(word);
        }
      }
    }
  }
  return by_sentence;
}

}  // namespace

double ShareInOnePlace(const PairView& pair) {
  const std::set<std::string> wanted = WordsToFind(pair);
  if (wanted.empty()) return 1;
  size_t most = 0;
  std::set<std::string> before;
  for (std::set<std::string>& words : WordsBySentence(pair, wanted)) {
    before.insert(words.begin(), words.end());
    most = std::max(most, before.size());
    before = std::move(words);
  }
  return static_cast<double>(most) / static_cast<double>(wanted.size());
}

std::optional<v1::Reject> RejectScattered(const PairView& pair, const v1::VerificationSpec& spec) {
  if (!IsStrict(spec) || !pair.one_chunk || pair.language == Language::kUnknown) {
    return std::nullopt;
  }
  const double share = ShareInOnePlace(pair);
  if (share >= 1) return std::nullopt;
  return MakeReject(
      v1::REJECT_REASON_NOT_GROUNDED,
      absl::StrFormat("share of words in two neighbouring sentences %.3f, least 1", share));
}

}  // namespace quipu::generator
