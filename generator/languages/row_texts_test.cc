// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/languages/row_texts.h"

#include <set>
#include <string>

#include "absl/strings/match.h"
#include "generator/languages/tables.h"
#include "gtest/gtest.h"

namespace quipu::generator {
namespace {

TEST(RowTexts, AreThereForEveryLanguageWithATable) {
  std::set<std::string> all;
  for (const LanguageTable& table : AllTables()) {
    SCOPED_TRACE(std::string(table.name));
    const RowTexts& texts = RowTextsOf(table.language);
    EXPECT_EQ(texts.language, table.language);
    EXPECT_FALSE(texts.brief_request.empty());
    EXPECT_TRUE(all.insert(std::string(texts.brief_request)).second);
    for (const absl::string_view sentence : texts.no_answer) {
      EXPECT_FALSE(sentence.empty());
      EXPECT_TRUE(all.insert(std::string(sentence)).second) << std::string(sentence);
      EXPECT_FALSE(absl::StrContains(sentence, "{"));
    }
  }
  EXPECT_EQ(all.size(), 5 * AllTables().size());
}

TEST(RowTexts, HavePromptsWithTheirPlaceholdersInOrder) {
  for (const LanguageTable& table : AllTables()) {
    SCOPED_TRACE(std::string(table.name));
    const RowTexts& texts = RowTextsOf(table.language);
    for (const absl::string_view prompt :
         {texts.documents_long_prompt, texts.documents_short_prompt}) {
      const size_t document = prompt.find("\n\n{document}\n\n");
      const size_t question = prompt.find("{question}");
      ASSERT_NE(document, absl::string_view::npos);
      ASSERT_NE(question, absl::string_view::npos);
      EXPECT_LT(document, question);
      EXPECT_EQ(prompt.find("{document}", document + 3), absl::string_view::npos);
      EXPECT_EQ(prompt.find("{question}", question + 1), absl::string_view::npos);
    }
    EXPECT_NE(texts.documents_long_prompt, texts.documents_short_prompt);
  }
}

TEST(RowTexts, HaveNoAnswerWithoutATable) {
  const RowTexts& texts = RowTextsOf(Language::kUnknown);
  EXPECT_EQ(texts.brief_request, RowTextsOf(Language::kEnglish).brief_request);
  for (const absl::string_view sentence : texts.no_answer) EXPECT_TRUE(sentence.empty());
}

}  // namespace
}  // namespace quipu::generator
