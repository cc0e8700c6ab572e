// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The letters and words of a text by script, as the detection of languages needs them. Of a long
// text, sixteen pieces are read. Pure, thread-safe.
#ifndef QUIPU_GENERATOR_WORDS_LANGUAGE_SCAN_H_
#define QUIPU_GENERATOR_WORDS_LANGUAGE_SCAN_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "generator/languages/table.h"

namespace quipu::generator {

// The scripts of the languages that have tables, and all others.
enum class Script { kLatin, kCyrillic, kArabic, kDevanagari, kHan, kKana, kHangul, kOther };
constexpr size_t kScripts = static_cast<size_t>(Script::kOther) + 1;

// The script of a code point.
Script ScriptOf(uint32_t c);
// The script that a language is written in; kHan for Japanese.
Script ScriptOf(Language language);

// The letters and words of a text. Moved, never copied: its words are views into `folded`.
struct Scan {
  Scan() = default;
  Scan(Scan&&) = default;
  Scan& operator=(Scan&&) = default;

  std::array<double, kScripts> letters = {};
  // Words of scripts with spaces, case-folded, by script of their first letter.
  std::array<std::vector<absl::string_view>, kScripts> words;
  std::vector<char> folded;
  // How often each letter other than a to z occurs, folded.
  absl::flat_hash_map<uint32_t, size_t> special;

  double Letters(Script script) const { return letters[static_cast<size_t>(script)]; }
  // In words, so that scripts can be compared.
  double Weight(Script script) const;
};

// `text`: valid UTF-8.
Scan ScanText(absl::string_view text);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_WORDS_LANGUAGE_SCAN_H_
