// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/text/pretokenizer.h"

#include <unicode/uchar.h>

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/strings.h"
#include "base/utf8.h"

namespace quipu::inference {
namespace {

enum class CharClass : uint8_t { kLetter, kNumber, kSpace, kOther, kEnd };

CharClass ClassOf(uint32_t c) {
  if (c < 128) {
    if ((c | 32) >= 'a' && (c | 32) <= 'z') return CharClass::kLetter;
    if (c >= '0' && c <= '9') return CharClass::kNumber;
    return c == ' ' || (c >= 9 && c <= 13) ? CharClass::kSpace : CharClass::kOther;
  }
  const auto code_point = static_cast<UChar32>(c);
  const uint32_t category = U_MASK(u_charType(code_point));
  if ((category & U_GC_L_MASK) != 0) return CharClass::kLetter;
  if ((category & U_GC_N_MASK) != 0) return CharClass::kNumber;
  return u_isUWhiteSpace(code_point) ? CharClass::kSpace : CharClass::kOther;
}

struct Char {
  uint32_t code_point = 0;
  CharClass type = CharClass::kEnd;
  size_t end = 0;  // Where the next character begins.
};

// Walks a text; the class kEnd follows its last character.
class Scanner {
 public:
  explicit Scanner(absl::string_view text) : text_(text) {}

  Char At(size_t at) const {
    if (at >= text_.size()) return {0, CharClass::kEnd, at};
    const auto byte = static_cast<uint8_t>(text_[at]);
    if (byte < 128) return {byte, ClassOf(byte), at + 1};
    size_t end = at;
    const uint32_t code_point = NextCodePoint(text_, &end);
    return {code_point, ClassOf(code_point), end};
  }

  // The end of the run of `type` that begins at `at`.
  size_t RunEnd(size_t at, CharClass type) const {
    for (Char c = At(at); c.type == type; c = At(at)) at = c.end;
    return at;
  }

  // The end of 's 't 're 've 'm 'll 'd at `at`, or `at` if there is none.
  size_t ContractionEnd(size_t at, bool ignore_case) const {
    if (at >= text_.size() || text_[at] != '\'') return at;
    const uint32_t first = Folded(at + 1, ignore_case);
    const size_t second_at = At(at + 1).end;
    switch (first) {
      case 's':
      case 't':
      case 'm':
      case 'd':
        return second_at;
      case 'r':
      case 'v':
        return Folded(second_at, ignore_case) == 'e' ? second_at + 1 : at;
      case 'l':
        return Folded(second_at, ignore_case) == 'l' ? second_at + 1 : at;
      default:
        return at;
    }
  }

  // Whitespace at `at` that no other rule wants. At the end of the text, the
  // whole run; otherwise all but its last character, which goes to the next
  // word if possible; a single character alone.
  size_t SpacesEnd(size_t at) const {
    size_t last = at;
    size_t end = at;
    for (Char c = At(end); c.type == CharClass::kSpace; c = At(end)) {
      last = end;
      end = c.end;
    }
    return end == text_.size() || last == at ? end : last;
  }

  absl::string_view text() const { return text_; }

 private:
  uint32_t Folded(size_t at, bool ignore_case) const {
    const uint32_t c = At(at).code_point;
    if (!ignore_case) return c;
    if (c == 0x017F) return 's';  // The long s, by Unicode's case folding.
    return c >= 'A' && c <= 'Z' ? c + 32 : c;
  }

