// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/document_cut.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/rng.h"
#include "gtest/gtest.h"
#include "tests/support/random.h"

namespace quipu::generator {
namespace {

using ::quipu::testing::TestFingerprint;

// A text of words of 4 letters and a space, a token each; a line end after
// every tenth, an empty line after every hundredth.
struct Text {
  std::string text;
  std::vector<uint32_t> begins;
};

Text MakeText(int words) {
  Text made;
  for (int i = 0; i < words; ++i) {
    made.begins.push_back(static_cast<uint32_t>(made.text.size()));
    made.text += "word";
    made.text += i % 100 == 99 ? "\n\n" : i % 10 == 9 ? "\n" : " ";
  }
  return made;
}

Fingerprint Id(uint64_t n) { return FingerprintBuilder("id").Add(n).Build(); }

uint32_t TokensIn(const Text& text, TextRange range) {
  return static_cast<uint32_t>(
      std::lower_bound(text.begins.begin(), text.begins.end(), range.end) -
      std::lower_bound(text.begins.begin(), text.begins.end(), range.begin));
}

TEST(DocumentCutter, KeepsTheWholeDocumentIfItFits) {
  const Text text = MakeText(50);
  const DocumentCutter cutter(text.text, text.begins, 20, 60);
  const TextRange kept = cutter.Cut(50, Id(1));
  EXPECT_EQ(kept.begin, 0u);
  EXPECT_EQ(kept.end, text.text.size());
}

TEST(DocumentCutter, AlwaysKeepsTheChunkAndTheBudget) {
  Rng rng(TestFingerprint(), "cut");
  const Text text = MakeText(3000);
  for (int round = 0; round < 3000; ++round) {
    const size_t first = rng.Below(2900);
    const size_t last = first + 1 + rng.Below(99);
    const size_t begin = text.begins[first];
    const size_t end = text.begins[last] - 1;
    const DocumentCutter cutter(text.text, text.begins, begin, end);
    const uint32_t budget =
        cutter.chunk_tokens() + static_cast<uint32_t>(rng.Below(2 * rng.Below(1500) + 1));
    const TextRange kept = cutter.Cut(budget, Id(rng.Next()));
    ASSERT_LE(kept.begin, begin);
    ASSERT_GE(kept.end, end);
    ASSERT_LE(kept.end, text.text.size());
    ASSERT_LE(TokensIn(text, kept), budget);
    // Not much is given away for a good boundary.
    if (budget < 3000) {
      ASSERT_GE(TokensIn(text, kept) + 2 + budget / 15, budget);
    }
  }
}

TEST(DocumentCutter, CutsAtLineOrParagraphEndsWhereOneIsNear) {
  const Text text = MakeText(5000);
  for (uint64_t n = 0; n < 50; ++n) {
    const DocumentCutter cutter(text.text, text.begins, text.begins[2500], text.begins[2600]);
    const TextRange kept = cutter.Cut(2000, Id(n));
    if (kept.begin > 0 && kept.begin < text.begins[2500]) {
      EXPECT_EQ(text.text[kept.begin - 1], '\n');
    }
    if (kept.end < text.text.size() && kept.end > text.begins[2600]) {
      EXPECT_EQ(text.text[kept.end], '\n');
    }
  }
}

TEST(DocumentCutter, NeverCutsInsideACharacter) {
  std::string text;
  std::vector<uint32_t> begins;
  for (int i = 0; i < 3000; ++i) {  // A token for each byte of "結".
    begins.push_back(static_cast<uint32_t>(i));
    if (i % 3 == 0) text += "\u7d50";
  }
  for (uint64_t n = 0; n < 200; ++n) {
    const DocumentCutter cutter(text, begins, 1500, 1530);
    const TextRange kept = cutter.Cut(static_cast<uint32_t>(100 + n), Id(n));
    ASSERT_EQ(kept.begin % 3, 0u);
    ASSERT_EQ(kept.end % 3, 0u);
    ASSERT_LE(kept.end - kept.begin, 100 + n);
  }
}

TEST(DocumentCutter, SpreadsDepthUniformly) {
  // Chunks anywhere in documents of 1.5 and 4 times the context.
  for (const int words : {1500, 4000}) {
    const Text text = MakeText(words);
    std::array<int, 10> bins = {};
    Rng rng(FingerprintOf("depth"), "chunks");
    const int rounds = 20000;
    for (int round = 0; round < rounds; ++round) {
      const size_t first = rng.Below(words - 20);
      const DocumentCutter cutter(text.text, text.begins, text.begins[first],
                                  text.begins[first + 20] - 1);
      const TextRange kept = cutter.Cut(1000, Id(rng.Next()));
      const double depth = static_cast<double>(text.begins[first] - kept.begin) /
                           static_cast<double>(kept.end - kept.begin - 100);
      ++bins[std::min(9, static_cast<int>(depth * 10))];
    }
    for (const int count : bins) EXPECT_NEAR(count, rounds / 10, rounds / 50) << words;
  }
}

TEST(DocumentCutter, IsTheSameForTheSameTask) {
  const Text text = MakeText(3000);
  const DocumentCutter cutter(text.text, text.begins, 5000, 5500);
  const TextRange a = cutter.Cut(1000, Id(1));
  EXPECT_EQ(cutter.Cut(1000, Id(1)).begin, a.begin);
  bool differs = false;
  for (uint64_t n = 2; n < 6; ++n) differs |= cutter.Cut(1000, Id(n)).begin != a.begin;
  EXPECT_TRUE(differs);
}

}  // namespace
}  // namespace quipu::generator
