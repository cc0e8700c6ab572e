// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/markup/markdown_text.h"

#include <md4c.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "base/status_macros.h"
#include "base/utf8.h"
#include "pipelines/markup/html_text.h"
#include "pipelines/markup/list_numbers.h"
#include "pipelines/markup/markdown_scan.h"
#include "pipelines/markup/text_blocks.h"

namespace quipu::pipelines {
namespace {

// Links and pictures by reference may name this many more bytes of addresses than their file has: md4c
// reads an address again for each.
constexpr uint64_t kFreeAddressBytes = 1 << 20;

// HTML's elements, those that are obsolete too, and what pages draw with; sorted.
constexpr absl::string_view kElements[] = {
    "a",        "abbr",       "acronym",  "address", "applet",   "area",   "article", "aside",
    "audio",    "b",          "base",     "bdi",     "bdo",      "big",    "blink",   "blockquote",
    "body",     "br",         "button",   "canvas",  "caption",  "center", "circle",  "cite",
    "code",     "col",        "colgroup", "data",    "datalist", "dd",     "del",     "details",
    "dfn",      "dialog",     "dir",      "div",     "dl",       "dt",     "em",      "embed",
    "fieldset", "figcaption", "figure",   "font",    "footer",   "form",   "frame",   "frameset",
    "g",        "h1",         "h2",       "h3",      "h4",       "h5",     "h6",      "head",
    "header",   "hgroup",     "hr",       "html",    "i",        "iframe", "img",     "input",
    "ins",      "kbd",        "label",    "legend",  "li",       "line",   "link",    "main",
    "map",      "mark",       "marquee",  "math",    "menu",     "meta",   "meter",   "mfrac",
    "mi",       "mn",         "mo",       "mrow",    "msub",     "msup",   "nav",     "nobr",
    "noframes", "noscript",   "object",   "ol",      "optgroup", "option", "output",  "p",
    "param",    "path",       "picture",  "pre",     "progress", "q",      "rb",      "rect",
    "rp",       "rt",         "rtc",      "ruby",    "s",        "samp",   "script",  "search",
    "section",  "select",     "slot",     "small",   "source",   "span",   "strike",  "strong",
    "style",    "sub",        "summary",  "sup",     "svg",      "table",  "tbody",   "td",
    "template", "text",       "textarea", "tfoot",   "th",       "thead",  "time",    "title",
    "tr",       "track",      "tt",       "u",       "ul",       "var",    "video",   "wbr"};
constexpr absl::string_view kNameEnds = " \t\r\n/>";

// Whether a tag within a line is none, but "<your-name>", the type of a "List<String>", or a
// comparison, "a<b and b>c": of no element, or of a letter, and without anything that only a tag has.
bool IsPlaceholder(absl::string_view tag) {
  if (absl::StrContains(tag, '=') || absl::StrContains(tag, "/>")) return false;
  absl::ConsumePrefix(&tag, "<");
  absl::ConsumePrefix(&tag, "/");
  if (tag.empty() || !absl::ascii_isalpha(static_cast<unsigned char>(tag.front()))) return false;
  const std::string name = absl::AsciiStrToLower(tag.substr(0, tag.find_first_of(kNameEnds)));
  // "<b>" and "</b>" have nothing but their name.
  if (name.size() == 1 && tag.find_first_of(" \t\r\n") != absl::string_view::npos) return true;
  return !std::binary_search(std::begin(kElements), std::end(kElements), name);
}

// What md4c finds in a file, in order.
class FileText {
 public:
  // `file_bytes`: of the file, for what may not be more. `money`: what is written for a dollar that
  // belongs to no formula; a dollar, if there are no formulas.
  FileText(size_t file_bytes, char money) : file_bytes_(file_bytes), money_(money) {}

  // Why the file is not read further; OK if it is.
  const absl::Status& status() const { return status_; }

