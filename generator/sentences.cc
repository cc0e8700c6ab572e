// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/sentences.h"

#include <re2/re2.h>
#include <unicode/brkiter.h>
#include <unicode/utext.h>

#include <memory>
#include <string>

#include "absl/strings/ascii.h"
#include "base/log.h"
#include "base/utf8.h"

namespace quipu::generator {
namespace {

icu::BreakIterator& SentenceIterator() {
  thread_local std::unique_ptr<icu::BreakIterator> iterator = [] {
    UErrorCode code = U_ZERO_ERROR;
    std::unique_ptr<icu::BreakIterator> made(
        icu::BreakIterator::createSentenceInstance(icu::Locale::getRoot(), code));
    QUIPU_CHECK(U_SUCCESS(code)) << "icu has no sentence rules: " << u_errorName(code);
    return made;
  }();
  return *iterator;
}

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

// Whether a piece ends with an abbreviation, not a sentence end.
bool EndsWithAbbreviation(absl::string_view piece) {
  static const RE2& abbreviation = *new RE2(
      R"((?:^|[\s("'“‘])(?:[Ee]\.g|[Ii]\.e|[Cc]f|vs|viz|Mr|Mrs|Ms|Dr|Prof|St|Jr|Sr|)"
      R"(No|Nos|Fig|Figs|Eq|Sec|)"
      R"(Ch|Vol|pp?|ed|eds|et al|approx|resp|ca|Inc|Ltd|Co|Corp|[A-Z]|(?:[A-Z]\.)+[A-Z])\.\s*$)");
  // A piece that is only a list number belongs to the next piece.
  static const RE2& number = *new RE2(R"(^\s*(?:[*+-]\s*)?\(?(?:[0-9]+\.)*[0-9]{1,3}[.)]\s*$)");
  return Matches(Tail(piece), abbreviation) ||
         (piece.size() <= kTailBytes && Matches(piece, number));
}

bool IsComplete(absl::string_view sentence) {
  static const RE2& stop = *new RE2(R"([.!?…。！？]["'”’»)\]*_]*$)");
  return Matches(Tail(sentence), stop);
}

}  // namespace

std::vector<Sentence> SplitSentences(absl::string_view text, const Block& block) {
  // Wrapped line ends become spaces, byte for byte, so that offsets stay valid.
  std::string joined(text.substr(block.begin, block.end - block.begin));
  for (const size_t at : block.soft_breaks) joined[at - block.begin] = ' ';
  UErrorCode code = U_ZERO_ERROR;
  UText utext = UTEXT_INITIALIZER;
  utext_openUTF8(&utext, joined.data(), static_cast<int64_t>(joined.size()), &code);
  icu::BreakIterator& iterator = SentenceIterator();
  iterator.setText(&utext, code);
  QUIPU_CHECK(U_SUCCESS(code)) << "icu sentence boundaries: " << u_errorName(code);
  std::vector<Sentence> sentences;
  size_t begin = 0;
  iterator.first();
  for (int32_t end = iterator.next(); end != icu::BreakIterator::DONE; end = iterator.next()) {
    const size_t stop = static_cast<size_t>(end);
    const absl::string_view piece = absl::string_view(joined).substr(begin, stop - begin);
    const bool line_ends = !piece.empty() && piece.back() == '\n';
    if (stop < joined.size() && !line_ends && EndsWithAbbreviation(piece)) continue;
    const absl::string_view trimmed = absl::StripAsciiWhitespace(piece);
    if (!trimmed.empty()) {
      Sentence sentence;
      sentence.begin = block.begin + static_cast<size_t>(trimmed.data() - joined.data());
      sentence.end = sentence.begin + trimmed.size();
      sentence.complete = IsComplete(trimmed);
      sentences.push_back(sentence);
    }
    begin = stop;
  }
  utext_close(&utext);
  return sentences;
}

}  // namespace quipu::generator
