// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/chunks/document_cut.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/rng.h"
#include "base/utf8.h"
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

// Rare characters are several tokens each, so tokens begin inside of them.
TEST(DocumentCutter, NeverCutsACharacter) {
  Rng rng(TestFingerprint(), "characters");
  Text made;
  std::vector<size_t> characters;
  for (int i = 0; i < 600; ++i) {
    const auto at = static_cast<uint32_t>(made.text.size());
    characters.push_back(at);
    made.begins.push_back(at);
    if (rng.Below(3) == 0) made.begins.push_back(at + 1 + static_cast<uint32_t>(rng.Below(2)));
    made.text += "船";
  }
  for (int round = 0; round < 5000; ++round) {
    const size_t chunk = characters[rng.Below(characters.size())];
    const DocumentCutter cutter(made.text, made.begins, chunk, chunk);
    const auto budget = static_cast<uint32_t>(cutter.chunk_tokens() + 1 + rng.Below(400));
    const TextRange kept = cutter.Cut(budget, Id(rng.Next()));
    ASSERT_EQ(FloorToCodePoint(made.text, kept.begin), kept.begin);
    ASSERT_EQ(FloorToCodePoint(made.text, kept.end), kept.end);
    ASSERT_LE(kept.begin, chunk);
    ASSERT_GE(kept.end, chunk);
    ASSERT_LE(TokensIn(made, kept), budget);
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

// Chinese and Hindi have no ". ".
TEST(DocumentCutter, CutsAtSentencesWithoutASpaceBehindThem) {
  for (const absl::string_view end : {"\u3002", "\u3002\u300d", "\u0964"}) {
    Text text;
    for (int i = 0; i < 4000; ++i) {
      text.begins.push_back(static_cast<uint32_t>(text.text.size()));
      text.text += "\u5b57";
      if (i % 15 == 14) text.text.append(end.data(), end.size());
    }
    const DocumentCutter cutter(text.text, text.begins, text.begins[2010], text.begins[2115]);
    for (uint64_t n = 0; n < 50; ++n) {
      const TextRange kept = cutter.Cut(1000, Id(n));
      const absl::string_view whole = text.text;
      EXPECT_TRUE(kept.begin == 0 || absl::EndsWith(whole.substr(0, kept.begin), end)) << n;
      EXPECT_TRUE(absl::EndsWith(whole.substr(0, kept.end), end)) << n;
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

// The largest distance between the shares of `depths` below each value and the value.
double KolmogorovSmirnov(std::vector<double> depths) {
  std::sort(depths.begin(), depths.end());
  double distance = 0;
  const double count = static_cast<double>(depths.size());
  for (size_t i = 0; i < depths.size(); ++i) {
    distance = std::max({distance, depths[i] - static_cast<double>(i) / count,
                         static_cast<double>(i + 1) / count - depths[i]});
  }
  return distance;
}

// A sentence of 4 tokens anywhere in a chunk of 20, in documents of any length, those that fit the
// context of 1,000 too. The chunk itself is exactly uniform. Its sentences cannot be: one that
// begins k tokens inside its chunk is never less deep than that. At most that is half of the
// chunk's share of the context, here 0.01.
TEST(DocumentCutter, SpreadsTheDepthOfChunkAndEvidenceSentenceUniformly) {
  constexpr int kRounds = 6000;
  const double critical = 1.63 / std::sqrt(kRounds);  // Of 1 % by chance.
  Rng rng(FingerprintOf("depth"), "sentences");
  std::vector<double> chunks;
  std::vector<double> sentences;
  const Text longest = MakeText(6000);
  for (int round = 0; round < kRounds; ++round) {
    const size_t words = 300 + rng.Below(5700);
    const size_t size = longest.begins[words - 1] + 4;
    const absl::string_view text = absl::string_view(longest.text).substr(0, size);
    const absl::Span<const uint32_t> begins = absl::MakeConstSpan(longest.begins).subspan(0, words);
    const size_t first = rng.Below(words - 19);
    const size_t sentence = first + rng.Below(17);
    const DocumentCutter cutter(text, begins, begins[first], begins[first + 19] + 4);

    const TextRange kept = cutter.Cut(1000, Id(rng.Next()));

    const auto token_at = [&](size_t at) {
      return std::lower_bound(begins.begin(), begins.end(), at) - begins.begin();
    };
    const double all = static_cast<double>(token_at(kept.end) - token_at(kept.begin));
    const double from = static_cast<double>(token_at(kept.begin));
    chunks.push_back((static_cast<double>(first) - from) / (all - 20));
    sentences.push_back((static_cast<double>(sentence) - from) / (all - 4));
  }
  EXPECT_LT(KolmogorovSmirnov(chunks), critical);
  EXPECT_LT(KolmogorovSmirnov(sentences), critical + 0.01);
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
