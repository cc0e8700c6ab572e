// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/rows/key_values.h"

#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/json_parser.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace quipu::generator {
namespace {

Fingerprint Id(uint64_t n) { return FingerprintBuilder("test").Add(n).Build(); }

TEST(KeyValues, WriteOneJsonObjectALine) {
  const std::string text = KeyValues(Id(1)).Text(50);

  const std::vector<std::string> lines = absl::StrSplit(text, '\n');
  ASSERT_EQ(lines.size(), 50u);
  std::set<std::string> seen;
  JsonParser parser;
  for (size_t i = 0; i < lines.size(); ++i) {
    std::string padded = lines[i];
    padded.resize(padded.size() + simdjson::SIMDJSON_PADDING);
    ASSERT_OK_AND_ASSIGN(const simdjson::dom::object object,
                         parser.ParseObject(absl::string_view(padded.data(), lines[i].size())));
    ASSERT_EQ(object.size(), 1u);
    EXPECT_TRUE(seen.insert(lines[i]).second);
    const TextRange range = KeyValues::RangeOf(i);
    EXPECT_EQ(text.substr(range.begin, range.end - range.begin), lines[i]);
  }
  EXPECT_EQ(text.size(), KeyValues::BytesOf(50));
  EXPECT_EQ(KeyValues(Id(1)).Text(3), text.substr(0, KeyValues::BytesOf(3)));
  EXPECT_NE(KeyValues(Id(2)).Text(3), text.substr(0, KeyValues::BytesOf(3)));
  EXPECT_EQ(KeyValues(Id(1)).Text(0), "");
}

TEST(KeyValues, AnswerWithTheValueOfTheLine) {
  const KeyValues dictionary(Id(3));
  const std::vector<std::string> lines = absl::StrSplit(dictionary.Text(9), '\n');
  for (uint64_t i = 0; i < 9; ++i) {
    const std::string key = lines[i].substr(2, 36);
    const std::string value = lines[i].substr(42, 36);
    EXPECT_EQ(dictionary.Question(i), absl::StrCat("What is the value of the key \"", key, "\"?"));
    EXPECT_EQ(dictionary.Answer(i),
              absl::StrCat("The value of the key \"", key, "\" is \"", value, "\"."));
  }
}

TEST(KeyValues, AskForDifferentEntriesAtAnyDepth) {
  uint64_t sum = 0;
  for (uint64_t n = 0; n < 200; ++n) {
    const std::vector<uint64_t> drawn = KeyValues(Id(n)).DrawQuestions(100, 8);
    ASSERT_EQ(drawn.size(), 8u);
    EXPECT_EQ(std::set<uint64_t>(drawn.begin(), drawn.end()).size(), 8u);
    for (const uint64_t entry : drawn) {
      ASSERT_LT(entry, 100u);
      sum += entry;
    }
  }
  EXPECT_NEAR(sum / 1600.0, 49.5, 3);
  EXPECT_EQ(KeyValues(Id(1)).DrawQuestions(2, 8).size(), 2u);
}

TEST(KeyValues, DrawEveryCountUpToTheMost) {
  std::set<uint32_t> counts;
  for (uint64_t n = 0; n < 200; ++n) {
    EXPECT_EQ(KeyValues(Id(n)).DrawCount(1), 1u);
    counts.insert(KeyValues(Id(n)).DrawCount(4));
  }
  EXPECT_EQ(counts, (std::set<uint32_t>{1, 2, 3, 4}));
}

}  // namespace
}  // namespace quipu::generator
