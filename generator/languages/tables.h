// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The tables of all languages, by language and by code. Pure, thread-safe.
//
//   TableOf(Language::kGerman).name;  // "German"
//   LanguageOfCode("de");             // Language::kGerman
//   CodeOf(Language::kUnknown);       // "und"
#ifndef QUIPU_GENERATOR_LANGUAGES_TABLES_H_
#define QUIPU_GENERATOR_LANGUAGES_TABLES_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "generator/languages/table.h"

namespace quipu::generator {

// The code of an undetermined language (ISO 639-2).
inline constexpr absl::string_view kUnknownCode = "und";
// GenerationSpec.language for the language of each document.
inline constexpr absl::string_view kDetectedLanguage = "auto";

// All tables, English first.
absl::Span<const LanguageTable> AllTables();

// The table of a language; for kUnknown one without words.
const LanguageTable& TableOf(Language language);

// Its ISO 639-1 code, or kUnknownCode.
absl::string_view CodeOf(Language language);

// The language of a code; nothing if no table has it.
std::optional<Language> LanguageOfCode(absl::string_view code);

// "ar, de, ...": for messages.
std::string KnownCodes();

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_LANGUAGES_TABLES_H_
