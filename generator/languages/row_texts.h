// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What long rows of several documents, of several turns and without an answer say, in each
// language. Data only. The prompts of other rows are in the languages' own tables.
//
//   const RowTexts& texts = RowTextsOf(Language::kGerman);
//   texts.brief_request;   // "Antworte so kurz wie möglich, ..."
//   texts.no_answer.size();  // 4
//
// Thread-safe (constant).
#ifndef QUIPU_GENERATOR_LANGUAGES_ROW_TEXTS_H_
#define QUIPU_GENERATOR_LANGUAGES_ROW_TEXTS_H_

#include <array>

#include "absl/strings/string_view.h"
#include "generator/languages/table.h"

namespace quipu::generator {

struct RowTexts {
  Language language = Language::kUnknown;
  // Prompts of rows whose context has several documents: "{document}" is all of them.
  absl::string_view documents_long_prompt;
  absl::string_view documents_short_prompt;
  // Follows the question of a later turn whose answer is short.
  absl::string_view brief_request;
  // Say that the context does not answer. They fit one document and several.
  std::array<absl::string_view, 4> no_answer;
};

// The texts of a language; of one without a table the English ones, but no `no_answer`.
const RowTexts& RowTextsOf(Language language);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_LANGUAGES_ROW_TEXTS_H_
