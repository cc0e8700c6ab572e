// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/words/language_scan.h"

#include <unicode/uchar.h>
#include <unicode/uscript.h>

#include <algorithm>
#include <string>

#include "absl/strings/match.h"
#include "base/utf8.h"

namespace quipu::generator {
namespace {

// What is read of a long text: this many pieces, from beginning to end.
constexpr size_t kPieces = 16;
constexpr size_t kPieceBytes = 2 << 10;

// A word of Latin letters has about five; the other scripts here write one with two or three signs.
constexpr double kLettersOfWord = 5.0;

// The folded form of no character is longer than this.
constexpr size_t kMaxLetterBytes = 4;

// Collects the letters and words of a piece of text.
class Scanner {
 public:
  explicit Scanner(Scan* scan) : scan_(*scan) {}

  void Read(absl::string_view text) {
    script_ = Script::kOther;
    for (size_t i = 0; i < text.size();) {
      if (const char letter = AsciiLetterAt(text, i); letter != 0) {
        i = ReadLetters(text, i);
        continue;
      }
      if (text[i] == ' ') {
        EndWord();
        ++i;
        continue;
      }
      ReadOther(static_cast<UChar32>(NextCodePoint(text, &i)));
    }
    EndWord();
  }

 private:
  // In lower case; 0: it is none.
  static char AsciiLetterAt(absl::string_view text, size_t at) {
    const char lower = static_cast<char>(text[at] | 0x20);
    return lower >= 'a' && lower <= 'z' ? lower : '\0';
  }

  // The letters from `i` on; returns where they end.
  size_t ReadLetters(absl::string_view text, size_t i) {
    if (word_size_ == 0) script_ = Script::kLatin;
    const size_t begin = i;
    while (i < text.size() && AsciiLetterAt(text, i) != 0) ++i;
    std::vector<char>& folded = scan_.folded;
    folded.insert(folded.end(), text.data() + begin, text.data() + i);
    for (size_t at = folded.size() - (i - begin); at < folded.size(); ++at) folded[at] |= 0x20;
    word_size_ += i - begin;
    scan_.letters[static_cast<size_t>(Script::kLatin)] += static_cast<double>(i - begin);
    return i;
  }

  void ReadOther(UChar32 c) {
    const bool mark = (U_GET_GC_MASK(c) & U_GC_M_MASK) != 0;
    if (!u_isalpha(c) && !mark) {
      if ((c == '\'' || c == 0x2019) && word_size_ > 0) {
        Push('\'');
      } else {
        EndWord();
      }
      return;
    }
    const auto folded = static_cast<UChar32>(u_foldCase(c, U_FOLD_CASE_DEFAULT));
    if (!mark) {
      const Script own = ScriptOf(static_cast<uint32_t>(c));
      ++scan_.letters[static_cast<size_t>(own)];
      if (folded > 0x7f) ++scan_.special[static_cast<uint32_t>(folded)];
      if (word_size_ == 0) script_ = own;
    }
    std::string letter;
    AppendUtf8(static_cast<uint32_t>(folded), &letter);
    for (const char byte : letter) Push(byte);
  }

  void Push(char byte) {
    scan_.folded.push_back(byte);
    ++word_size_;
  }

  void EndWord() {
    const absl::string_view all(scan_.folded.data(), scan_.folded.size());
    absl::string_view word = all.substr(all.size() - word_size_);
    while (absl::EndsWith(word, "'")) word.remove_suffix(1);
    if (!word.empty()) scan_.words[static_cast<size_t>(script_)].push_back(word);
    word_size_ = 0;
  }

  Scan& scan_;
  size_t word_size_ = 0;  // Of the word at the end of `folded`.
  Script script_ = Script::kOther;
};

}  // namespace

Script ScriptOf(uint32_t c) {
  UErrorCode code = U_ZERO_ERROR;
  switch (uscript_getScript(static_cast<UChar32>(c), &code)) {
    case USCRIPT_LATIN:
      return Script::kLatin;
    case USCRIPT_CYRILLIC:
      return Script::kCyrillic;
    case USCRIPT_ARABIC:
      return Script::kArabic;
    case USCRIPT_DEVANAGARI:
      return Script::kDevanagari;
    case USCRIPT_HAN:
      return Script::kHan;
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA:
      return Script::kKana;
    case USCRIPT_HANGUL:
      return Script::kHangul;
    default:
      return Script::kOther;
  }
}

Script ScriptOf(Language language) {
  switch (language) {
    case Language::kRussian:
      return Script::kCyrillic;
    case Language::kArabic:
      return Script::kArabic;
    case Language::kHindi:
      return Script::kDevanagari;
    case Language::kChinese:
    case Language::kJapanese:
      return Script::kHan;
    case Language::kKorean:
      return Script::kHangul;
    default:
      return Script::kLatin;
  }
}

double Scan::Weight(Script script) const {
  const bool signs = script == Script::kHan || script == Script::kKana || script == Script::kHangul;
  return signs ? Letters(script) / 2 : Letters(script) / kLettersOfWord;
}

Scan ScanText(absl::string_view text) {
  Scan scan;
  Scanner scanner(&scan);
  // So much that it never moves: the words are views into it.
  scan.folded.reserve(kMaxLetterBytes * std::min(text.size(), kPieces * kPieceBytes));
  if (text.size() <= kPieces * kPieceBytes) {
    scanner.Read(text);
    return scan;
  }
  for (size_t piece = 0; piece < kPieces; ++piece) {
    size_t begin = (text.size() - kPieceBytes) / (kPieces - 1) * piece;
    size_t end = begin + kPieceBytes;
    while (begin < end && (static_cast<uint8_t>(text[begin]) & 0xc0) == 0x80) ++begin;
    while (end > begin && end < text.size() && (static_cast<uint8_t>(text[end]) & 0xc0) == 0x80) {
      --end;
    }
    scanner.Read(text.substr(begin, end - begin));
  }
  return scan;
}

}  // namespace quipu::generator
