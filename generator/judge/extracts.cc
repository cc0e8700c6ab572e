// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/judge/extracts.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "generator/text/one_line.h"
#include "generator/text/outline.h"
#include "generator/text/sentences.h"
#include "generator/words/english_content.h"
#include "generator/words/name_runs.h"
#include "generator/words/words.h"

namespace quipu::generator {
namespace {

constexpr size_t kMinWords = 8;
constexpr size_t kMaxWords = 45;
// An answer may have this many words more than twice the extract's.
constexpr size_t kMoreWords = 8;

// First words that refer to an earlier sentence.
constexpr absl::string_view kReferring[] = {
    "it",   "he",  "she", "they", "this", "that", "these", "those", "its", "his",  "her",  "their",
    "such", "but", "and", "so",   "then", "thus", "also",  "we",    "i",   "here", "there"};

bool IsReferring(absl::string_view folded) {
  return std::find(std::begin(kReferring), std::end(kReferring), folded) != std::end(kReferring);
}

std::vector<std::string> UsableSentences(absl::string_view chunk) {
  std::vector<std::string> sentences;
  for (const Block& block : ReadOutline(chunk)) {
    if (!block.sentences) continue;
    for (const Sentence& sentence : SplitSentences(chunk, block)) {
      if (!sentence.complete) continue;
      std::string text = OnOneLine(chunk.substr(sentence.begin, sentence.end - sentence.begin));
      // A reply's tags are not part of an answer.
      if (text.find_first_of("<>?") != std::string::npos) continue;
      const std::vector<Word> words = SplitWords(text);
      if (words.size() < kMinWords || words.size() > kMaxWords) continue;
      if (!IsReferring(words[0].folded)) sentences.push_back(std::move(text));
    }
  }
  return sentences;
}

// A number with the word that follows it on the same line: "1,250 sacks".
std::string NumberOf(absl::string_view sentence, const Word& number, const Word* next) {
  const size_t begin = static_cast<size_t>(number.text.data() - sentence.data());
  size_t end = begin + number.text.size();
  if (next != nullptr && !next->number && !absl::ascii_isupper(next->text[0])) {
    const size_t next_begin = static_cast<size_t>(next->text.data() - sentence.data());
    const bool year = number.text.size() == 4 && !absl::StrContains(number.text, ',');
    if (!year && sentence.substr(end, next_begin - end) == " ")
      end = next_begin + next->text.size();
  }
  return std::string(sentence.substr(begin, end - begin));
}

// A name or a figure inside the sentence that occurs there once.
std::optional<std::string> ShortAnswer(absl::string_view sentence, Rng* rng) {
  std::vector<std::string> answers;
  for (const NameRun& run : NameRuns(sentence)) {
    if (!run.starts_sentence) answers.emplace_back(run.text);
  }
  const std::vector<Word> words = SplitWords(sentence);
  for (size_t i = 0; i < words.size(); ++i) {
    if (!words[i].number) continue;
    answers.push_back(NumberOf(sentence, words[i], i + 1 < words.size() ? &words[i + 1] : nullptr));
  }
  std::vector<std::string> once;
  for (std::string& answer : answers) {
    const size_t first = sentence.find(answer);
    if (sentence.find(answer, first + 1) == absl::string_view::npos) {
      once.push_back(std::move(answer));
    }
  }
  if (once.empty()) return std::nullopt;
  return once[rng->Below(once.size())];
}

}  // namespace

std::vector<Extract> PickExtracts(absl::string_view chunk, int each, Rng* rng) {
  std::vector<std::string> sentences = UsableSentences(chunk);
  for (size_t i = sentences.size(); i > 1; --i)
    std::swap(sentences[i - 1], sentences[rng->Below(i)]);
  std::vector<Extract> extracts;
  int brief = 0;
  int full = 0;
  for (std::string& sentence : sentences) {
    std::optional<std::string> answer;
    // Not every sentence has a short answer, so those come first.
    if (brief < each) answer = ShortAnswer(sentence, rng);
    if (answer.has_value()) {
      extracts.push_back({std::move(sentence), *std::move(answer), v1::ANSWER_FORM_SHORT});
      ++brief;
    } else if (full < each) {
      extracts.push_back({sentence, sentence, v1::ANSWER_FORM_LONG});
      ++full;
    }
  }
  return extracts;
}

bool SaysExtract(absl::string_view answer, const Extract& extract) {
  const std::set<std::string> said = EnglishContent(answer);
  const std::set<std::string> wanted = EnglishContent(extract.answer);
  if (said.empty() || wanted.empty() || said.size() > 2 * wanted.size() + kMoreWords) return false;
  size_t common = 0;
  for (const std::string& word : wanted) common += said.count(word);
  const bool whole = extract.form == v1::ANSWER_FORM_SHORT;
  if (whole ? common < wanted.size() : 10 * common < 7 * wanted.size()) return false;
  const std::set<std::string> sentence = EnglishContent(extract.sentence);
  for (const Word& word : SplitWords(answer)) {
    if (word.number && sentence.count(word.folded) == 0) return false;
  }
  return true;
}

}  // namespace quipu::generator
