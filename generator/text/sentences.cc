// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/text/sentences.h"

#include <re2/re2.h>
#include <unicode/brkiter.h>
#include <unicode/uchar.h>
#include <unicode/utext.h>

#include <algorithm>
#include <memory>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "base/ascii_runs.h"
#include "base/log.h"
#include "base/utf8.h"
#include "generator/text/plain_sentences.h"
#include "generator/text/sentence_ends.h"

namespace quipu::generator {
namespace {

using Maker = icu::BreakIterator* (*)(const icu::Locale&, UErrorCode&);

std::unique_ptr<icu::BreakIterator> MakeIterator(Maker make, absl::string_view what) {
  UErrorCode code = U_ZERO_ERROR;
  std::unique_ptr<icu::BreakIterator> made(make(icu::Locale::getRoot(), code));
  QUIPU_CHECK(U_SUCCESS(code)) << "icu has no " << what << " rules: " << u_errorName(code);
  return made;
}

icu::BreakIterator& SentenceIterator() {
  thread_local const std::unique_ptr<icu::BreakIterator> iterator =
      MakeIterator(&icu::BreakIterator::createSentenceInstance, "sentence");
  return *iterator;
}

// Where a line may be wrapped: between words, by dictionary in scripts without spaces.
icu::BreakIterator& LineIterator() {
  thread_local const std::unique_ptr<icu::BreakIterator> iterator =
      MakeIterator(&icu::BreakIterator::createLineInstance, "line");
  return *iterator;
}

// Points an iterator at UTF-8 for as long as it lives.
class IteratorText {
 public:
  IteratorText(absl::string_view text, icu::BreakIterator* iterator) {
    UErrorCode code = U_ZERO_ERROR;
    utext_openUTF8(&utext_, text.data(), static_cast<int64_t>(text.size()), &code);
    iterator->setText(&utext_, code);
    QUIPU_CHECK(U_SUCCESS(code)) << "icu boundaries: " << u_errorName(code);
  }
  ~IteratorText() { utext_close(&utext_); }
  IteratorText(const IteratorText&) = delete;
  IteratorText& operator=(const IteratorText&) = delete;

 private:
  UText utext_ = UTEXT_INITIALIZER;
};

// Only this much of the end of a piece is examined, so that a text of
// abbreviations is not read again and again.
constexpr size_t kTailBytes = 64;

bool Matches(absl::string_view text, const RE2& pattern) {
  return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), pattern);
}

absl::string_view Tail(absl::string_view text) {
  if (text.size() <= kTailBytes) return text;
  return text.substr(FloorToCodePoint(text, text.size() - kTailBytes));
}

// Whether the last word before a full stop is short enough for an abbreviation.
bool MayAbbreviate(absl::string_view piece) {
  constexpr size_t kLongest = 6;  // "approx", "Messrs".
  piece = absl::StripTrailingAsciiWhitespace(piece);
  if (!absl::EndsWith(piece, ".")) return false;
  piece.remove_suffix(1);
  const size_t size = std::min(piece.size(), kLongest + 1);
  const absl::string_view end = piece.substr(piece.size() - size);
  return size <= kLongest || !std::all_of(end.begin(), end.end(), absl::ascii_isalpha);
}

// Whether a piece may be only a number: of a list, in brackets, with a bullet.
bool MayBeNumber(absl::string_view piece) {
  piece = absl::StripLeadingAsciiWhitespace(piece);
  if (piece.empty() || piece.size() > kTailBytes) return false;
  return absl::ascii_isdigit(piece[0]) || absl::StrContains("*+-(", piece.substr(0, 1));
}

// Whether a piece ends with an abbreviation, not a sentence end.
bool EndsWithAbbreviation(absl::string_view piece) {
  static const RE2& abbreviation = *new RE2(
      R"((?:^|[\s("'“‘])(?:[Ee]\.g|[Ii]\.e|[Cc]f|vs?|viz|Mr|Mrs|Ms|Mmes?|Dr|Prof|St|Jr|Sr|Hon|Gen|)"
      R"(Col|Capt|Lt|Sgt|Sen|Rep|Gov|Rev|Messrs|No|Nos|Nr|Figs?|FIGS?|Eqs?|Secs?|ss?|[Aa]rts?|[Pp]aras?|)"
      R"([Cc]ls?|[Ss]ch|[Pp]ts?|[Rr]egs?|[Ss]ubs|Exh?|App|Supp|Cir|Ct|Dist|Div|Stat|Fed|Cal|Bros|)"
      R"(Dept|[Ii]bid|[Ii]d|op|cit|seq|nn?|Jan|Feb|Mar|Apr|Aug|Sept?|Oct|Nov|Dec|bzw|z\.B|d\.h|u\.a|)"
      R"(Ch|Vol|pp?|ed|eds|et al|approx|resp|ca|Inc|Ltd|Co|Corp|[A-Z]|(?:[A-Z]\.)+[A-Z])\.\s*$)");
  // A piece that is only a list number belongs to the next piece.
  static const RE2& number = *new RE2(R"(^\s*(?:[*+-]\s*)?\(?(?:[0-9]+\.)*[0-9]{1,3}[.)]\s*$)");
  return (MayAbbreviate(piece) && Matches(Tail(piece), abbreviation)) ||
         (MayBeNumber(piece) && piece.size() <= kTailBytes && Matches(piece, number));
}

// In a longer piece a full stop before a small letter ends a sentence: ICU takes it for one of an
// abbreviation, so prose without capitals would be one sentence.
constexpr size_t kLongPiece = 240;

bool IsLowerAt(absl::string_view text, size_t at) {
  return at < text.size() && u_islower(static_cast<UChar32>(NextCodePoint(text, &at)));
}

