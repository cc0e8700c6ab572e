// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/words/plain_words.h"

#include <unicode/brkiter.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <array>
#include <cstdint>
#include <memory>

#include "base/log.h"
#include "generator/words/latin_kinds.h"

namespace quipu::generator {
namespace {

// What the rules of word boundaries (Unicode, annex 29) tell apart here.
enum class Kind : uint8_t {
  kUnknown,  // ICU decides about the text.
  kOther,
  kLetter,
  kDigit,
  kJoiner,          // "_": with letters and digits on both sides.
  kBetweenLetters,  // One of these between two letters joins them, ...
  kBetweenDigits,   // ... between two digits, ...
  kBetweenEither,   // ... between two of the same.
};

// Whether ICU's iterator takes a text for one word. Its rules differ from Unicode's properties in a
// few characters (":", "@"), and between its versions, so it is asked.
bool IsOneWord(icu::BreakIterator& iterator, char first, uint32_t c, char last) {
  icu::UnicodeString text;
  if (first != 0) text.append(static_cast<UChar32>(first));
  text.append(static_cast<UChar32>(c));
  if (last != 0) text.append(static_cast<UChar32>(last));
  iterator.setText(text);
  iterator.first();
  return iterator.next() == text.length();
}

// What the character's property says.
Kind ByProperty(uint32_t c) {
  const auto character = static_cast<UChar32>(c);
  const bool in_words = u_isalnum(character) != 0;
  switch (u_getIntPropertyValue(character, UCHAR_WORD_BREAK)) {
    case U_WB_ALETTER:
      return in_words ? Kind::kLetter : Kind::kUnknown;
    case U_WB_NUMERIC:
      return in_words && c < 0x80 ? Kind::kDigit : Kind::kUnknown;
    case U_WB_EXTENDNUMLET:
      return in_words ? Kind::kUnknown : Kind::kJoiner;
    case U_WB_MIDLETTER:
    case U_WB_MIDNUM:
    case U_WB_MIDNUMLET:
    case U_WB_SINGLE_QUOTE:
    case U_WB_OTHER:
    case U_WB_CR:
    case U_WB_LF:
    case U_WB_NEWLINE:
    case U_WB_WSEGSPACE:
    case U_WB_DOUBLE_QUOTE:
      return in_words ? Kind::kUnknown : Kind::kOther;
    default:
      return Kind::kUnknown;
  }
}

Kind KindOf(icu::BreakIterator& iterator, uint32_t c) {
  const Kind kind = ByProperty(c);
  if (kind == Kind::kUnknown) return kind;
  const bool joins = kind != Kind::kOther;
  for (const char side : {'a', '1'}) {
    if (IsOneWord(iterator, side, c, 0) != joins || IsOneWord(iterator, 0, c, side) != joins) {
      return Kind::kUnknown;
    }
  }
  if (joins) return kind;
  const bool letters = IsOneWord(iterator, 'a', c, 'a');
  const bool digits = IsOneWord(iterator, '1', c, '1');
  if (letters) return digits ? Kind::kBetweenEither : Kind::kBetweenLetters;
  return digits ? Kind::kBetweenDigits : Kind::kOther;
}

LatinKinds<Kind> KindsOfIcu() {
  UErrorCode code = U_ZERO_ERROR;
  const std::unique_ptr<icu::BreakIterator> iterator(
      icu::BreakIterator::createWordInstance(icu::Locale::getRoot(), code));
  QUIPU_CHECK(U_SUCCESS(code)) << "icu has no word rules: " << u_errorName(code);
  return LatinKinds<Kind>([&](uint32_t c) { return KindOf(*iterator, c); });
}

class Kinds {
 public:
  Kinds() : kinds_(KindsOfIcu()) {
    for (uint32_t c = 0; c < 0x80; ++c) {
      const Kind kind = kinds_.OfAscii(static_cast<uint8_t>(c));
      in_word_[c] = kind == Kind::kLetter || kind == Kind::kDigit;
    }
  }

  // Of the character at `*at`, and moves past it.
  Kind Next(absl::string_view text, size_t* at) const { return kinds_.Next(text, at); }

  // Where a run of ASCII letters and digits from `at` on ends.
  size_t SkipRun(absl::string_view text, size_t at) const {
    while (at < text.size() && in_word_[static_cast<uint8_t>(text[at])]) ++at;
    return at;
  }

 private:
  std::array<bool, 0x100> in_word_ = {};
  const LatinKinds<Kind> kinds_;
};

bool InWords(Kind kind) {
  return kind == Kind::kLetter || kind == Kind::kDigit || kind == Kind::kJoiner;
}

// Whether one mark of this kind joins two characters of kind `side`.
bool JoinsAt(Kind mark, Kind side) {
  if (side == Kind::kLetter) return mark == Kind::kBetweenLetters || mark == Kind::kBetweenEither;
  if (side == Kind::kDigit) return mark == Kind::kBetweenDigits || mark == Kind::kBetweenEither;
  return false;
}

}  // namespace

bool FindPlainWords(absl::string_view text, std::vector<Piece>* pieces) {
  static const Kinds& kinds = *new Kinds;
  const size_t before = pieces->size();
  const auto give_up = [&] {
    pieces->resize(before);
    return false;
  };
  for (size_t at = 0; at < text.size();) {
    Piece piece = {at, at};
    Kind last = kinds.Next(text, &at);
    if (last == Kind::kUnknown) return give_up();
    if (!InWords(last)) continue;
    bool has_word = false;
    while (true) {
      has_word = has_word || last != Kind::kJoiner;
      if (const size_t end = kinds.SkipRun(text, at); end > at) {
        has_word = true;
        at = end - 1;
        last = kinds.Next(text, &at);
      }
      piece.end = at;
      if (at == text.size()) break;
      size_t next = at;
      Kind kind = kinds.Next(text, &next);
      if (JoinsAt(kind, last)) {
        if (next == text.size()) break;
        kind = kinds.Next(text, &next);
        if (kind != last) break;
      }
      if (!InWords(kind)) break;
      last = kind;
      at = next;
    }
    if (has_word) pieces->push_back(piece);
  }
  return true;
}

}  // namespace quipu::generator