  void EnterBlock(MD_BLOCKTYPE type, const void* detail) {
    BeginList(type, detail);
    switch (type) {
      case MD_BLOCK_LI:
        ++items_;
        Break(TextBlocks::kLine);
        blocks_.AddNumber(lists_.NextItem(std::nullopt));
        break;
      case MD_BLOCK_TR:
      case MD_BLOCK_THEAD:
      case MD_BLOCK_TBODY:
        Break(TextBlocks::kLine);
        break;
      case MD_BLOCK_TH:
      case MD_BLOCK_TD:
        // md4c adds the cells that are missing to each row: a short file could get millions.
        if (++all_cells_ > file_bytes_)
          Fail("its tables have more missing cells than it has bytes");
        ++cells_;
        break;
      case MD_BLOCK_CODE:
        code_ = true;
        Break(TextBlocks::kParagraph);
        break;
      default:
        // Paragraphs and lists within lists are lines.
        Break(items_ > 0 ? TextBlocks::kLine : TextBlocks::kParagraph);
    }
  }

  void LeaveBlock(MD_BLOCKTYPE type) {
    if (type == MD_BLOCK_TH || type == MD_BLOCK_TD) {
      --cells_;
      blocks_.Cell(/*keep_empty=*/true);
      return;
    }
    if (type == MD_BLOCK_HTML) {
      AddHtmlBlock();
    }
    if (type == MD_BLOCK_LI) --items_;
    if (type == MD_BLOCK_CODE) code_ = false;
    const bool line = items_ > 0 || type == MD_BLOCK_LI || type == MD_BLOCK_TR ||
                      type == MD_BLOCK_THEAD || type == MD_BLOCK_TBODY;
    Break(line ? TextBlocks::kLine : TextBlocks::kParagraph);
    if (type == MD_BLOCK_LI) blocks_.ClearNumber();
    if (type == MD_BLOCK_OL || type == MD_BLOCK_UL) lists_.EndList();
  }

  void EnterSpan(MD_SPANTYPE type, const void* detail) {
    AddMathMark(type);
    if (type == MD_SPAN_EM) product_ = IsDigit(blocks_.JoinedTo());
    if (type == MD_SPAN_IMG) {
      ++pictures_;
      const auto* picture = static_cast<const MD_SPAN_IMG_DETAIL*>(detail);
      CountAddress(picture->src, picture->title);
    }
    if (type == MD_SPAN_A) {
      const auto* link = static_cast<const MD_SPAN_A_DETAIL*>(detail);
      CountAddress(link->href, link->title);
    }
  }
  void LeaveSpan(MD_SPANTYPE type) {
    AddMathMark(type);
    if (type == MD_SPAN_EM && std::exchange(in_product_, false)) blocks_.Add("*", code_);
    pictures_ -= type == MD_SPAN_IMG ? 1 : 0;
  }

  void Text(MD_TEXTTYPE type, absl::string_view text) {
    // A picture's text says what it shows.
    if (pictures_ > 0) return;
    if (money_ == '$' || !absl::StrContains(text, money_)) return AddText(type, text);
    std::string with_dollars(text);
    std::replace(with_dollars.begin(), with_dollars.end(), money_, '$');
    AddText(type, with_dollars);
  }

  void SetHtml(bool html) { in_html_ = html; }

  std::string Finish() { return blocks_.Text(/*main_only=*/false); }

 private:
  static bool IsDigit(char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); }

