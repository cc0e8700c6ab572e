// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/languages/tables.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_join.h"
#include "generator/languages/ar.h"
#include "generator/languages/de.h"
#include "generator/languages/en.h"
#include "generator/languages/es.h"
#include "generator/languages/fr.h"
#include "generator/languages/hi.h"
#include "generator/languages/it.h"
#include "generator/languages/ja.h"
#include "generator/languages/ko.h"
#include "generator/languages/pt.h"
#include "generator/languages/ru.h"
#include "generator/languages/zh.h"

namespace quipu::generator {
namespace {

constexpr LanguageTable kTables[] = {
    EnglishTable(), ChineseTable(), JapaneseTable(), FrenchTable(),
    GermanTable(),  SpanishTable(), ArabicTable(),   PortugueseTable(),
    RussianTable(), HindiTable(),   KoreanTable(),   ItalianTable(),
};

constexpr LanguageTable kNoTable;

}  // namespace

absl::Span<const LanguageTable> AllTables() { return kTables; }

const LanguageTable& TableOf(Language language) {
  for (const LanguageTable& table : kTables) {
    if (table.language == language) return table;
  }
  return kNoTable;
}

absl::string_view CodeOf(Language language) {
  return language == Language::kUnknown ? kUnknownCode : TableOf(language).code;
}

std::optional<Language> LanguageOfCode(absl::string_view code) {
  for (const LanguageTable& table : kTables) {
    if (table.code == code) return table.language;
  }
  return std::nullopt;
}

std::string KnownCodes() {
  std::vector<absl::string_view> codes;
  for (const LanguageTable& table : kTables) codes.push_back(table.code);
  std::sort(codes.begin(), codes.end());
  return absl::StrJoin(codes, ", ");
}

}  // namespace quipu::generator
