// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The filters that work on hashes of words, compared with plain ones on sets of strings, on random
// pairs.
#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/rng.h"
#include "generator/checks/filters.h"
#include "generator/checks/unfit_text.h"
#include "generator/text/outline.h"
#include "generator/text/sentences.h"
#include "generator/words/content_words.h"
#include "generator/words/word_sets.h"
#include "gtest/gtest.h"
#include "tests/support/random.h"

namespace quipu::generator {
namespace {

constexpr int kPairs = 1500;

const Language kLanguages[] = {Language::kEnglish, Language::kGerman, Language::kChinese,
                               Language::kUnknown};

std::string Sentence(Rng* rng) {
  const char* const words[] = {"the",
                               "mills",
                               "mill",
                               "river",
                               "was",
                               "were",
                               "sold",
                               "selling",
                               "in",
                               "of",
                               "and",
                               "Helen",
                               "Marsh",
                               "Ghent",
                               "1902",
                               "1,200",
                               "three",
                               "3",
                               "harbour",
                               "wall",
                               "die",
                               "alte",
                               "M\u00fchlen",
                               "\u6e2f\u53e3\u7684\u77f3\u5899",
                               "\u4e00\u516b\u4e5d\u4e00",
                               "don't",
                               "l\u2019eau",
                               "granite"};
  std::string text = rng->Below(3) == 0 ? "The" : "Helen";
  const uint64_t vocabulary = 4 + rng->Below(std::size(words) - 4);
  for (uint64_t n = rng->Below(14); n > 0; --n) {
    text += " ";
    text += words[rng->Below(vocabulary)];
  }
  const char* const ends[] = {". ", "! ", ".\n", ".\n\n", ", ", "\u3002", ".\u201d "};
  return text + ends[rng->Below(std::size(ends))];
}

std::string Text(Rng* rng, uint64_t sentences) {
  std::vector<std::string> all;
  for (uint64_t n = 1 + rng->Below(sentences); n > 0; --n) {
    const bool repeats = !all.empty() && rng->Below(6) == 0;
    all.push_back(repeats ? all[rng->Below(all.size())] : Sentence(rng));
    // One word more or less.
    if (repeats && rng->Below(2) == 0) all.back() = "Today " + all.back();
  }
  std::string text;
  for (const std::string& one : all) text += one;
  return text;
}

struct Pair {
  std::string question, answer, chunk;
  PairView view;
};

void Draw(Rng* rng, Pair* pair) {
  pair->question = "What is " + Text(rng, 1) + "?";
  pair->answer = Text(rng, 8);
  pair->chunk = Text(rng, 12) + (rng->Below(2) == 0 ? pair->answer : "");
  pair->view = {pair->question, pair->answer, pair->chunk, v1::ANSWER_FORM_SHORT,
                kLanguages[rng->Below(std::size(kLanguages))]};
}

Grounding PlainGrounding(const PairView& pair) {
  const std::set<std::string> chunk = ContentWords(pair.chunk, pair.language);
  const std::set<std::string> question = ContentWords(pair.question, pair.language);
  const std::set<std::string> answer = ContentWords(pair.answer, pair.language);
  Grounding grounding;
  size_t found = 0;
  for (const std::string& word : answer) found += chunk.count(word);
  if (!answer.empty()) {
    grounding.share = static_cast<double>(found) / static_cast<double>(answer.size());
  }
  for (const std::string& number : Numbers(pair.answer, /*spelled=*/false, pair.language)) {
    if (grounding.missing.empty() && chunk.count(number) == 0) grounding.missing = number;
  }
  for (const Name& name : Names(pair.answer, pair.language)) {
    if (grounding.missing.empty() && chunk.count(name.stem) + question.count(name.stem) == 0) {
      grounding.missing = name.spelling;
    }
  }
  return grounding;
}

// The first sentence of five words or more that says what an earlier one says.
bool PlainRepeats(absl::string_view text) {
  Block block;
  block.kind = BlockKind::kProse;
  block.end = text.size();
  block.sentences = true;
  std::vector<std::set<std::string>> earlier;
  for (const auto& sentence : SplitSentences(text, block)) {
    const std::vector<std::string> words =
        FoldedWords(text.substr(sentence.begin, sentence.end - sentence.begin));
    if (words.size() < 5) continue;
    const std::set<std::string> set(words.begin(), words.end());
    for (const std::set<std::string>& other : earlier) {
      if (Jaccard(set, other) >= 0.9) return true;
    }
    earlier.push_back(set);
  }
  return false;
}

TEST(FilterReferences, GroundingIsThatOfSetsOfWords) {
  Rng rng(testing::TestFingerprint(), "grounding");
  int missing = 0;
  for (int n = 0; n < kPairs; ++n) {
    Pair pair;
    Draw(&rng, &pair);

    const Grounding grounding = MeasureGrounding(pair.view);
    const Grounding plain = PlainGrounding(pair.view);

    ASSERT_EQ(grounding.share, plain.share) << pair.answer;
    ASSERT_EQ(grounding.missing, plain.missing) << pair.answer;
    missing += plain.missing.empty() ? 0 : 1;
  }
  EXPECT_GT(missing, kPairs / 20);
  EXPECT_LT(missing, kPairs * 19 / 20);
}

TEST(FilterReferences, RepeatedSentencesAreThoseOfSetsOfWords) {
  Rng rng(testing::TestFingerprint(), "repeated");
  int repeated = 0;
  for (int n = 0; n < kPairs; ++n) {
    Pair pair;
    Draw(&rng, &pair);
    pair.view.question = "What is it?";

    const bool found = FindUnfitText(pair.view).find("repeated sentence") != std::string::npos;

    ASSERT_EQ(found, PlainRepeats(pair.answer)) << pair.answer;
    repeated += found ? 1 : 0;
  }
  EXPECT_GT(repeated, kPairs / 20);
  EXPECT_LT(repeated, kPairs * 19 / 20);
}

}  // namespace
}  // namespace quipu::generator
