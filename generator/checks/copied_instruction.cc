// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/checks/copied_instruction.h"

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/types/span.h"
#include "base/strings.h"
#include "base/utf8.h"
#include "generator/languages/tables.h"
#include "generator/words/content_words.h"
#include "generator/words/text_words.h"
#include "generator/words/words.h"

namespace quipu::generator {
namespace {

// This many words of an instruction in a row are no coincidence; without spaces between words,
// this many signs.
constexpr size_t kCopiedWords = 6;
constexpr size_t kCopiedSigns = 12;
// A whole question this short may be a piece of the instruction.
constexpr size_t kLeastCopiedQuestion = 3;
constexpr size_t kLeastCopiedSigns = 6;

std::string JoinRun(absl::Span<const std::string> words) { return absl::StrJoin(words, " "); }

// All runs of `length` words.
std::set<std::string> RunsOf(const std::vector<std::string>& words, size_t length) {
  std::set<std::string> runs;
  for (size_t i = 0; i + length <= words.size(); ++i) {
    runs.insert(JoinRun(absl::MakeConstSpan(words).subspan(i, length)));
  }
  return runs;
}

// The runs whose words are all known: few, in texts that do not copy.
std::set<std::string> RunsWithin(const std::vector<std::string>& words,
                                 const std::set<std::string>& known, size_t length) {
  std::set<std::string> runs;
  size_t in_a_row = 0;
  for (size_t i = 0; i < words.size(); ++i) {
    in_a_row = known.count(words[i]) > 0 ? in_a_row + 1 : 0;
    if (in_a_row < length) continue;
    runs.insert(JoinRun(absl::MakeConstSpan(words).subspan(i + 1 - length, length)));
  }
  return runs;
}

// What a copy is counted in: words, or signs where nothing separates words.
std::vector<std::string> UnitsOf(absl::string_view text, bool spaces) {
  if (spaces) return FoldedWords(text);
  std::vector<std::string> signs;
  for (size_t i = 0; i < text.size();) {
    const size_t begin = i;
    NextCodePoint(text, &i);
    const absl::string_view sign = text.substr(begin, i - begin);
    if (HasLetterOrDigit(sign)) signs.push_back(std::string(sign));
  }
  return signs;
}

// An instruction, prepared for the pairs that are compared with it.
struct Instruction {
  std::string text;
  bool spaces = true;
  std::string whole;            // Its units, with spaces around each.
  std::set<std::string> runs;   // All of the length that is a copy.
  std::set<std::string> known;  // Its units.
  WordHashes hashes;            // Of the units, sorted.
  std::bitset<1024> bits;       // Of the hashes' last bits: most other words have none here.

  bool Knows(uint64_t word) const { return bits[word % bits.size()] && Has(hashes, word); }
};

Instruction Make(absl::string_view text, bool spaces) {
  Instruction made;
  made.text = std::string(text);
  made.spaces = spaces;
  const std::vector<std::string> units = UnitsOf(text, spaces);
  made.whole = absl::StrCat(" ", JoinRun(units), " ");
  made.runs = RunsOf(units, spaces ? kCopiedWords : kCopiedSigns);
  made.known.insert(units.begin(), units.end());
  for (const std::string& unit : units) made.hashes.push_back(HashOfWord(unit));
  made.hashes = SortedHashes(std::move(made.hashes));
  for (const uint64_t hash : made.hashes) made.bits.set(hash % made.bits.size());
  return made;
}

std::shared_ptr<const Instruction> Prepare(absl::string_view text, bool spaces) {
  constexpr size_t kRemembered = 4;  // A run has one for each form of answers.
  thread_local std::deque<std::shared_ptr<const Instruction>> remembered;
  for (const std::shared_ptr<const Instruction>& one : remembered) {
    if (one->spaces == spaces && one->text == text) return one;
  }
  if (remembered.size() == kRemembered) remembered.pop_front();
  remembered.push_back(std::make_shared<const Instruction>(Make(text, spaces)));
  return remembered.back();
}

// Whether a text can have a run of the instruction: most have no six words in a row that it has.
bool MayCopy(absl::string_view text, const Instruction& instruction) {
  if (!instruction.spaces) return true;
  size_t in_a_row = 0;
  for (const uint64_t word : WordsOf(text)->folded) {
    in_a_row = instruction.Knows(word) ? in_a_row + 1 : 0;
    if (in_a_row == kCopiedWords) return true;
  }
  return false;
}

}  // namespace

std::string FindCopiedInstruction(const PairView& pair, absl::string_view instruction_text) {
  const bool spaces = TableOf(pair.language).spaces;
  const size_t length = spaces ? kCopiedWords : kCopiedSigns;
  const std::shared_ptr<const Instruction> instruction = Prepare(instruction_text, spaces);
  std::optional<std::set<std::string>> own;  // The chunk's, if they are wanted.
  const std::vector<std::string> question = UnitsOf(pair.question, spaces);
  if (question.size() >= (spaces ? kLeastCopiedQuestion : kLeastCopiedSigns) &&
      absl::StrContains(instruction->whole, absl::StrCat(" ", JoinRun(question), " "))) {
    return Snippet(pair.question, 60);
  }
  for (const absl::string_view text : {pair.question, pair.answer}) {
    if (!MayCopy(text, *instruction)) continue;
    for (const std::string& run : RunsWithin(UnitsOf(text, spaces), instruction->known, length)) {
      if (instruction->runs.count(run) == 0) continue;
      // The chunk may contain the same words.
      if (!own.has_value()) own = RunsOf(UnitsOf(pair.chunk, spaces), length);
      if (own->count(run) == 0) return run;
    }
  }
  return "";
}

}  // namespace quipu::generator
