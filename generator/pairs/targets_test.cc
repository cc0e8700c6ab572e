// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/pairs/targets.h"

#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace quipu::generator {
namespace {

constexpr char kChunk[] =
    "Miguel Ortega founded the Lima Weaving School in 1911 with two looms. It closed later. "
    "This is why nobody in the valley remembers the old patterns of the coast. "
    "Who would have taught them after the flood of 1925 in the lower valley? "
    "The municipal council of Arequipa bought both looms for 340 soles and kept them in a barn. "
    "Wool from the highlands was spun by hand until the railway brought cotton from the coast.";

std::set<std::string> Texts(absl::string_view chunk, const std::vector<Target>& targets) {
  std::set<std::string> texts;
  for (const Target& target : targets) {
    texts.insert(std::string(chunk.substr(target.begin, target.end - target.begin)));
  }
  return texts;
}

TEST(ChooseTargets, TakesEachSentenceOnceBeforeAnyTwice) {
  for (int seed = 0; seed < 50; ++seed) {
    const std::vector<Target> targets =
        ChooseTargets(kChunk, 4, Language::kEnglish, FingerprintOf(absl::StrCat("seed ", seed)));
    ASSERT_EQ(targets.size(), 4u);
    EXPECT_EQ(Texts(kChunk, targets).size(), 4u);
    EXPECT_EQ(ChooseTargets(kChunk, 9, Language::kEnglish, FingerprintOf("again")).size(), 9u);
  }
}

TEST(ChooseTargets, LeavesOutQuestionsAndShortSentences) {
  for (int seed = 0; seed < 50; ++seed) {
    const std::vector<Target> targets =
        ChooseTargets(kChunk, 4, Language::kEnglish, FingerprintOf(absl::StrCat("seed ", seed)));
    for (const std::string& text : Texts(kChunk, targets)) {
      EXPECT_NE(text.back(), '?') << text;
      EXPECT_NE(text, "It closed later.");
    }
  }
}

TEST(ChooseTargets, PrefersFactsToSentencesThatPointBack) {
  int facts = 0;
  int pointing = 0;
  for (int seed = 0; seed < 400; ++seed) {
    const std::vector<Target> one =
        ChooseTargets(kChunk, 1, Language::kEnglish, FingerprintOf(absl::StrCat("seed ", seed)));
    const std::string text = *Texts(kChunk, one).begin();
    facts += text.rfind("Miguel", 0) == 0 || text.rfind("The municipal", 0) == 0;
    pointing += text.rfind("This is", 0) == 0;
  }
  // By their weights 9.5 + 10 of 23, and 0.2 of 23.
  EXPECT_GT(facts, 280);
  EXPECT_LT(pointing, 30);
}

TEST(ChooseTargets, DependsOnlyOnTextAndKey) {
  const Fingerprint key = FingerprintOf("key");
  const std::vector<Target> first = ChooseTargets(kChunk, 4, Language::kEnglish, key);
  const std::vector<Target> second = ChooseTargets(kChunk, 4, Language::kEnglish, key);
  for (size_t i = 0; i < first.size(); ++i) EXPECT_EQ(first[i].begin, second[i].begin);
}

TEST(ChooseTargets, CutsALongSentenceAtASpace) {
  std::string chunk = "The inventory of 1911 lists";
  for (int i = 0; i < 200; ++i) absl::StrAppend(&chunk, " loom", i);
  chunk += ".";
  const std::vector<Target> targets =
      ChooseTargets(chunk, 1, Language::kEnglish, FingerprintOf("key"));
  ASSERT_EQ(targets.size(), 1u);
  EXPECT_LE(targets[0].end - targets[0].begin, 400u);
  EXPECT_EQ(chunk[targets[0].end], ' ');
}

TEST(ChooseTargets, TakesStretchesOfATextWithoutSentences) {
  std::string chunk;
  for (int i = 0; i < 120; ++i) absl::StrAppend(&chunk, i == 0 ? "" : " ", "um so yeah");
  const std::vector<Target> targets =
      ChooseTargets(chunk, 3, Language::kEnglish, FingerprintOf("key"));
  ASSERT_EQ(targets.size(), 3u);
  for (const Target& target : targets) {
    EXPECT_GT(target.end, target.begin);
    EXPECT_LE(target.end - target.begin, 400u);
  }
  EXPECT_TRUE(ChooseTargets(" \n ", 3, Language::kEnglish, FingerprintOf("key")).empty());
}

}  // namespace
}  // namespace quipu::generator
