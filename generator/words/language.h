// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The language of a text, and whether a question is one. Pure, thread-safe, the same on every
// machine: scripts are counted, and languages of one script are told apart by their stop words.
//
//   DetectLanguage("Der Hafen wurde im Jahr 1874 gebaut.");                  // kGerman
//   IsInLanguage("What is it for?", Language::kGerman, TextKind::kQuestion);  // false
//   IsQuestion("Wann wurde der Hafen gebaut", Language::kGerman);            // true
#ifndef QUIPU_GENERATOR_WORDS_LANGUAGE_H_
#define QUIPU_GENERATOR_WORDS_LANGUAGE_H_

#include <string>

#include "absl/strings/string_view.h"
#include "generator/languages/table.h"

namespace quipu::generator {

// The language that most of a text is written in; kUnknown if it has no table, or the text says too
// little. Of long texts, pieces from beginning to end are read.
Language DetectLanguage(absl::string_view text);
// Its code, for Task.language.
std::string DetectLanguageCode(absl::string_view text);

// The language of a task (Task.language, a code). An empty code is a task of a run from before tasks
// had one, which is English.
Language LanguageOfTaskCode(absl::string_view code);

enum class TextKind { kQuestion, kAnswer };

// Whether a text may be in the language: false only if it clearly is in another. Names, numbers and
// other short texts may be in any.
bool IsInLanguage(absl::string_view text, Language language, TextKind kind);

// Whether a text asks: it ends with a question mark of any script, or begins with a question word,
// or ends with the language's particle. True for all texts of kUnknown.
bool IsQuestion(absl::string_view text, Language language);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_WORDS_LANGUAGE_H_