  absl::string_view text_;
};

bool IsNewline(const Char& c) {
  return c.type == CharClass::kSpace && (c.code_point == '\r' || c.code_point == '\n');
}

// The end of the word that begins at `at` by GPT-2's expression.
size_t Gpt2WordEnd(const Scanner& scanner, size_t at) {
  const size_t contraction = scanner.ContractionEnd(at, /*ignore_case=*/false);
  if (contraction != at) return contraction;
  const Char first = scanner.At(at);
  if (first.type != CharClass::kSpace) return scanner.RunEnd(at, first.type);
  if (first.code_point == ' ') {
    const Char second = scanner.At(first.end);
    if (second.type != CharClass::kSpace && second.type != CharClass::kEnd) {
      return scanner.RunEnd(first.end, second.type);
    }
  }
  return scanner.SpacesEnd(at);
}

// The end of the last line break in the whitespace at `at`, or `at`.
size_t LineBreaksEnd(const Scanner& scanner, size_t at) {
  size_t end = at;
  for (Char c = scanner.At(at); c.type == CharClass::kSpace; c = scanner.At(c.end)) {
    if (IsNewline(c)) end = c.end;
  }
  return end;
}

// The end of punctuation and of the line breaks (and slashes) after it.
size_t PunctuationEnd(const Scanner& scanner, size_t at, bool take_slashes) {
  size_t end = scanner.RunEnd(at, CharClass::kOther);
  for (Char c = scanner.At(end); IsNewline(c) || (take_slashes && c.code_point == '/');
       c = scanner.At(end)) {
    end = c.end;
  }
  return end;
}

// The rules of Llama 3's expression, and similar ones, for anything except
// letters and numbers.
size_t OtherWordEnd(const Scanner& scanner, size_t at, bool take_slashes) {
  const Char first = scanner.At(at);
  if (first.type == CharClass::kOther) return PunctuationEnd(scanner, at, take_slashes);
  if (first.code_point == ' ' && scanner.At(first.end).type == CharClass::kOther) {
    return PunctuationEnd(scanner, first.end, take_slashes);
  }
  const size_t line_breaks = LineBreaksEnd(scanner, at);
  return line_breaks != at ? line_breaks : scanner.SpacesEnd(at);
}

// The end of up to `most` numbers at `at`, of which there is one.
size_t NumbersEnd(const Scanner& scanner, size_t at, size_t most) {
  for (Char c = scanner.At(at); most > 0 && c.type == CharClass::kNumber; c = scanner.At(at)) {
    at = c.end;
    --most;
  }
  return at;
}

// The end of the word that begins at `at` by Llama 3's expression, with at most `max_digits` digits per word.
size_t Llama3WordEnd(const Scanner& scanner, size_t at, size_t max_digits) {
  const size_t contraction = scanner.ContractionEnd(at, /*ignore_case=*/true);
  if (contraction != at) return contraction;
  const Char first = scanner.At(at);
  if (first.type == CharClass::kLetter) return scanner.RunEnd(at, CharClass::kLetter);
  if (first.type == CharClass::kNumber) {
    return NumbersEnd(scanner, at, max_digits);
  }
  const Char second = scanner.At(first.end);
  if (!IsNewline(first) && second.type == CharClass::kLetter) {
    return scanner.RunEnd(first.end, CharClass::kLetter);
  }
  return OtherWordEnd(scanner, at, /*take_slashes=*/false);
}

constexpr uint32_t kEither = U_GC_LM_MASK | U_GC_LO_MASK | U_GC_M_MASK;
constexpr uint32_t kCapitals = U_GC_LU_MASK | U_GC_LT_MASK | kEither;
constexpr uint32_t kSmall = U_GC_LL_MASK | kEither;

bool IsIn(const Char& c, uint32_t categories) {
  return c.type != CharClass::kEnd &&
         (U_MASK(u_charType(static_cast<UChar32>(c.code_point))) & categories) != 0;
}

// The end of kCapitals* kSmall+ at `at`, or `at`. The run of capitals yields
// only what it must: everything after its last character that is in both sets.
size_t SmallWordEnd(const Scanner& scanner, size_t at) {
  size_t end = at;
  size_t last_either_end = at;
  for (Char c = scanner.At(end); IsIn(c, kCapitals); c = scanner.At(end)) {
    end = c.end;
    if (IsIn(c, kEither)) last_either_end = end;
  }
  if (!IsIn(scanner.At(end), kSmall)) return last_either_end;
  for (Char c = scanner.At(end); IsIn(c, kSmall); c = scanner.At(end)) end = c.end;
  return end;
}

// The end of kCapitals+ kSmall* at `at`, or `at`, if SmallWordEnd finds none:
// then nothing is small.
size_t CapitalWordEnd(const Scanner& scanner, size_t at) {
  size_t end = at;
  for (Char c = scanner.At(end); IsIn(c, kCapitals); c = scanner.At(end)) end = c.end;
  return end;
}

// The end of the word that begins at `at` by Tekken's expression, or by o200k's.
size_t TekkenWordEnd(const Scanner& scanner, size_t at, bool o200k) {
  const Char first = scanner.At(at);
  if (first.type == CharClass::kNumber) return NumbersEnd(scanner, at, o200k ? 3 : 1);
  const bool may_lead = first.type != CharClass::kLetter && !IsNewline(first);
  const auto with_contraction = [&](size_t end) {
    return o200k ? scanner.ContractionEnd(end, /*ignore_case=*/true) : end;
  };
  for (const auto word_end : {SmallWordEnd, CapitalWordEnd}) {
    if (may_lead) {
      const size_t end = word_end(scanner, first.end);
      if (end != first.end) return with_contraction(end);
    }
    const size_t end = word_end(scanner, at);
    if (end != at) return with_contraction(end);
  }
  return OtherWordEnd(scanner, at, /*take_slashes=*/true);
}

constexpr uint32_t kWordLetters = U_GC_L_MASK | U_GC_M_MASK;
constexpr uint32_t kMarks = U_GC_P_MASK | U_GC_S_MASK;

size_t CategoryRunEnd(const Scanner& scanner, size_t at, uint32_t categories) {
  for (Char c = scanner.At(at); IsIn(c, categories); c = scanner.At(at)) at = c.end;
  return at;
}

bool IsAsciiLetter(const Char& c) { return c.code_point < 128 && c.type == CharClass::kLetter; }

// The end of what DeepSeek's expression matches at `at`, or `at`.
size_t DeepSeekMatchEnd(const Scanner& scanner, size_t at) {
  const Char first = scanner.At(at);
  const bool mark = IsIn(first, kMarks);
  if (mark && first.code_point < 128 && IsAsciiLetter(scanner.At(first.end))) {
    at = first.end;
    for (Char c = scanner.At(at); IsAsciiLetter(c); c = scanner.At(at)) at = c.end;
    return at;
  }
  if (!IsNewline(first) && !mark && first.type != CharClass::kLetter) {
    const size_t end = CategoryRunEnd(scanner, first.end, kWordLetters);
    if (end != first.end) return end;
  }
  if (IsIn(first, kWordLetters)) return CategoryRunEnd(scanner, at, kWordLetters);
  size_t marks = first.code_point == ' ' ? first.end : at;
  const size_t marks_end = CategoryRunEnd(scanner, marks, kMarks);
  if (marks_end != marks) {
    marks = marks_end;
    for (Char c = scanner.At(marks); IsNewline(c); c = scanner.At(marks)) marks = c.end;
    return marks;
  }
  if (first.type != CharClass::kSpace) return at;
  const size_t line_breaks = LineBreaksEnd(scanner, at);
  return line_breaks != at ? line_breaks : scanner.SpacesEnd(at);
}

// The same, or else the end of what it does not match.
size_t DeepSeekWordEnd(const Scanner& scanner, size_t at) {
  const size_t end = DeepSeekMatchEnd(scanner, at);
  if (end != at) return end;
  do {
    at = scanner.At(at).end;
  } while (at < scanner.text().size() && DeepSeekMatchEnd(scanner, at) == at);
  return at;
}

size_t WordEnd(PreTokenizer kind, const Scanner& scanner, size_t at) {
  switch (kind) {
    case PreTokenizer::kGpt2:
    case PreTokenizer::kSmolLm:
      return Gpt2WordEnd(scanner, at);
    case PreTokenizer::kLlama3:
      return Llama3WordEnd(scanner, at, 3);
    case PreTokenizer::kQwen2:
      return Llama3WordEnd(scanner, at, 1);
    case PreTokenizer::kTekken:
      return TekkenWordEnd(scanner, at, /*o200k=*/false);
    case PreTokenizer::kO200k:
      return TekkenWordEnd(scanner, at, /*o200k=*/true);
    case PreTokenizer::kDeepSeek:
      return DeepSeekWordEnd(scanner, at);
  }
  return scanner.text().size();
}

void SplitPiece(PreTokenizer kind, absl::string_view text, size_t offset,
                absl::FunctionRef<void(size_t, size_t)> word) {
  const Scanner scanner(text);
  for (size_t at = 0; at < text.size();) {
    const size_t end = WordEnd(kind, scanner, at);
    word(offset + at, offset + end);
    at = end;
  }
}

struct Name {
  absl::string_view name;
  PreTokenizer kind;
};

// The first name of each kind is its canonical one. Which names share an expression: llama.cpp, as
// llama-cpp-python 0.3.36 has it; here are those of architectures that the engine runs.
constexpr Name kNames[] = {
    {"gpt-2", PreTokenizer::kGpt2},
    {"phi-2", PreTokenizer::kGpt2},
    {"a.x-4.0", PreTokenizer::kGpt2},
    {"mellum", PreTokenizer::kGpt2},
    {"trillion", PreTokenizer::kGpt2},
    {"smollm", PreTokenizer::kSmolLm},
    {"starcoder", PreTokenizer::kSmolLm},
    {"refact", PreTokenizer::kSmolLm},
    {"minerva-7b", PreTokenizer::kSmolLm},
    {"llama-bpe", PreTokenizer::kLlama3},
    {"llama3", PreTokenizer::kLlama3},
    {"llama-v3", PreTokenizer::kLlama3},
    {"falcon3", PreTokenizer::kLlama3},
    {"midm-2.0", PreTokenizer::kLlama3},
    {"smaug-bpe", PreTokenizer::kLlama3},
    {"qwen2", PreTokenizer::kQwen2},
    {"deepseek-r1-qwen", PreTokenizer::kQwen2},
    {"kormo", PreTokenizer::kQwen2},
    {"megrez", PreTokenizer::kQwen2},
    {"tekken", PreTokenizer::kTekken},
    {"gpt-4o", PreTokenizer::kO200k},
    {"llama4", PreTokenizer::kO200k},
    {"deepseek-v3", PreTokenizer::kDeepSeek},
};

}  // namespace

absl::StatusOr<PreTokenizer> PreTokenizerFromName(absl::string_view name) {
  for (const Name& known : kNames) {
    if (known.name == name) return known.kind;
  }
  return absl::UnimplementedError(absl::StrCat("pre-tokeniser \"", Snippet(name),
                                               "\" is not supported (gpt-2, smollm, llama-bpe, "
                                               "qwen2, tekken, gpt-4o and deepseek-v3 are)"));
}

absl::string_view PreTokenizerName(PreTokenizer kind) {
  for (const Name& known : kNames) {
    if (known.kind == kind) return known.name;
  }
  return "";
}

void SplitWords(PreTokenizer kind, absl::string_view text,
                absl::FunctionRef<void(size_t begin, size_t end)> word) {
  if (kind != PreTokenizer::kSmolLm) return SplitPiece(kind, text, 0, word);
  const Scanner scanner(text);
  size_t piece = 0;
  for (size_t at = 0; at < text.size();) {
    const Char c = scanner.At(at);
    if (c.type == CharClass::kNumber) {
      SplitPiece(kind, text.substr(piece, at - piece), piece, word);
      word(at, c.end);
      piece = c.end;
    }
    at = c.end;
  }
  SplitPiece(kind, text.substr(piece), piece, word);
}

void ForEachNumber(absl::string_view text, size_t most,
                   absl::FunctionRef<void(size_t begin, size_t end)> match) {
  const Scanner scanner(text);
  for (size_t at = 0; at < text.size();) {
    const Char c = scanner.At(at);
    const size_t end = c.type == CharClass::kNumber ? NumbersEnd(scanner, at, most) : c.end;
    if (c.type == CharClass::kNumber) match(at, end);
    at = end;
  }
}

void ForEachCjkRun(absl::string_view text,
                   absl::FunctionRef<void(size_t begin, size_t end)> match) {
  const auto is_cjk = [](uint32_t c) {
    return (c >= 0x4E00 && c <= 0x9FA5) || (c >= 0x3040 && c <= 0x30FF);
  };
  for (size_t at = 0; at < text.size();) {
    size_t end = at;
    if (!is_cjk(NextCodePoint(text, &end))) {
      at = end;
      continue;
    }
    for (size_t next = end; next < text.size() && is_cjk(NextCodePoint(text, &next));) end = next;
    match(at, end);
    at = end;
  }
}

}  // namespace quipu::inference
