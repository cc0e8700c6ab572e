// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/text/outline.h"

#include <re2/re2.h>
#include <unicode/uchar.h>

#include <algorithm>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "base/utf8.h"
#include "generator/text/furniture.h"
#include "generator/text/line_columns.h"
#include "generator/text/sentence_ends.h"
#include "generator/text/wordlike.h"

namespace quipu::generator {
namespace {

// Lines narrower or wider than this were not wrapped for a page: their line ends
// are real.
constexpr size_t kLeastWrapWidth = 40;
constexpr size_t kMaxWrapWidth = 120;
// Longest heading, in code points and words.
constexpr size_t kMaxHeading = 110;
constexpr int kMaxHeadingWords = 16;
// Bytes from one box mark of a table to the next, and of a line with rules like ---+---, at most.
constexpr size_t kMaxCell = 200;
constexpr size_t kMaxRuledLine = 400;
// A longer line is a document of its own; its parts, of half to all of this, are classified alone.
constexpr size_t kMaxLine = 4096;
// Longest line of a table of contents, in bytes.
constexpr size_t kMaxContents = 160;
// A line this short is a heading (of a dictionary entry, say), even with a full
// stop.
constexpr int kMaxEntryWords = 5;
// Fewer words are not a sentence to ask about.
constexpr int kLeastProseWords = 6;
constexpr double kLeastWordShare = 0.6;
// Sentences with code among them, or code with sentences in its comments: above this share of words
// it is the former.
constexpr double kSureWordShare = 0.75;
// Words of an item that is a paragraph of its own, as in statutes.
constexpr int kParagraphWords = 30;
// No language has longer words on average; data in letters has.
constexpr int kMaxWordLetters = 24;
// Words of a heading, or of an item with a full stop, at least, to be read as text.
constexpr int kLeastLineWords = 3;
// Longest tag inside a line, "<font color=...>", in bytes.
constexpr size_t kMaxTag = 64;
// Fewer lines have no margin that could be told from a chance.
constexpr size_t kLeastMarginLines = 3;

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
  int words = 0;     // Runs between spaces; two letters of an unspaced script are one.
  int wordlike = 0;  // Runs of mostly letters, not inside paths or code.
  int ends = 0;      // Sentences that end.