  void AddText(MD_TEXTTYPE type, absl::string_view text) {
    // "2*3*4" is no number with a digit that is set off.
    in_product_ = in_product_ || (product_ && !text.empty() && IsDigit(text.front()));
    if (std::exchange(product_, false) && in_product_) blocks_.Add("*", code_);
    switch (type) {
      case MD_TEXT_NULLCHAR:
        return;
      case MD_TEXT_BR:
        blocks_.Break(TextBlocks::kLine);
        return;
      case MD_TEXT_SOFTBR:
        blocks_.Add(" ", /*preformatted=*/false);
        return;
      case MD_TEXT_HTML:
        // Of a block; within a line it is a tag, whose text is outside of it.
        if (in_html_) {
          html_.append(text.data(), text.size());
        } else {
          Tag(text);
        }
        return;
      case MD_TEXT_ENTITY:
        AddEntity(text);
        return;
      case MD_TEXT_CODE:
        // In a table, code needs the escape too.
        blocks_.Add(cells_ > 0 ? absl::StrReplaceAll(text, {{"\\|", "|"}}) : std::string(text),
                    code_);
        return;
      default:
        if (raised_ && !text.empty()) {
          const absl::string_view mark = ExponentMark(blocks_.JoinedTo(), text);
          closes_raised_ = mark.size() > 1;
          blocks_.Add(mark, code_);
          raised_ = false;
        }
        blocks_.Add(text, code_);
    }
  }

  void Break(TextBlocks::Gap gap) { blocks_.Break(gap); }

  void BeginList(MD_BLOCKTYPE type, const void* detail) {
    ListStyle style;
    if (type == MD_BLOCK_OL) {
      const auto* list = static_cast<const MD_BLOCK_OL_DETAIL*>(detail);
      style.numbered = true;
      style.first = list->start;
      style.end = list->mark_delimiter;
    }
    if (type == MD_BLOCK_OL || type == MD_BLOCK_UL) lists_.BeginList(style);
  }

  void Fail(absl::string_view why) {
    if (status_.ok()) status_ = absl::InvalidArgumentError(why);
  }

  // Formulas keep their dollars: their backslashes and stars are no marks of Markdown.
  void AddMathMark(MD_SPANTYPE type) {
    if (pictures_ > 0) return;
    if (type == MD_SPAN_LATEXMATH) blocks_.Add("$", /*preformatted=*/false);
    if (type == MD_SPAN_LATEXMATH_DISPLAY) blocks_.Add("$$", /*preformatted=*/false);
  }

  // A tag within a line.
  void Tag(absl::string_view tag) {
    if (IsPlaceholder(tag)) {
      blocks_.Add(tag, /*preformatted=*/false);
      return;
    }
    absl::ConsumePrefix(&tag, "<");
    const bool end = absl::ConsumePrefix(&tag, "/");
    const absl::string_view name = tag.substr(0, tag.find_first_of(kNameEnds));
    if (absl::EqualsIgnoreCase(name, "sup")) {
      if (end && closes_raised_) blocks_.Add(")", code_);
      closes_raised_ = false;
      raised_ = !end;
    }
    if (!absl::EqualsIgnoreCase(name, "br")) return;
    if (cells_ > 0) {
      blocks_.Add(" ", /*preformatted=*/false);
    } else {
      Break(TextBlocks::kLine);
    }
  }

  void AddHtmlBlock() {
    const absl::StatusOr<std::string> text = HtmlFragmentText(html_);
    html_.clear();
    if (text.ok()) {
      blocks_.Add(*text, /*preformatted=*/true);
    } else {
      Fail(text.status().message());
    }
  }

  // A space, such as "&nbsp;", is the only text that a fragment of HTML does not have.
  void AddEntity(absl::string_view entity) {
    const absl::StatusOr<std::string> text = HtmlFragmentText(entity);
    blocks_.Add(text.ok() && !text->empty() ? *text : " ", code_);
  }

  void CountAddress(const MD_ATTRIBUTE& address, const MD_ATTRIBUTE& title) {
    address_bytes_ += uint64_t{address.size} + title.size;
    if (address_bytes_ > kFreeAddressBytes + file_bytes_) {
      Fail("its links repeat addresses of more bytes than it has");
    }
  }

