// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/languages/tables.h"

#include <re2/re2.h>

#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"

namespace quipu::generator {
namespace {

std::vector<std::string> ListOf(absl::string_view words) {
  return absl::StrSplit(words, ' ', absl::SkipEmpty());
}

std::string Named(const LanguageTable& table) { return std::string(table.name); }

TEST(Tables, AreFoundByLanguageAndCode) {
  EXPECT_EQ(AllTables().size(), 12u);
  for (const LanguageTable& table : AllTables()) {
    EXPECT_EQ(&TableOf(table.language), &table) << Named(table);
    EXPECT_EQ(LanguageOfCode(table.code), table.language) << Named(table);
    EXPECT_EQ(CodeOf(table.language), table.code) << Named(table);
  }
  EXPECT_EQ(CodeOf(Language::kUnknown), "und");
  EXPECT_EQ(LanguageOfCode("und"), std::nullopt);
  EXPECT_EQ(LanguageOfCode(""), std::nullopt);
  EXPECT_EQ(TableOf(Language::kUnknown).stop_words, "");
  EXPECT_EQ(KnownCodes(), "ar, de, en, es, fr, hi, it, ja, ko, pt, ru, zh");
}

TEST(Tables, ListEachWordOnce) {
  for (const LanguageTable& table : AllTables()) {
    for (const absl::string_view list : {table.stop_words, table.question_words, table.suffixes,
                                         table.elisions, table.question_ends}) {
      std::set<std::string> seen;
      for (const std::string& word : ListOf(list)) {
        EXPECT_TRUE(seen.insert(word).second) << Named(table) << ": " << word;
      }
      EXPECT_FALSE(absl::StrContains(list, "  ")) << Named(table);
    }
    EXPECT_GE(ListOf(table.stop_words).size(), 60u) << Named(table);
    EXPECT_GE(ListOf(table.question_words).size(), 8u) << Named(table);
    EXPECT_GE(ListOf(table.number_words).size(), 10u) << Named(table);
  }
}

TEST(Tables, ListSuffixesLongestFirst) {
  for (const LanguageTable& table : AllTables()) {
    size_t last = 100;
    for (const std::string& suffix : ListOf(table.suffixes)) {
      EXPECT_LE(suffix.size(), last) << Named(table) << ": " << suffix;
      last = suffix.size();
    }
  }
}

TEST(Tables, HavePatternsThatCompile) {
  for (const LanguageTable& table : AllTables()) {
    for (const absl::string_view pattern : {table.source, table.narrators, table.refusals}) {
      const RE2 compiled(absl::StrCat("(?i)(", pattern, ")"));
      EXPECT_TRUE(compiled.ok()) << Named(table) << ": " << compiled.error();
      EXPECT_EQ(compiled.NumberOfCapturingGroups(), 1) << Named(table);
      if (table.language != Language::kEnglish) {
        EXPECT_FALSE(pattern.empty()) << Named(table);
        EXPECT_FALSE(RE2::FullMatch("", compiled)) << Named(table);
      }
    }
  }
}

TEST(Tables, HaveAllOpeningsOrNone) {
  for (const LanguageTable& table : AllTables()) {
    const KindWords& kinds = table.kinds;
    for (const absl::string_view opening :
         {kinds.who, kinds.when, kinds.where, kinds.which, kinds.why, kinds.how, kinds.how_many}) {
      EXPECT_EQ(opening.empty(), kinds.what.empty()) << Named(table);
    }
    if (table.language == Language::kEnglish) continue;
    for (const absl::string_view pattern :
         {kinds.people, kinds.dates, kinds.places, kinds.counts, kinds.reasons}) {
      EXPECT_EQ(pattern.empty(), kinds.what.empty()) << Named(table);
      const RE2 compiled(absl::StrCat("(?i)(", pattern, ")"));
      EXPECT_TRUE(compiled.ok()) << Named(table) << ": " << compiled.error();
      EXPECT_EQ(compiled.NumberOfCapturingGroups(), 1) << Named(table);
    }
  }
}

size_t Count(absl::string_view text, absl::string_view what) {
  size_t count = 0;
  for (size_t at = text.find(what); at != absl::string_view::npos; at = text.find(what, at + 1)) {
    ++count;
  }
  return count;
}

TEST(Tables, HavePromptsWithTheirPlaceholders) {
  for (const LanguageTable& table : AllTables()) {
    if (table.language == Language::kEnglish) continue;
    const BuiltInPrompts& prompts = table.prompts;
    for (const absl::string_view prompt : {prompts.long_prompt, prompts.short_prompt}) {
      EXPECT_TRUE(absl::StrContains(prompt, "<question>...</question> <answer>...</answer>"))
          << Named(table);
      // Last, so that the pairs of a chunk share what is before it.
      EXPECT_TRUE(absl::EndsWith(prompt, "{sentence}")) << Named(table);
    }
    EXPECT_TRUE(absl::StrContains(prompts.extracted_prompt, "<question>...</question>"))
        << Named(table);
    EXPECT_EQ(Count(prompts.extracted_prompt, "{sentence}"), 1u) << Named(table);
    EXPECT_TRUE(absl::EndsWith(prompts.extracted_prompt, "{answer}")) << Named(table);
    EXPECT_EQ(Count(prompts.second_prompt, "{question}"), 1u) << Named(table);
    EXPECT_EQ(Count(prompts.verdict_prompt, "{question}"), 1u) << Named(table);
    EXPECT_EQ(Count(prompts.verdict_prompt, "{answer}"), 1u) << Named(table);
    EXPECT_EQ(Count(prompts.answer_prompt, "{question}"), 1u) << Named(table);
    for (const absl::string_view prompt : {prompts.row_long_prompt, prompts.row_short_prompt}) {
      EXPECT_EQ(Count(prompt, "{document}"), 1u) << Named(table);
      EXPECT_EQ(Count(prompt, "{question}"), 1u) << Named(table);
      EXPECT_LT(prompt.find("{document}"), prompt.find("{question}")) << Named(table);
    }
    for (const absl::string_view prompt :
         {prompts.two_chunk_long_prompt, prompts.two_chunk_short_prompt}) {
      EXPECT_TRUE(absl::StrContains(prompt, "<question>...</question> <answer>...</answer>"))
          << Named(table);
      EXPECT_EQ(Count(prompt, "{sentence}"), 1u) << Named(table);
      EXPECT_TRUE(absl::EndsWith(prompt, "{second_sentence}")) << Named(table);
    }
    for (const absl::string_view prompt : {prompts.summary_part_prompt, prompts.summary_prompt}) {
      EXPECT_TRUE(absl::StrContains(prompt, "<summary>...</summary>")) << Named(table);
    }
    EXPECT_NE(prompts.yes, prompts.no) << Named(table);
    EXPECT_TRUE(absl::StrContains(prompts.verdict_prompt, prompts.no)) << Named(table);
  }
}

}  // namespace
}  // namespace quipu::generator
