// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/words/pattern_screen.h"

#include <iterator>
#include <string>
#include <vector>

#include "base/rng.h"
#include "gtest/gtest.h"
#include "tests/support/random.h"

namespace quipu::generator {
namespace {

TEST(PatternScreen, FindsWhatEachPatternFinds) {
  const RE2 mill(R"((?i)\b(the mill)s?\b)");
  const RE2 begin(R"(^\s*\w+:)");
  const RE2 end(R"(sold\s*$)");
  const RE2 line(R"((?m)^river$)");
  const RE2 letter("\u00e9+");
  const std::vector<const RE2*> patterns = {&mill, &begin, &end, &line, &letter};
  const PatternScreen screen({&mill, &begin, &end, &line, &letter});
  const char* const parts[] = {"The mill", "the mills", " ",      "\n", "river",
                               "sold",     "x:",        "\u00e9", "."};
  Rng rng(testing::TestFingerprint(), "screen");
  for (int n = 0; n < 2000; ++n) {
    std::string text;
    for (uint64_t k = rng.Below(8); k > 0; --k) text += parts[rng.Below(std::size(parts))];
    uint32_t wanted = 0;
    for (size_t i = 0; i < patterns.size(); ++i) {
      wanted |= RE2::PartialMatch(text, *patterns[i]) ? uint32_t{1} << i : 0;
    }

    EXPECT_EQ(screen.MatchesIn(text), wanted) << text;
  }
}

}  // namespace
}  // namespace quipu::generator