  const size_t file_bytes_;
  absl::Status status_;
  size_t all_cells_ = 0;
  uint64_t address_bytes_ = 0;
  const char money_;
  TextBlocks blocks_;
  ListNumbers lists_;
  bool product_ = false;     // Behind a digit, emphasis begins,
  bool in_product_ = false;  // and it is none.
  std::string html_;
  bool in_html_ = false;
  bool code_ = false;
  bool raised_ = false;         // In a line's <sup> that has no text yet.
  bool closes_raised_ = false;  // A bracket is open in it.
  int items_ = 0;
  int cells_ = 0;
  int pictures_ = 0;
};

// What a callback returns: anything but 0 stops md4c.
int Continue(const FileText& text) { return text.status().ok() ? 0 : 1; }

int OnEnterBlock(MD_BLOCKTYPE type, void* detail, void* file) {
  auto* text = static_cast<FileText*>(file);
  text->SetHtml(type == MD_BLOCK_HTML);
  text->EnterBlock(type, detail);
  return Continue(*text);
}

int OnLeaveBlock(MD_BLOCKTYPE type, void*, void* file) {
  auto* text = static_cast<FileText*>(file);
  text->LeaveBlock(type);
  text->SetHtml(false);
  return Continue(*text);
}

int OnEnterSpan(MD_SPANTYPE type, void* detail, void* file) {
  auto* text = static_cast<FileText*>(file);
  text->EnterSpan(type, detail);
  return Continue(*text);
}

int OnLeaveSpan(MD_SPANTYPE type, void*, void* file) {
  static_cast<FileText*>(file)->LeaveSpan(type);
  return 0;
}

int OnText(MD_TEXTTYPE type, const MD_CHAR* text, MD_SIZE size, void* file) {
  static_cast<FileText*>(file)->Text(type, absl::string_view(text, size));
  return 0;
}

// Writes a control character that the text does not have for each dollar of money, which md4c would
// take for the beginning of a formula; returns it. Leaves them if there is none.
char HideMoney(const Dollars& dollars, std::string* text) {
  for (char hidden = '\x01'; hidden < '\t'; ++hidden) {
    if (absl::StrContains(*text, hidden)) continue;
    for (const size_t at : dollars.money) (*text)[at] = hidden;
    return hidden;
  }
  return '$';
}

}  // namespace

absl::StatusOr<std::string> MarkdownText(absl::string_view markdown) {
  absl::ConsumePrefix(&markdown, "\xef\xbb\xbf");
  const size_t invalid = FirstInvalidUtf8(markdown);
  if (invalid < markdown.size()) {
    return absl::InvalidArgumentError(absl::StrCat("invalid UTF-8 at byte ", invalid));
  }
  markdown = WithoutFrontMatter(markdown);
  RETURN_IF_ERROR(CheckMarkdownCost(markdown));
  const Dollars dollars = FindDollars(markdown);
  // md4c 0.4.8 reads the byte behind its text, and takes a parenthesis there for the end of a link.
  std::string terminated(markdown);
  const char money = dollars.formulas ? HideMoney(dollars, &terminated) : '$';
  FileText text(markdown.size(), money);
  MD_PARSER parser = {};
  parser.flags = MD_FLAG_TABLES | MD_FLAG_STRIKETHROUGH | MD_FLAG_TASKLISTS;
  if (dollars.formulas) parser.flags |= MD_FLAG_LATEXMATHSPANS;
  parser.enter_block = OnEnterBlock;
  parser.leave_block = OnLeaveBlock;
  parser.enter_span = OnEnterSpan;
  parser.leave_span = OnLeaveSpan;
  parser.text = OnText;
  const int parsed =
      md_parse(terminated.c_str(), static_cast<MD_SIZE>(terminated.size()), &parser, &text);
  RETURN_IF_ERROR(text.status());
  if (parsed != 0) {
    return absl::ResourceExhaustedError("out of memory while Markdown was parsed");
  }
  return text.Finish();
}

}  // namespace quipu::pipelines
