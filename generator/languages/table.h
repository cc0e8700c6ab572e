// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What the recipe has to know about a language: one table each (de.h, zh.h, ...), data only.
// Another language needs another such file, an entry here and one in tables.cc.
//
//   const LanguageTable& table = TableOf(Language::kGerman);  // tables.h
//   table.code;                                               // "de"
//
// Words are separated by single spaces, case-folded, with plain apostrophes. Patterns are RE2
// alternatives without a group; case is ignored, and where words are separated by spaces they
// match whole words only.
#ifndef QUIPU_GENERATOR_LANGUAGES_TABLE_H_
#define QUIPU_GENERATOR_LANGUAGES_TABLE_H_

#include "absl/strings/string_view.h"

namespace quipu::generator {

enum class Language {
  kUnknown,  // No table: filters that need words stand back.
  kEnglish,
  kChinese,
  kJapanese,
  kFrench,
  kGerman,
  kSpanish,
  kPortuguese,
  kRussian,
  kArabic,
  kHindi,
  kKorean,
  kItalian,
};

// The prompts that a spec has as fields of the same names, in the language. Those of English are
// the defaults of protos/pair_spec.proto, so its table has none.
struct BuiltInPrompts {
  absl::string_view long_prompt;
  absl::string_view short_prompt;
  absl::string_view extracted_prompt;
  absl::string_view verdict_prompt;
  absl::string_view yes;
  absl::string_view no;
  absl::string_view answer_prompt;
  absl::string_view second_prompt;
  absl::string_view row_long_prompt;
  absl::string_view row_short_prompt;
  absl::string_view two_chunk_long_prompt;
  absl::string_view two_chunk_short_prompt;
  absl::string_view summary_part_prompt;
  absl::string_view summary_prompt;
};

// How questions of each kind begin (v1::QuestionKinds), "|" between two openings, and what a sentence
// must have to answer one of them. A kind without an opening is not asked. All empty where a
// question does not begin with the word that asks; the model then decides.
struct KindWords {
  absl::string_view what;
  absl::string_view who;
  absl::string_view when;  // The last one is for years.
  absl::string_view where;
  absl::string_view which;
  absl::string_view why;
  absl::string_view how;
  absl::string_view how_many;
  absl::string_view compare;
  absl::string_view list;
  absl::string_view yes_no;
  // Patterns, as those below. Case counts inside "(?-i:...)".
  absl::string_view people;
  absl::string_view dates;
  absl::string_view places;
  absl::string_view counts;
  absl::string_view reasons;
};

struct LanguageTable {
  Language language = Language::kUnknown;
  absl::string_view code;      // ISO 639-1.
  absl::string_view name;      // In English.
  absl::string_view own_name;  // In the language.

  // ---- Words.

  bool spaces = true;               // Words are separated by spaces.
  bool capitals_are_names = false;  // A capital inside a sentence begins a name.
  absl::string_view stemmer;        // Snowball's name; empty if it has none.
  absl::string_view suffixes;       // Removed where there is no stemmer, longest first.
  absl::string_view elisions;       // Written together with the next word: "l'".
  absl::string_view letters;        // Other than a to z, а to я: those that its words use.
  absl::string_view stop_words;     // Words without content.
  absl::string_view number_words;   // For 0, 1, 2, ...; "a|b" are two for one number, "-" none.

  // ---- Questions and answers.

  absl::string_view asking_verbs;        // A question begins with one of them, ...
  absl::string_view question_words;      // ... or has one of them as its first or second word, ...
  absl::string_view question_ends;       // ... or ends so, without a question mark.
  bool question_words_anywhere = false;  // They are elsewhere in it, too.
  absl::string_view affirmations;        // An answer that begins so decides: "yes", "no".
  absl::string_view alternatives;        // In a question that lets choose: "or", "whether".
  KindWords kinds;

  // ---- Words for the source that are never sampled (generation.banned_words).

  absl::string_view banned_words;

  // ---- Patterns.

  absl::string_view source;        // Refers to the text that the pair was made from.
  absl::string_view narrators;     // A question in which the text's narrator speaks.
  absl::string_view first_person;  // An answer in which he does.
  absl::string_view refusals;      // "I cannot", "as an AI", "is not mentioned".
  absl::string_view vague;         // A question that names nothing ("What did he do?"). Anchored.

  BuiltInPrompts prompts;

  // ---- What the questions of summaries say, one on each line.

  absl::string_view summary_requests;
};

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_LANGUAGES_TABLE_H_
