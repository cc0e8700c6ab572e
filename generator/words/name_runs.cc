// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/words/name_runs.h"

#include <algorithm>
#include <cstddef>

#include "generator/words/language.h"
#include "generator/words/stop_words.h"
#include "generator/words/words.h"

namespace quipu::generator {
namespace {

bool IsNameWord(const Word& word) {
  return !word.number && IsCapitalised(word.text) && !IsStopWord(word.folded, Language::kEnglish) &&
         !DigitsOfNumberWord(word.folded, Language::kEnglish).has_value();
}

}  // namespace

std::vector<NameRun> NameRuns(absl::string_view text) {
  std::vector<NameRun> runs;
  bool open = false;  // Whether the next word may continue the last run.
  for (const Word& word : SplitWords(text)) {
    const bool name = IsNameWord(word);
    if (name && open && !word.starts_sentence) {
      NameRun& run = runs.back();
      const size_t begin = static_cast<size_t>(run.text.data() - text.data());
      const size_t end = begin + run.text.size();
      const size_t next = static_cast<size_t>(word.text.data() - text.data());
      if (text.substr(end, next - end) == " ") {
        run.text = text.substr(begin, next + word.text.size() - begin);
        run.folded.push_back(word.folded);
        continue;
      }
    }
    open = name;
    if (name) runs.push_back({word.text, {word.folded}, word.starts_sentence});
  }
  return runs;
}

bool ShareWord(const NameRun& a, const NameRun& b) {
  for (const std::string& word : a.folded) {
    if (std::find(b.folded.begin(), b.folded.end(), word) != b.folded.end()) return true;
  }
  return false;
}

bool IsSurelyName(const NameRun& run, const std::vector<NameRun>& of_chunk) {
  if (!run.starts_sentence || run.folded.size() >= 2) return true;
  for (const NameRun& other : of_chunk) {
    if (!other.starts_sentence && ShareWord(run, other)) return true;
  }
  return false;
}

}  // namespace quipu::generator
