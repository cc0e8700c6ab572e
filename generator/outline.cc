// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/outline.h"

#include <re2/re2.h>
#include <unicode/uchar.h>

#include <algorithm>
#include <string>

#include "absl/strings/ascii.h"
#include "base/strings.h"
#include "base/utf8.h"
#include "generator/wordlike.h"

namespace quipu::generator {
namespace {

// Lines narrower or wider than this were not wrapped for a page: their line ends
// are real.
constexpr size_t kLeastWrapWidth = 40;
constexpr size_t kMaxWrapWidth = 120;
// Longest heading, in code points and words.
constexpr size_t kMaxHeading = 110;
constexpr int kMaxHeadingWords = 16;
// A line this short is a heading (of a dictionary entry, say), even with a full
// stop.
constexpr int kMaxEntryWords = 5;
// Fewer words are not a sentence to ask about.
constexpr int kLeastProseWords = 6;
constexpr double kLeastWordShare = 0.6;

struct Line {
  size_t begin = 0;
  size_t end = 0;
  size_t width = 0;       // Code points, indentation included.
  size_t first_word = 0;  // Code points of the first word.
  bool bullet = false;
  bool rule = false;  // No letter or digit.
};

// Statistics of a stretch of text.
struct Counts {
  int letters = 0;
  int visible = 0;
  int words = 0;     // Runs between spaces; two CJK letters count as a word.
  int wordlike = 0;  // Runs of mostly letters, not inside paths or code.
};

bool IsCjk(UChar32 c) {
  if (c < 0x80) return false;
  const UBlockCode block = ublock_getCode(c);
  return u_hasBinaryProperty(c, UCHAR_IDEOGRAPHIC) || block == UBLOCK_HIRAGANA ||
         block == UBLOCK_KATAKANA || block == UBLOCK_THAI;
}

// Most texts are ASCII, which needs no lookup in ICU's tables.
bool IsLetter(UChar32 c) {
  if (c < 0x80) return absl::ascii_isalpha(static_cast<unsigned char>(c));
  return u_isalpha(c) || (U_GET_GC_MASK(c) & U_GC_M_MASK) != 0;
}

bool IsSpace(UChar32 c) {
  return c < 0x80 ? absl::ascii_isspace(static_cast<unsigned char>(c)) : u_isUWhiteSpace(c);
}

bool IsLetterOrDigit(UChar32 c) {
  return c < 0x80 ? absl::ascii_isalnum(static_cast<unsigned char>(c)) : u_isalnum(c);
}

bool IsBox(UChar32 c) { return c == '|' || (c >= 0x2500 && c <= 0x257F); }

Counts Count(absl::string_view text) {
  Counts counts;
  int cjk = 0;
  size_t run_begin = absl::string_view::npos;
  const auto end_run = [&](size_t at) {
    if (run_begin == absl::string_view::npos) return;
    ++counts.words;
    if (IsWordlike(text.substr(run_begin, at - run_begin))) ++counts.wordlike;
    run_begin = absl::string_view::npos;
  };
  for (size_t i = 0; i < text.size();) {
    const size_t at = i;
    const UChar32 c = static_cast<UChar32>(NextCodePoint(text, &i));
    if (IsSpace(c)) {
      end_run(at);
      continue;
    }
    if (run_begin == absl::string_view::npos) run_begin = at;
    ++counts.visible;
    if (IsLetter(c)) ++counts.letters;
    if (IsCjk(c)) ++cjk;
  }
  end_run(text.size());
  counts.words += cjk / 2;
  counts.wordlike += cjk / 2;
  return counts;
}

bool EndsWithStop(absl::string_view text) {
  static const RE2& stop = *new RE2(R"([.!?…。！？]["'”’»)\]*_]*\s*$)");
  // A line may be as long as a document; its end is enough.
  const size_t tail = text.size() <= 64 ? 0 : FloorToCodePoint(text, text.size() - 64);
  return RE2::PartialMatch(re2::StringPiece(text.data() + tail, text.size() - tail), stop);
}

Line ReadLine(absl::string_view text, size_t begin, size_t end) {
  static const RE2& bullet =
      *new RE2(R"(^\s*(?:[*+•‣·–○●▪-]|\(?[0-9]{1,3}[.)]|\(?[a-zA-Z]\)|\[[0-9]+\])\s+\S)");
  static const RE2& letter_bullet = *new RE2(R"(^\s+o\s+\S)");
  Line line;
  line.begin = begin;
  line.end = end;
  const absl::string_view content = text.substr(begin, end - begin);
  line.width = CountCodePoints(content);
  const absl::string_view trimmed = absl::StripLeadingAsciiWhitespace(content);
  line.first_word = CountCodePoints(trimmed.substr(0, trimmed.find_first_of(" \t")));
  const re2::StringPiece piece(content.data(), content.size());
  line.bullet = RE2::PartialMatch(piece, bullet) || RE2::PartialMatch(piece, letter_bullet);
  line.rule = true;
  for (size_t i = 0; i < content.size() && line.rule;) {
    if (IsLetterOrDigit(static_cast<UChar32>(NextCodePoint(content, &i)))) line.rule = false;
  }
  return line;
}

// Lines of one future block, none of them blank.
using Lines = std::vector<Line>;

absl::string_view TextOf(absl::string_view text, const Line& line) {
  return text.substr(line.begin, line.end - line.begin);
}

// Three spaces or a tab between two words: a column.
bool HasColumnGap(absl::string_view line) {
  const absl::string_view trimmed = absl::StripAsciiWhitespace(line);
  return trimmed.find("   ") != absl::string_view::npos ||
         trimmed.find('\t') != absl::string_view::npos;
}

bool StartsLower(absl::string_view line) {
  const absl::string_view trimmed = absl::StripLeadingAsciiWhitespace(line);
  size_t i = 0;
  return !trimmed.empty() && u_islower(static_cast<UChar32>(NextCodePoint(trimmed, &i)));
}

bool LooksLikeContents(absl::string_view line) {
  static const RE2& numbered = *new RE2(R"(^\s*(?:[0-9]+(?:\.[0-9]+)*\.?|[A-Z]\.(?:[0-9]+\.)*)"
                                        R"(|(?:Chapter|Appendix|Part)\s+\S+)\s+\S)");
  static const RE2& leader = *new RE2(R"((?:\.{4,}|(?:\. ){4,})\s*[0-9ivxl]*\s*$)");
  const re2::StringPiece piece(line.data(), line.size());
  return RE2::PartialMatch(piece, leader) ||
         (RE2::PartialMatch(piece, numbered) && !EndsWithStop(line));
}

bool LooksLikeCode(absl::string_view line) {
  static const RE2& code = *new RE2(
      R"(^\s*(?:[$#%>]\s|>>>|\.\.\s|//|/\*|\#!)|[;{}\\]\s*$|^\s*[\w.-]+\s*=\s*\S|^\s*<[^>]+>)"
      R"(|^\s*-{1,2}[a-zA-Z]|^\s*[A-Za-z-]+://\S+\s*$)");
  return RE2::PartialMatch(re2::StringPiece(line.data(), line.size()), code);
}

// How many of the lines satisfy the condition.
template <typename Test>
size_t CountLines(absl::string_view text, const Lines& lines, Test test) {
  return static_cast<size_t>(std::count_if(
      lines.begin(), lines.end(), [&](const Line& line) { return test(TextOf(text, line)); }));
}

int CountBoxes(absl::string_view line) {
  int boxes = 0;
  for (size_t i = 0; i < line.size();) {
    if (IsBox(static_cast<UChar32>(NextCodePoint(line, &i)))) ++boxes;
  }
  return boxes;
}

bool IsTable(absl::string_view text, const Lines& lines, const Counts& counts) {
  const size_t boxed = CountLines(text, lines, [](absl::string_view line) {
    return CountBoxes(line) >= 2 || line.find("-+-") != absl::string_view::npos ||
           line.find("---+") != absl::string_view::npos;
  });
  if (boxed * 2 >= lines.size()) return true;
  const size_t columns = CountLines(text, lines, HasColumnGap);
  if (lines.size() >= 2 && columns * 2 >= lines.size()) return true;
  return lines.size() == 1 && columns == 1 && counts.words < 2 * kLeastProseWords;
}

// Whether the line end after `line` only wraps the text: the next word would not
// have fitted, or the sentence plainly continues.
bool IsSoftBreak(absl::string_view text, const Line& line, const Line& next, size_t width) {
  if (next.bullet || next.rule || line.rule) return false;
  const absl::string_view content = TextOf(text, line);
  if (StartsLower(TextOf(text, next)) && !EndsWithStop(content)) return true;
  return width >= kLeastWrapWidth && width <= kMaxWrapWidth &&
         line.width + 1 + next.first_word + 2 > width;
}

BlockKind Classify(absl::string_view text, const Lines& lines, const Block& block,
                   const Counts& counts) {
  if (std::all_of(lines.begin(), lines.end(), [](const Line& line) { return line.rule; })) {
    return BlockKind::kRule;
  }
  if (IsTable(text, lines, counts)) return BlockKind::kTable;
  if (lines.size() >= 2 && CountLines(text, lines, LooksLikeContents) * 3 >= lines.size() * 2) {
    return BlockKind::kContents;
  }
  const size_t code = CountLines(text, lines, LooksLikeCode);
  const double word_share =
      counts.words == 0 ? 0.0 : static_cast<double>(counts.wordlike) / counts.words;
  const absl::string_view content = text.substr(block.begin, block.end - block.begin);
  const bool stops = EndsWithStop(content) || content.back() == ':';
  if (code * 2 >= lines.size() && !(lines[0].bullet && stops)) return BlockKind::kCode;
  if (lines[0].bullet) return BlockKind::kItem;
  const bool brief = lines.size() <= 2 && CountCodePoints(content) <= kMaxHeading;
  // Plain-text dictionaries begin an entry with ":headword of several words: n.".
  const bool entry = absl::StripLeadingAsciiWhitespace(content)[0] == ':';
  const int entry_words = entry ? 2 * kMaxEntryWords : kMaxEntryWords;
  if (lines.size() == 1 && brief && counts.words <= entry_words) return BlockKind::kHeading;
  if (brief && !stops && counts.words <= kMaxHeadingWords) {
    return word_share >= 0.5 ? BlockKind::kHeading : BlockKind::kCode;
  }
  // Separate lines: verse, addresses, lists without marks, code.
  const bool broken = lines.size() >= 3 && block.soft_breaks.size() * 2 < lines.size() - 1;
  if (word_share < kLeastWordShare || counts.letters * 10 < counts.visible * 6) {
    return BlockKind::kCode;
  }
  if (!stops || counts.words < kLeastProseWords) return BlockKind::kFragment;
  if (broken && CountLines(text, lines, EndsWithStop) * 2 < lines.size()) {
    return BlockKind::kFragment;
  }
  return BlockKind::kProse;
}

Block MakeBlock(absl::string_view text, const Lines& lines) {
  Block block;
  block.begin = lines.front().begin;
  block.end = lines.back().end;
  size_t width = 0;
  for (const Line& line : lines) width = std::max(width, line.width);
  for (size_t i = 0; i + 1 < lines.size(); ++i) {
    if (IsSoftBreak(text, lines[i], lines[i + 1], width)) {
      block.soft_breaks.push_back(lines[i].end);
    }
  }
  const absl::string_view content = text.substr(block.begin, block.end - block.begin);
  const Counts counts = Count(content);
  block.kind = Classify(text, lines, block, counts);
  const bool reads = counts.words >= kLeastProseWords &&
                     counts.wordlike >= kLeastWordShare * counts.words && EndsWithStop(content);
  block.sentences = block.kind == BlockKind::kProse || (block.kind == BlockKind::kItem && reads);
  return block;
}

}  // namespace

std::vector<Block> ReadOutline(absl::string_view text) {
  std::vector<Block> blocks;
  Lines lines;
  const auto flush = [&] {
    if (!lines.empty()) blocks.push_back(MakeBlock(text, lines));
    lines.clear();
  };
  for (size_t begin = 0; begin < text.size();) {
    size_t end = text.find('\n', begin);
    if (end == absl::string_view::npos) end = text.size();
    if (absl::StripAsciiWhitespace(text.substr(begin, end - begin)).empty()) {
      flush();
    } else {
      const Line line = ReadLine(text, begin, end);
      if (line.bullet) flush();
      lines.push_back(line);
    }
    begin = end + 1;
  }
  flush();
  return blocks;
}

double LetterShare(absl::string_view text) {
  int letters = 0;
  int visible = 0;
  for (size_t i = 0; i < text.size();) {
    const UChar32 c = static_cast<UChar32>(NextCodePoint(text, &i));
    if (IsSpace(c)) continue;
    ++visible;
    if (IsLetter(c)) ++letters;
  }
  return visible == 0 ? 0.0 : static_cast<double>(letters) / visible;
}

}  // namespace quipu::generator
