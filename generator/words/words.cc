// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/words/words.h"

#include <unicode/brkiter.h>
#include <unicode/bytestream.h>
#include <unicode/casemap.h>
#include <unicode/uchar.h>
#include <unicode/utext.h>

#include <algorithm>
#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "base/ascii_runs.h"
#include "base/log.h"
#include "base/utf8.h"
#include "generator/words/plain_words.h"

namespace quipu::generator {
namespace {

// ICU's rules are loaded once per thread: loading them takes longer than splitting most texts.
icu::BreakIterator& WordIterator() {
  thread_local std::unique_ptr<icu::BreakIterator> iterator = [] {
    UErrorCode code = U_ZERO_ERROR;
    std::unique_ptr<icu::BreakIterator> made(
        icu::BreakIterator::createWordInstance(icu::Locale::getRoot(), code));
    QUIPU_CHECK(U_SUCCESS(code)) << "icu has no word rules: " << u_errorName(code);
    return made;
  }();
  return *iterator;
}

std::string FoldCase(absl::string_view text) {
  std::string folded;
  icu::StringByteSink<std::string> sink(&folded);
  UErrorCode code = U_ZERO_ERROR;
  icu::CaseMap::utf8Fold(0, icu::StringPiece(text.data(), static_cast<int32_t>(text.size())), sink,
                         nullptr, code);
  if (U_FAILURE(code)) return std::string(text);
  // Typographic apostrophes read as plain ones.
  if (!absl::StrContains(folded, "\u2019")) return folded;
  return absl::StrReplaceAll(folded, {{"\u2019", "'"}});
}

bool IsAsciiNumber(absl::string_view text) {
  return absl::ascii_isdigit(text.front()) && absl::ascii_isdigit(text.back()) &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return absl::ascii_isdigit(c) || c == '.' || c == ','; });
}

// Digits and separators of any script as ASCII: Arabic-Indic, Devanagari, full-width, ...
std::string WithAsciiDigits(absl::string_view text) {
  constexpr uint32_t kArabicDecimal = 0x66b, kArabicGroup = 0x66c, kWideComma = 0xff0c,
                     kWidePoint = 0xff0e;
  std::string ascii;
  for (size_t i = 0; i < text.size();) {
    const size_t begin = i;
    const uint32_t c = NextCodePoint(text, &i);
    const int32_t digit = u_charDigitValue(static_cast<UChar32>(c));
    if (digit >= 0) {
      ascii.push_back(static_cast<char>('0' + digit));
    } else if (c == kArabicDecimal || c == kWidePoint) {
      ascii.push_back('.');
    } else if (c == kArabicGroup || c == kWideComma) {
      ascii.push_back(',');
    } else {
      ascii.append(text.data() + begin, i - begin);
    }
  }
  return ascii;
}

// Whether a word is of scripts without capitals and digits: of kana, common ideographs, Hangul.
bool IsCaselessWord(absl::string_view text) {
  for (size_t i = 0; i < text.size();) {
    const uint32_t c = NextCodePoint(text, &i);
    const bool caseless =
        (c >= 0x3040 && c < 0x3100) || (c >= 0x3400 && c < 0xA000) || (c >= 0xAC00 && c < 0xD7A4);
    if (!caseless) return false;
  }
  return true;
}

// "16,384" is one number with a group comma; "1,2" keeps its comma.
std::string CanonicalNumber(absl::string_view text) {
  std::string number;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool group = text[i] == ',' && i + 3 < text.size() &&
                       (i + 4 == text.size() || !absl::ascii_isdigit(text[i + 4]));
    if (!group) number.push_back(text[i]);
  }
  return number;
}

}  // namespace

bool EndsSentenceBetween(absl::string_view between) {
  if (between == " ") return false;
  for (size_t i = 0; i < between.size();) {
    switch (NextCodePoint(between, &i)) {
      case '.':
      case '?':
      case '!':
      case ':':
      case '\n':
      case 0xbf:    // ¿
      case 0xa1:    // ¡
      case 0x3002:  // 。
      case 0xff1f:  // ？
      case 0xff01:  // ！
      case 0xff1a:  // ：
      case 0x61f:   // ؟
      case 0x964:   // ।
        return true;
      default:
        break;
    }
  }
  return false;
}

bool HasLetterOrDigit(absl::string_view text) {
  for (size_t i = 0; i < text.size();) {
    if (u_isalnum(static_cast<UChar32>(NextCodePoint(text, &i)))) return true;
  }
  return false;
}

namespace {

// The pieces of any text that have a letter or a digit.
void AskIcu(absl::string_view text, std::vector<Piece>* pieces) {
  UErrorCode code = U_ZERO_ERROR;
  UText utext = UTEXT_INITIALIZER;
  utext_openUTF8(&utext, text.data(), static_cast<int64_t>(text.size()), &code);
  icu::BreakIterator& iterator = WordIterator();
  iterator.setText(&utext, code);
  QUIPU_CHECK(U_SUCCESS(code)) << "icu word boundaries: " << u_errorName(code);
  int32_t begin = iterator.first();
  for (int32_t end = iterator.next(); end != icu::BreakIterator::DONE; end = iterator.next()) {
    if (HasLetterOrDigit(text.substr(begin, end - begin))) {
      pieces->push_back({static_cast<size_t>(begin), static_cast<size_t>(end)});
    }
    begin = end;
  }
  utext_close(&utext);
}

}  // namespace

std::vector<Piece> FindWords(absl::string_view text) {
  std::vector<Piece> pieces;
  if (!FindPlainWords(text, &pieces)) AskIcu(text, &pieces);
  return pieces;
}

std::string FoldWord(absl::string_view word, bool* number) {
  if (IsAscii(word)) {
    *number = IsAsciiNumber(word);
    return *number ? CanonicalNumber(word) : absl::AsciiStrToLower(word);
  }
  if (IsCaselessWord(word)) {
    *number = false;
    return std::string(word);
  }
  const std::string digits = WithAsciiDigits(word);
  *number = IsAsciiNumber(digits);
  return *number ? CanonicalNumber(digits) : FoldCase(word);
}

std::vector<Word> SplitWords(absl::string_view text) {
  const std::vector<Piece> pieces = FindWords(text);
  std::vector<Word> words;
  words.reserve(pieces.size());
  size_t last_end = 0;
  for (const Piece& piece : pieces) {
    Word& word = words.emplace_back();
    word.text = text.substr(piece.begin, piece.end - piece.begin);
    word.folded = FoldWord(word.text, &word.number);
    word.starts_sentence =
        words.size() == 1 || EndsSentenceBetween(text.substr(last_end, piece.begin - last_end));
    last_end = piece.end;
  }
  return words;
}

bool IsCapitalised(absl::string_view text) {
  if (!text.empty() && absl::ascii_isascii(text[0])) return absl::ascii_isupper(text[0]);
  size_t i = 0;
  return !text.empty() && u_isupper(static_cast<UChar32>(NextCodePoint(text, &i)));
}

}  // namespace quipu::generator