  bool AreWords(double share) const {
    return wordlike >= share * words && letters * 10 >= visible * 6 &&
           letters <= words * kMaxWordLetters;
  }
};

// Most texts are ASCII, which needs no lookup in ICU's tables.
bool IsLetter(UChar32 c) {
  if (c < 0x80) return absl::ascii_isalpha(static_cast<unsigned char>(c));
  return u_isalpha(c) || (U_GET_GC_MASK(c) & U_GC_M_MASK) != 0;
}

bool IsSpace(UChar32 c) {
  // The marks between the words of Ethiopic and the syllables of Tibetan are spaces to us.
  return c < 0x80 ? absl::ascii_isspace(static_cast<unsigned char>(c))
                  : u_isUWhiteSpace(c) || c == 0x1361 || c == 0x0F0B;
}

bool IsLetterOrDigit(UChar32 c) {
  return c < 0x80 ? absl::ascii_isalnum(static_cast<unsigned char>(c)) : u_isalnum(c);
}

bool IsBox(UChar32 c) { return c == '|' || (c >= 0x2500 && c <= 0x257F); }

// The length of a tag such as "</i>" at the beginning of the text; 0 if there is none.
size_t TagLength(absl::string_view text) {
  if (text.size() < 3 || text[0] != '<') return 0;
  const size_t name = text[1] == '/' ? 2 : 1;
  if (!absl::ascii_isalpha(static_cast<unsigned char>(text[name]))) return 0;
  const size_t end = text.substr(0, kMaxTag).find_first_of("<>\n", 1);
  return end == absl::string_view::npos || text[end] != '>' ? 0 : end + 1;
}

// Tags are no part of words: "<i>The end.</i>" has two.
Counts Count(absl::string_view text) {
  Counts counts;
  int unspaced = 0;
  SentenceEndCounter ends;
  size_t run_begin = absl::string_view::npos;
  const auto end_run = [&](size_t at) {
    if (run_begin == absl::string_view::npos) return;
    ++counts.words;
    if (IsWordlike(text.substr(run_begin, at - run_begin))) ++counts.wordlike;
    run_begin = absl::string_view::npos;
  };
  for (size_t i = 0; i < text.size();) {
    const size_t at = i;
    if (const size_t tag = TagLength(text.substr(i)); tag > 0) {
      for (const char c : text.substr(i, tag)) ends.Add(static_cast<unsigned char>(c));
      end_run(at);
      i += tag;
      continue;
    }
    const UChar32 c = static_cast<UChar32>(NextCodePoint(text, &i));
    ends.Add(static_cast<uint32_t>(c));
    if (IsSpace(c)) {
      end_run(at);
      continue;
    }
    if (run_begin == absl::string_view::npos) run_begin = at;
    ++counts.visible;
    if (IsLetter(c)) ++counts.letters;
    if (IsUnspaced(static_cast<uint32_t>(c))) ++unspaced;
  }
  end_run(text.size());
  counts.words += unspaced / 2;
  counts.wordlike += unspaced / 2;
  counts.ends = ends.count();
  return counts;
}

// A line of a quoted message or of Markdown, without its "> > ".
absl::string_view WithoutQuoteMarks(absl::string_view line) {
  const size_t at = line.find_first_not_of(" \t>");
  return at == absl::string_view::npos ? absl::string_view() : line.substr(at);
}

Line ReadLine(absl::string_view text, size_t begin, size_t end) {
  static const RE2& bullet =
      *new RE2(R"(^\s*(?:[*+•‣·–○●▪-]|\(?[0-9]{1,3}[.)]|\(?[a-zA-Z]\)|\[[0-9]+\])"
               R"(|§+\s*[0-9]+[a-z]?\.?)\s+\S)");
  static const RE2& letter_bullet = *new RE2(R"(^\s+o\s+\S)");
  Line line;
  line.begin = begin;
  line.end = end;
  const absl::string_view content = text.substr(begin, end - begin);
  line.width = CountCodePoints(content);
  const absl::string_view trimmed = WithoutQuoteMarks(content);
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

bool StartsLower(absl::string_view line) {
  const absl::string_view trimmed = WithoutQuoteMarks(line);
  size_t i = 0;
  return !trimmed.empty() && u_islower(static_cast<UChar32>(NextCodePoint(trimmed, &i)));
}

bool LooksLikeContents(absl::string_view line) {
  static const RE2& numbered = *new RE2(R"(^\s*(?:[0-9]+(?:\.[0-9]+)*\.?|[A-Z]\.(?:[0-9]+\.)*)"
                                        R"(|(?:Chapter|Appendix|Part)\s+\S+)\s+([^\s\p{Ll}]))");
  static const RE2& clause = *new RE2(R"([;,]\s*(?:and|or)?\s*$)");
  static const RE2& leader = *new RE2(R"((?:\.{4,}|(?:\. ){4,})\s*[0-9ivxl]*\s*$)");
  const re2::StringPiece piece(line.data(), line.size());
  if (RE2::PartialMatch(piece, leader)) return true;
  // Small letters continue a sentence in a text with line numbers.
  if (line.size() > kMaxContents || !RE2::PartialMatch(piece, numbered)) return false;
  if (RE2::PartialMatch(piece, clause)) return false;
  const absl::string_view trimmed = absl::StripAsciiWhitespace(line);
  const absl::string_view rest = WithoutLineNumber(trimmed);
  const bool line_number = rest.size() < trimmed.size() &&
                           std::count(rest.begin(), rest.end(), ' ') >= kLeastProseWords - 1;
  return !line_number && !EndsSentence(line);
}

// "... as was shown.\footnote{See there.}": a macro's argument ends the line, not a block.
bool EndsWithMacro(absl::string_view line) {
  static const RE2& macro = *new RE2(R"([.,;:?!\pL]\\[a-z]+(?:\[[^\]]*\])?\{[^{}]*\}[.,;:]?\s*$)");
  return RE2::PartialMatch(re2::StringPiece(line.data(), line.size()), macro);
}

bool LooksLikeCode(absl::string_view line) {
  static const RE2& format =
      *new RE2(R"(\s*(?:</?(?:[biscuv]|em|strong|font|span)(?:[ .][^<>]*)?>\s*)+)");
  if (EndsWithMacro(line)) return false;
  static const RE2& code = *new RE2(
      R"(^\s*(?:[$#%>]\s|>>>|\.\.\s|//|/\*|\#!)|[;{}\\]\s*$|^\s*[\w.-]+\s*=\s*\S|^\s*<[^>]+>)"
      R"(|^\s*-{1,2}[a-zA-Z]|^\s*[A-Za-z-]+://\S+\s*$)");
  re2::StringPiece piece(line.data(), line.size());
  RE2::Consume(&piece, format);
  return RE2::PartialMatch(piece, code);
}

// How many of the lines satisfy the condition.
template <typename Test>
size_t CountLines(absl::string_view text, const Lines& lines, Test test) {
  return static_cast<size_t>(std::count_if(
      lines.begin(), lines.end(), [&](const Line& line) { return test(TextOf(text, line)); }));
}

// Indic letters, from Devanagari to Sinhala.
bool IsIndic(UChar32 c) { return c >= 0x900 && c < 0xE00; }

// Box marks of a table: not the bars of "[[page|words]]", "{{convert|3|m}}" and "<|endoftext|>", nor the one that many
// type for a danda, the full stop of Indic scripts.
int CountBoxes(absl::string_view line) {
  const bool begins = absl::StartsWith(absl::StripLeadingAsciiWhitespace(line), "|");
  int boxes = 0;
  bool link = false;
  int templates = 0;
  UChar32 last = 0;  // Before any spaces.
  for (size_t i = 0; i < line.size();) {
    const auto c = static_cast<UChar32>(NextCodePoint(line, &i));
    if (c == '[' && last == '[') link = true;
    if (c == ']') link = false;
    if ((c == '{' || c == '}') && last == c) {
      templates = std::max(templates + (c == '{' ? 1 : -1), 0);
      last = 0;
      continue;
    }
    const bool danda = c == '|' && IsIndic(last) && !begins;
    const bool token = c == '|' && (last == '<' || (i < line.size() && line[i] == '>'));
    if (IsBox(c) && !danda && !token && !(c == '|' && (link || templates > 0))) ++boxes;
    if (c != ' ') last = c;
  }
  return boxes;
}

bool IsBoxed(absl::string_view text, const Lines& lines) {
  const size_t boxed = CountLines(text, lines, [](absl::string_view line) {
    if (static_cast<size_t>(CountBoxes(line)) * kMaxCell >= line.size() + kMaxCell) return true;
    return line.size() <= kMaxRuledLine && (line.find("-+-") != absl::string_view::npos ||
                                            line.find("---+") != absl::string_view::npos);
  });
  return boxed * 2 >= lines.size();
}

// Whether most lines have a gap that ends at the same place: columns of text side by side.
bool HasGutter(absl::string_view text, const Lines& lines) {
  if (lines.size() < kLeastMarginLines) return false;
  std::vector<size_t> ends;
  for (const Line& line : lines) ends.push_back(ColumnGapEnd(TextOf(text, line)));
  std::sort(ends.begin(), ends.end());
  const size_t median = ends[ends.size() / 2];
  const auto count = static_cast<size_t>(std::count(ends.begin(), ends.end(), median));
  return median > 0 && count * 2 > lines.size();
}

// Whether the lines were widened to end at the same margin, all but the last.
bool IsJustified(const Lines& lines) {
  if (lines.size() < kLeastMarginLines) return false;
  return std::all_of(lines.begin() + 1, lines.end() - 1,
                     [&](const Line& line) { return line.width == lines[0].width; });
}

bool HasColumns(absl::string_view text, const Lines& lines, const Counts& counts) {
  const size_t columns = CountLines(text, lines, HasColumnGap);
  if (lines.size() == 1) return columns == 1 && counts.words < 2 * kLeastProseWords;
  return columns * 2 >= lines.size();
}

// Whether the line end after `line` only wraps the text: the next word would not
// have fitted, or the sentence plainly continues.
bool IsSoftBreak(absl::string_view text, const Line& line, const Line& next, size_t width) {
  if (next.bullet || next.rule || line.rule) return false;
  const absl::string_view content = TextOf(text, line);
  if (StartsLower(TextOf(text, next)) && !EndsSentence(content)) return true;
  return width >= kLeastWrapWidth && width <= kMaxWrapWidth &&
         line.width + 1 + next.first_word + 2 > width;
}

// Sentences, whatever marks are around them: not code with a full stop or two.
bool ReadsSurely(const Counts& counts) {
  return counts.ends >= 2 && counts.words >= counts.ends * 3 && counts.AreWords(kSureWordShare);
}

// "Recalling its resolution on gates, and noting the reports of the keepers;": recitals, one a line.
bool AreRecitals(absl::string_view text, const Lines& lines, const Counts& counts) {
  constexpr int kRecitalWords = 8;
  constexpr double kRecitalShare = 0.9;
  if (counts.words < kRecitalWords * static_cast<int>(lines.size())) return false;
  if (!counts.AreWords(kRecitalShare)) return false;
  return CountLines(text, lines, [](absl::string_view line) {
           return line.find_first_of("{}\\=<>") != absl::string_view::npos;
         }) == 0;
}

// Whether the block is a list of commands, a program, configuration.
bool IsCode(absl::string_view text, const Lines& lines, const Counts& counts, bool stops) {
  if (CountLines(text, lines, LooksLikeCode) * 2 < lines.size()) return false;
  if (ReadsSurely(counts) || AreRecitals(text, lines, counts)) return false;
  // "(a) an agreement to which the seller is a party;" and "<v Anna>Then we went there."
  const bool clause = counts.words >= kLeastProseWords && counts.AreWords(kSureWordShare);
  static const RE2& number = *new RE2(R"(\s*[0-9]+(?:\.[0-9]+)+\.?\s+)");
  const absl::string_view first = TextOf(text, lines[0]);
  re2::StringPiece piece(first.data(), first.size());
  const bool numbered = RE2::Consume(&piece, number);
  const bool tagged = absl::StartsWith(first, "<") && counts.ends > 0;
  if (clause &&
      (tagged || numbered || counts.words >= kParagraphWords * static_cast<int>(lines.size()))) {
    return false;
  }
  return !(lines[0].bullet && (stops || clause));
}

// Sentences, separate lines (verse, addresses, speech), or neither.
BlockKind ClassifyLines(absl::string_view text, const Lines& lines, const Block& block,
                        const Counts& counts, bool stops) {
  if (!counts.AreWords(kLeastWordShare)) return BlockKind::kCode;
  const bool ends =
      stops || counts.ends >= 2 || (counts.ends == 1 && counts.words >= 4 * kLeastProseWords);
  if (!ends || counts.words < kLeastProseWords) return BlockKind::kFragment;
  const bool broken = lines.size() >= 3 && block.soft_breaks.size() * 2 < lines.size() - 1;
  if (broken && static_cast<size_t>(counts.ends) * 2 < lines.size() &&
      CountLines(text, lines, EndsSentence) * 2 < lines.size()) {
    return BlockKind::kFragment;
  }
  return BlockKind::kProse;
}

BlockKind Classify(absl::string_view text, const Lines& lines, const Block& block,
                   const Counts& counts) {
  if (std::all_of(lines.begin(), lines.end(), [](const Line& line) { return line.rule; })) {
    return BlockKind::kRule;
  }
  if (IsBoxed(text, lines)) return BlockKind::kTable;
  if (HasColumns(text, lines, counts)) {
    const bool full_lines = counts.words >= static_cast<int>(2 * kLeastProseWords * lines.size());
    const bool sentences =
        (full_lines && ReadsSurely(counts)) ||
        (IsJustified(lines) && counts.ends > 0 && counts.AreWords(kSureWordShare));
    if (!sentences || HasGutter(text, lines)) return BlockKind::kTable;
  }
  if (lines.size() >= 2 && CountLines(text, lines, LooksLikeContents) * 3 >= lines.size() * 2) {
    return BlockKind::kContents;
  }
  const absl::string_view content = text.substr(block.begin, block.end - block.begin);
  const bool stops = EndsSentence(content) || content.back() == ':';
  if (IsCode(text, lines, counts, stops)) return BlockKind::kCode;
  if (lines[0].bullet) return BlockKind::kItem;
  const bool brief = lines.size() <= 2 && CountCodePoints(content) <= kMaxHeading;
  // Plain-text dictionaries begin an entry with ":headword of several words: n.".
  const bool entry = absl::StripLeadingAsciiWhitespace(content)[0] == ':';
  const int entry_words = entry ? 2 * kMaxEntryWords : kMaxEntryWords;
  if (lines.size() == 1 && brief && counts.words <= entry_words) return BlockKind::kHeading;
  if (brief && !stops && counts.words <= kMaxHeadingWords) {
    return counts.wordlike * 2 >= counts.words ? BlockKind::kHeading : BlockKind::kCode;
  }
  return ClassifyLines(text, lines, block, counts, stops);
}

// Whether the block reads as sentences, as words, as a paragraph; its kind is known.
void SetReading(absl::string_view text, const Counts& counts, Block* block) {
  const bool words = counts.AreWords(kLeastWordShare);
  const bool item = block->kind == BlockKind::kItem && words && counts.words >= kLeastProseWords;
  const absl::string_view content = text.substr(block->begin, block->end - block->begin);
  const bool prose = block->kind == BlockKind::kProse;
  block->sentences =
      prose ||
      (item && (EndsSentence(content) || counts.ends >= 1 || counts.words >= 2 * kLeastProseWords));
  block->paragraph =
      prose || (block->sentences && (counts.ends >= 2 || counts.words >= kParagraphWords));
  const bool said = block->kind == BlockKind::kHeading ||
                    (block->kind == BlockKind::kItem && EndsSentence(content));
  const bool line = said && counts.words >= kLeastLineWords;
  block->words =
      block->sentences || (words && (item || line || block->kind == BlockKind::kFragment));
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
  SetReading(text, counts, &block);
  return block;
}

// Where the first part of a long line ends: after a sentence, or at least a word.
size_t PartEnd(absl::string_view text, size_t begin) {
  const size_t limit = FloorToCodePoint(text, begin + kMaxLine);
  const size_t least = begin + kMaxLine / 2;
  size_t end = 0;
  for (size_t i = FloorToCodePoint(text, least); i < limit;) {
    const auto c = NextCodePoint(text, &i);
    if (IsSentenceEnd(c) && (IsUnspaced(c) || c >= 0x3000 || text[i] == ' ')) end = i;
  }
  if (end > least) return end;
  const size_t space = text.substr(least, limit - least).rfind(' ');
  return space == absl::string_view::npos ? limit : least + space + 1;
}

// A line that is page furniture.
Block FurnitureBlock(size_t begin, size_t end) {
  Block block;
  block.kind = BlockKind::kFurniture;
  block.begin = begin;
  block.end = end;
  return block;
}

}  // namespace

void ForEachBlock(absl::string_view text, absl::FunctionRef<void(const Block&)> fn) {
  Lines lines;
  const auto flush = [&] {
    if (!lines.empty()) fn(MakeBlock(text, lines));
    lines.clear();
  };
  const std::vector<size_t> furniture = FindFurniture(text);
  auto next_furniture = furniture.begin();
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    if (next_furniture != furniture.end() && *next_furniture == begin) {
      flush();
      ++next_furniture;
      fn(FurnitureBlock(begin, end));
    } else if (absl::StripAsciiWhitespace(text.substr(begin, end - begin)).empty()) {
      flush();
    } else {
      // The parts of a long line are blocks of their own.
      Line line = ReadLine(text, begin, end);
      for (size_t at = begin; at < end;) {
        const size_t part_end = end - at <= kMaxLine || line.rule ? end : PartEnd(text, at);
        if (part_end - at < end - begin) line = ReadLine(text, at, part_end);
        if (line.bullet || at != begin) flush();
        lines.push_back(line);
        at = part_end;
      }
    }
    begin = end + 1;
  }
  flush();
}

std::vector<Block> ReadOutline(absl::string_view text) {
  std::vector<Block> blocks;
  ForEachBlock(text, [&](const Block& block) { blocks.push_back(block); });
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
