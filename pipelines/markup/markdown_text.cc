// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/markup/markdown_text.h"

#include <md4c.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "base/status_macros.h"
#include "base/utf8.h"
#include "pipelines/markup/html_text.h"
#include "pipelines/markup/text_blocks.h"

namespace quipu::pipelines {
namespace {

// Links and pictures by reference may name this many more bytes of addresses than their file has: md4c
// reads an address again for each.
constexpr uint64_t kFreeAddressBytes = 1 << 20;

// What md4c finds in a file, in order.
class FileText {
 public:
  // `file_bytes`: of the file, for what may not be more.
  explicit FileText(size_t file_bytes) : file_bytes_(file_bytes) {}

  // Why the file is not read further; OK if it is.
  const absl::Status& status() const { return status_; }

  void EnterBlock(MD_BLOCKTYPE type) {
    switch (type) {
      case MD_BLOCK_LI:
        ++items_;
        Break(TextBlocks::kLine);
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
        blocks_.Cell();
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
  }

  void EnterSpan(MD_SPANTYPE type, const void* detail) {
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
  void LeaveSpan(MD_SPANTYPE type) { pictures_ -= type == MD_SPAN_IMG ? 1 : 0; }

  void Text(MD_TEXTTYPE type, absl::string_view text) {
    // A picture's text says what it shows.
    if (pictures_ > 0) return;
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
          if (IsExponent(blocks_.JoinedTo(), text)) blocks_.Add("^", code_);
          raised_ = false;
        }
        blocks_.Add(text, code_);
    }
  }

  void SetHtml(bool html) { in_html_ = html; }

  std::string Finish() { return blocks_.Text(/*main_only=*/false); }

 private:
  void Break(TextBlocks::Gap gap) { blocks_.Break(gap); }

  void Fail(absl::string_view why) {
    if (status_.ok()) status_ = absl::InvalidArgumentError(why);
  }

  // A tag within a line.
  void Tag(absl::string_view tag) {
    absl::ConsumePrefix(&tag, "<");
    const bool end = absl::ConsumePrefix(&tag, "/");
    const absl::string_view name = tag.substr(0, tag.find_first_of(" \t\r\n/>"));
    if (absl::EqualsIgnoreCase(name, "sup")) raised_ = !end;
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
  TextBlocks blocks_;
  std::string html_;
  bool in_html_ = false;
  bool code_ = false;
  bool raised_ = false;  // In a line's <sup> that has no text yet.
  int items_ = 0;
  int cells_ = 0;
  int pictures_ = 0;
};

// What a callback returns: anything but 0 stops md4c.
int Continue(const FileText& text) { return text.status().ok() ? 0 : 1; }

int OnEnterBlock(MD_BLOCKTYPE type, void*, void* file) {
  auto* text = static_cast<FileText*>(file);
  text->SetHtml(type == MD_BLOCK_HTML);
  text->EnterBlock(type);
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

// Takes the first line off.
absl::string_view TakeLine(absl::string_view* text) {
  const size_t end = std::min(text->find('\n'), text->size());
  const absl::string_view line = text->substr(0, end);
  text->remove_prefix(std::min(end + 1, text->size()));
  return absl::StripTrailingAsciiWhitespace(line);
}

// What generators of pages want first, YAML or TOML.
struct FrontMatter {
  absl::string_view fence;
  absl::string_view other_end;
  char after_key;
};

constexpr FrontMatter kYaml = {"---", "...", ':'};
constexpr FrontMatter kToml = {"+++", "+++", '='};

// The text behind the front matter, or all of it. Between two lines across the page may be text:
// front matter begins with a key.
absl::string_view WithoutFrontMatter(absl::string_view text, const FrontMatter& kind) {
  absl::string_view rest = text;
  if (TakeLine(&rest) != kind.fence) return text;
  bool has_key = false;
  while (!rest.empty()) {
    const absl::string_view line = TakeLine(&rest);
    if (line == kind.fence || line == kind.other_end) return rest;
    if (has_key || line.empty() || line.front() == '#') continue;
    has_key = absl::StrContains(line, kind.after_key) || line.front() == '[' || line.front() == '{';
    if (!has_key) return text;
  }
  return text;
}

absl::string_view WithoutFrontMatter(absl::string_view text) {
  const absl::string_view rest = WithoutFrontMatter(text, kYaml);
  return rest.size() < text.size() ? rest : WithoutFrontMatter(text, kToml);
}

}  // namespace

absl::StatusOr<std::string> MarkdownText(absl::string_view markdown) {
  absl::ConsumePrefix(&markdown, "\xef\xbb\xbf");
  const size_t invalid = FirstInvalidUtf8(markdown);
  if (invalid < markdown.size()) {
    return absl::InvalidArgumentError(absl::StrCat("invalid UTF-8 at byte ", invalid));
  }
  markdown = WithoutFrontMatter(markdown);
  FileText text(markdown.size());
  MD_PARSER parser = {};
  parser.flags = MD_FLAG_TABLES | MD_FLAG_STRIKETHROUGH | MD_FLAG_TASKLISTS;
  parser.enter_block = OnEnterBlock;
  parser.leave_block = OnLeaveBlock;
  parser.enter_span = OnEnterSpan;
  parser.leave_span = OnLeaveSpan;
  parser.text = OnText;
  // md4c 0.4.8 reads the byte behind its text, and takes a parenthesis there for the end of a link.
  const std::string terminated(markdown);
  const int parsed =
      md_parse(terminated.c_str(), static_cast<MD_SIZE>(terminated.size()), &parser, &text);
  RETURN_IF_ERROR(text.status());
  if (parsed != 0) {
    return absl::ResourceExhaustedError("out of memory while Markdown was parsed");
  }
  return text.Finish();
}

}  // namespace quipu::pipelines
