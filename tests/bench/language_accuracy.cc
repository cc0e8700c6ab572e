// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// How often the language of a text is found. Reads lines from standard input: a code ("de", or
// that of a language without a table), a kind ("text", "question" or "answer"), and the text,
// separated by tabs. language_texts.py writes such lines from public data.
//
//   tests/bench/language_texts.py xquad DIR --half 2 | bazel-bin/tests/bench/language_accuracy
//
// A text is right if it is detected as its own language, or as unknown where there is no table. A
// question or answer is right if IsInLanguage does not refuse it for its own language.
#include <cstddef>
#include <iomanip>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "generator/languages/tables.h"
#include "generator/words/language.h"

namespace quipu {
namespace {

using generator::CodeOf;
using generator::Language;
using generator::TextKind;

struct Tally {
  size_t all = 0;
  size_t right = 0;
  std::map<std::string, size_t> wrong;  // By what was said instead.
};

void Judge(absl::string_view code, absl::string_view kind, absl::string_view text, Tally* tally) {
  const Language own = generator::LanguageOfCode(code).value_or(Language::kUnknown);
  ++tally->all;
  const Language detected = generator::DetectLanguage(text);
  bool right = detected == own;
  if (kind != "text") {
    const TextKind as = kind == "question" ? TextKind::kQuestion : TextKind::kAnswer;
    right = generator::IsInLanguage(text, own, as);
    if (kind == "question" && !generator::IsQuestion(text, own)) ++tally->wrong["no question"];
  }
  if (right) {
    ++tally->right;
  } else {
    ++tally->wrong[std::string(CodeOf(detected))];
  }
}

int Run() {
  std::map<std::string, Tally> tallies;
  std::string line;
  while (std::getline(std::cin, line)) {
    const std::vector<std::string> fields = absl::StrSplit(line, absl::MaxSplits('\t', 2));
    if (fields.size() != 3) {
      std::cerr << "not three fields: " << line << "\n";
      return 2;
    }
    Judge(fields[0], fields[1], fields[2], &tallies[fields[1] + " " + fields[0]]);
  }
  for (const auto& [name, tally] : tallies) {
    std::cout << std::left << std::setw(14) << name << std::right << std::setw(6) << tally.right
              << " of " << std::setw(5) << tally.all << "  " << std::fixed << std::setprecision(1)
              << 100.0 * static_cast<double>(tally.right) / static_cast<double>(tally.all) << " %";
    for (const auto& [code, count] : tally.wrong) std::cout << "  " << code << ": " << count;
    std::cout << "\n";
  }
  return 0;
}

}  // namespace
}  // namespace quipu

int main() { return quipu::Run(); }
