// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/text/wordlike.h"

#include <re2/re2.h>

#include <string>

#include "base/rng.h"
#include "gtest/gtest.h"
#include "tests/support/random.h"

namespace quipu::generator {
namespace {

using ::quipu::testing::TestFingerprint;

TEST(Wordlike, TakesWordsOfProse) {
  for (const char* run : {"word", "Word.", "(word", "\"word,\"", "don't", "maintainer's",
                          "well-known", "and/or", "e.g.", "\u00c9cole", "it\u2019s", "--", "a"}) {
    EXPECT_EQ(IsWordlike(run), std::string(run) != "--") << run;
  }
}

TEST(Wordlike, RefusesCodeAndFigures) {
  for (const char* run : {"", "x86", "16,384", "snake_case", "a=b", "f(x)", "word--", "\u00e9=1"}) {
    EXPECT_FALSE(IsWordlike(run)) << run;
  }
}

// ASCII is matched by hand: by the same rule, on random runs of what matters.
TEST(Wordlike, IsTheSameForAsciiAsForTheRest) {
  const RE2 rule(R"(^[\pP\pS]*[\pL\pM]+(?:[-'./][\pL\pM]+)*(?:'s)?[.,;:!?)\]"']*$)");
  const std::string alphabet = "aZs09-'./_=+,;:!?()[]\"<$ \t\x01\x7f";
  Rng rng(TestFingerprint(), "runs");
  int matched = 0;
  for (int round = 0; round < 200000; ++round) {
    std::string run;
    for (uint64_t n = rng.Below(8); n > 0; --n) {
      run += rng.Below(2) == 0 ? 'b' : alphabet[rng.Below(alphabet.size())];
    }
    const bool wanted = RE2::FullMatch(run, rule);
    matched += wanted ? 1 : 0;
    ASSERT_EQ(IsWordlike(run), wanted) << "\"" << run << "\"";
  }
  // Derived: 12,500 are "b" alone, on average, with a standard deviation of 108.
  EXPECT_GT(matched, 10000);
}

}  // namespace
}  // namespace quipu::generator
