// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/one_place.h"

#include <algorithm>
#include <cstddef>
#include <memory>
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
#include "generator/text_words.h"

namespace quipu::generator {
namespace {

// A text without punctuation is one sentence; it is compared in pieces.
constexpr size_t kMaxSentenceBytes = 400;

// The words that must be in one place, as far as the chunk has them.
WordHashes WordsToFind(const PairView& pair) {
  WordHashes words = *ContentHashes(pair.question, pair.language);
  WordHashes names;
  for (const Name& name : Names(pair.question, pair.language)) {
    names.push_back(HashOfWord(name.stem));
  }
  const auto end = std::remove_if(words.begin(), words.end(), [&](uint64_t word) {
    return std::find(names.begin(), names.end(), word) != names.end();
  });
  words.erase(end, words.end());
  const std::shared_ptr<const WordHashes> answer = ContentHashes(pair.answer, pair.language);
  words.insert(words.end(), answer->begin(), answer->end());
  return Common(SortedHashes(std::move(words)), *ContentHashes(pair.chunk, pair.language));
}

// The content words of each sentence of a chunk, in order.
std::vector<WordHashes> ReadSentences(absl::string_view chunk, Language language) {
  std::vector<WordHashes> by_sentence;
  for (const Block& block : ReadOutline(chunk)) {
    for (const Sentence& sentence : SplitSentences(chunk, block)) {
      for (const Sentence& piece : CutSentence(chunk, sentence, kMaxSentenceBytes)) {
        const absl::string_view text = chunk.substr(piece.begin, piece.end - piece.begin);
        by_sentence.push_back(ContentHashesOf(text, language));
      }
    }
  }
  return by_sentence;
}

// Each thread remembers its last chunk, which has several pairs.
std::shared_ptr<const std::vector<WordHashes>> SentencesOf(const PairView& pair) {
  struct Chunk {
    std::string text;
    Language language;
    std::shared_ptr<const std::vector<WordHashes>> sentences;
  };
  thread_local Chunk last;
  if (last.sentences == nullptr || last.language != pair.language || last.text != pair.chunk) {
    last = {
        std::string(pair.chunk), pair.language,
        std::make_shared<const std::vector<WordHashes>>(ReadSentences(pair.chunk, pair.language))};
  }
  return last.sentences;
}

}  // namespace

double ShareInOnePlace(const PairView& pair) {
  const WordHashes wanted = WordsToFind(pair);
  if (wanted.empty()) return 1;
  size_t most = 0;
  WordHashes before;
  for (const WordHashes& sentence : *SentencesOf(pair)) {
    WordHashes found = Common(sentence, wanted);
    // The two sentences' words, each once.
    most = std::max(most, before.size() + found.size() - CountCommon(before, found));
    before = std::move(found);
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