// Splits a piece that ICU takes for one sentence.
class PieceSplitter {
 public:
  PieceSplitter(absl::string_view joined, size_t offset, std::vector<Sentence>* sentences)
      : joined_(joined), offset_(offset), sentences_(sentences) {}

  void Add(size_t begin, size_t end) {
    const absl::string_view piece = joined_.substr(begin, end - begin);
    size_t from = 0;
    if (piece.size() > kLongPiece || !IsAscii(piece)) {
      for (size_t i = 0; i < piece.size();) {
        const uint32_t c = NextCodePoint(piece, &i);
        if (c != '.' && !IsUnknownSentenceEnd(c)) continue;
        const size_t stop = EndAfter(piece, from, i, c);
        if (stop == 0) continue;
        AddSentence(begin + from, begin + stop);
        from = i = stop;
      }
    }
    AddSentence(begin + from, end);
  }

 private:
  // Where the sentence ends whose mark `c` is before `at`; 0 if none does.
  static size_t EndAfter(absl::string_view piece, size_t from, size_t at, uint32_t c) {
    if (c != '.') {
      size_t next = at;
      while (next < piece.size() && IsUnknownSentenceEnd(NextCodePoint(piece, &next))) at = next;
      return at;
    }
    if (piece.size() <= kLongPiece || at >= piece.size() || piece[at] != ' ') return 0;
    if (!IsLowerAt(piece, at + 1)) return 0;
    return EndsWithAbbreviation(piece.substr(from, at - from)) ? 0 : at;
  }

  void AddSentence(size_t begin, size_t end) {
    const absl::string_view trimmed =
        absl::StripAsciiWhitespace(joined_.substr(begin, end - begin));
    if (trimmed.empty()) return;
    Sentence sentence;
    sentence.begin = offset_ + static_cast<size_t>(trimmed.data() - joined_.data());
    sentence.end = sentence.begin + trimmed.size();
    sentence.complete = EndsSentence(trimmed);
    sentences_->push_back(sentence);
  }

  const absl::string_view joined_;
  const size_t offset_;
  std::vector<Sentence>* const sentences_;
};

// The block with its wrapped line ends, and the marks of a quotation after them, as spaces: byte for
// byte, so that offsets stay valid.
std::string Join(absl::string_view text, const Block& block) {
  std::string joined(text.substr(block.begin, block.end - block.begin));
  for (const size_t at : block.soft_breaks) {
    size_t i = at - block.begin;
    joined[i] = ' ';
    for (++i; i < joined.size() && (joined[i] == ' ' || joined[i] == '>'); ++i) joined[i] = ' ';
  }
  return joined;
}

// The ends of the pieces of any text.
void AskIcu(absl::string_view text, std::vector<size_t>* ends) {
  icu::BreakIterator& iterator = SentenceIterator();
  const IteratorText boundaries(text, &iterator);
  iterator.first();
  for (int32_t end = iterator.next(); end != icu::BreakIterator::DONE; end = iterator.next()) {
    ends->push_back(static_cast<size_t>(end));
  }
}

// Where to cut `text`, which is longer than `max_bytes`.
size_t BestCut(absl::string_view text, size_t max_bytes) {
  const size_t limit = FloorToCodePoint(text, max_bytes);
  const absl::string_view head = text.substr(0, limit);
  const size_t least = limit / 2;
  const auto usable = [&](size_t at) { return at != absl::string_view::npos && at >= least; };
  if (const size_t line = head.rfind('\n'); usable(line)) return line + 1;
  size_t space = head.rfind(' ');
  for (size_t at = space; usable(at); at = head.rfind(' ', at - 1)) {
    if (head[at - 1] == ',' || head[at - 1] == ';' || head[at - 1] == ':') return at + 1;
  }
  if (usable(space)) return space + 1;
  icu::BreakIterator& iterator = LineIterator();
  const IteratorText lines(head, &iterator);
  const int32_t word = iterator.preceding(static_cast<int32_t>(limit));
  if (word != icu::BreakIterator::DONE && static_cast<size_t>(word) >= least) {
    return static_cast<size_t>(word);
  }
  return limit;
}

}  // namespace

std::vector<Sentence> SplitSentences(absl::string_view text, const Block& block) {
  const std::string joined = Join(text, block);
  std::vector<size_t> ends;
  if (!FindPlainSentences(joined, &ends)) AskIcu(joined, &ends);
  std::vector<Sentence> sentences;
  PieceSplitter splitter(joined, block.begin, &sentences);
  size_t begin = 0;
  for (const size_t stop : ends) {
    const absl::string_view piece = absl::string_view(joined).substr(begin, stop - begin);
    const bool line_ends = !piece.empty() && piece.back() == '\n';
    if (stop < joined.size() && !line_ends && EndsWithAbbreviation(piece)) continue;
    splitter.Add(begin, stop);
    begin = stop;
  }
  return sentences;
}

std::vector<Sentence> CutSentence(absl::string_view text, const Sentence& sentence,
                                  size_t max_bytes) {
  std::vector<Sentence> pieces;
  const auto add = [&](absl::string_view piece, bool complete) {
    piece = absl::StripAsciiWhitespace(piece);
    if (piece.empty()) return;
    const auto begin = static_cast<size_t>(piece.data() - text.data());
    pieces.push_back({begin, begin + piece.size(), complete});
  };
  absl::string_view rest = text.substr(sentence.begin, sentence.end - sentence.begin);
  while (rest.size() > max_bytes) {
    const size_t cut = BestCut(rest, max_bytes);
    add(rest.substr(0, cut), /*complete=*/false);
    rest.remove_prefix(cut);
  }
  add(rest, sentence.complete);
  return pieces;
}

}  // namespace quipu::generator
