// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/text/plain_sentences.h"

#include <unicode/uchar.h>

#include <array>
#include <cstdint>

#include "generator/words/latin_kinds.h"

namespace quipu::generator {
namespace {

// What the rules of sentence boundaries (Unicode, annex 29) tell apart here.
enum class Kind : uint8_t {
  kUnknown,  // ICU decides about the text.
  kOther,
  kSpace,
  kClose,     // Quotes and brackets.
  kContinue,  // After a mark, the sentence continues: a comma, a dash.
  kDigit,
  kLower,
  kUpper,
  kLetter,    // Of neither case.
  kFullStop,  // It may also end an abbreviation.
  kStop,
  kCr,
  kLineEnd,
};

Kind KindOf(uint32_t c) {
  switch (u_getIntPropertyValue(static_cast<UChar32>(c), UCHAR_SENTENCE_BREAK)) {
    case U_SB_OTHER:
      return Kind::kOther;
    case U_SB_SP:
      return Kind::kSpace;
    case U_SB_CLOSE:
      return Kind::kClose;
    case U_SB_SCONTINUE:
      return Kind::kContinue;
    case U_SB_NUMERIC:
      return Kind::kDigit;
    case U_SB_LOWER:
      return Kind::kLower;
    case U_SB_UPPER:
      return Kind::kUpper;
    case U_SB_OLETTER:
      return Kind::kLetter;
    case U_SB_ATERM:
      return Kind::kFullStop;
    case U_SB_STERM:
      return Kind::kStop;
    case U_SB_CR:
      return Kind::kCr;
    case U_SB_LF:
    case U_SB_SEP:
      return Kind::kLineEnd;
    default:  // Marks that belong to the character before them.
      return Kind::kUnknown;
  }
}

bool IsStop(Kind kind) { return kind == Kind::kFullStop || kind == Kind::kStop; }
bool EndsLine(Kind kind) { return kind == Kind::kCr || kind == Kind::kLineEnd; }
bool HasCase(Kind kind) { return kind == Kind::kLower || kind == Kind::kUpper; }

class Kinds {
 public:
  Kinds() : kinds_(KindOf) {
    for (uint32_t c = 0; c < 0x80; ++c) {
      const Kind kind = kinds_.OfAscii(static_cast<uint8_t>(c));
      plain_[c] = !IsStop(kind) && !EndsLine(kind) && kind != Kind::kUnknown;
    }
  }

  // Of the character at `*at`, and moves past it.
  Kind Next(absl::string_view text, size_t* at) const { return kinds_.Next(text, at); }

  // Whether a byte is a character that ends neither a sentence nor a line.
  bool IsPlain(char byte) const { return plain_[static_cast<uint8_t>(byte)]; }

 private:
  std::array<bool, 0x100> plain_ = {};
  const LatinKinds<Kind> kinds_;
};

const Kinds& AllKinds() {
  static const Kinds& kinds = *new Kinds;
  return kinds;
}

class Splitter {
 public:
  explicit Splitter(absl::string_view text) : text_(text) { Take(); }

  // Appends the ends; false: a character is unknown.
  bool Run(std::vector<size_t>* ends) {
    while (!done_ && kind_ != Kind::kUnknown) {
      if (!IsStop(kind_) && !EndsLine(kind_)) SkipPlain();
      const Kind before = last_;
      const Kind kind = kind_;
      Take();
      if (kind == Kind::kCr && IsLf()) Take();
      if (!EndsLine(kind) && !(IsStop(kind) && EndsAfter(kind, before))) continue;
      if (!done_) ends->push_back(begin_);
    }
    if (!done_) return false;
    if (!text_.empty()) ends->push_back(text_.size());
    return true;
  }

 private:
  // Moves to the next character.
  void Take() {
    last_ = kind_;
    begin_ = next_;
    done_ = begin_ == text_.size();
    if (!done_) kind_ = AllKinds().Next(text_, &next_);
  }

  // Moves to the last of the characters that neither end a sentence nor need decoding.
  void SkipPlain() {
    size_t at = next_;
    while (at < text_.size() && AllKinds().IsPlain(text_[at])) ++at;
    if (at == next_) return;
    next_ = begin_ = at - 1;
    kind_ = AllKinds().Next(text_, &next_);
  }

  bool IsLf() const { return !done_ && text_[begin_] == '\n'; }

  // Whether a sentence ends after the mark, which was taken, and what follows it, which is taken
  // here.
  bool EndsAfter(Kind mark, Kind before) {
    const bool full_stop = mark == Kind::kFullStop;
    if (full_stop && !done_) {
      if (kind_ == Kind::kDigit) return false;                     // "3.5"
      if (kind_ == Kind::kUpper && HasCase(before)) return false;  // "U.S"
    }
    while (!done_ && kind_ == Kind::kClose) Take();
    while (!done_ && kind_ == Kind::kSpace) Take();
    if (done_) return true;
    if (full_stop && LowerFollows()) return false;
    if (kind_ == Kind::kContinue || IsStop(kind_)) return false;
    if (EndsLine(kind_)) {
      const bool cr = kind_ == Kind::kCr;
      Take();
      if (cr && IsLf()) Take();
    }
    return true;
  }

  // Whether the next letter is a small one, and no mark comes before it.
  bool LowerFollows() const {
    Kind kind = kind_;
    for (size_t at = next_;;) {
      if (kind == Kind::kLower) return true;
      // The text is given up when the unknown one is reached.
      if (kind == Kind::kLetter || kind == Kind::kUpper || kind == Kind::kUnknown) return false;
      if (IsStop(kind) || EndsLine(kind) || at == text_.size()) return false;
      kind = AllKinds().Next(text_, &at);
    }
  }

  const absl::string_view text_;
  Kind last_ = Kind::kOther;  // The character before.
  Kind kind_ = Kind::kOther;  // The next character, from begin_ to next_.
  size_t begin_ = 0;
  size_t next_ = 0;
  bool done_ = false;
};

}  // namespace

bool FindPlainSentences(absl::string_view text, std::vector<size_t>* ends) {
  const size_t before = ends->size();
  if (Splitter(text).Run(ends)) return true;
  ends->resize(before);
  return false;
}

}  // namespace quipu::generator
