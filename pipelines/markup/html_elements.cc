// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/markup/html_elements.h"

#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <set>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace quipu::pipelines {
namespace {

using Names = std::set<absl::string_view>;

const Names& SurroundingRoles() {
  static const auto& names =
      *new Names{"navigation", "banner", "contentinfo", "complementary", "search",
                 "menubar",    "menu",   "dialog",      "doc-pagebreak"};
  return names;
}

// Whole words of class and id that page generators use for the surroundings.
const Names& SurroundingClasses() {
  static const auto& names = *new Names{
      "nav", "navbar", "navigation", "navheader", "navfooter", "menu", "sidebar", "sphinxsidebar",
      "footer", "site-footer", "page-footer", "breadcrumb", "breadcrumbs", "headerlink",
      "cookie-banner", "site-header", "masthead", "skip-link", "skiplink", "mw-editsection",
      "mw-jump-link", "catlinks", "noprint", "toc", "toc-backref", "navbox", "printfooter",
      // Project Gutenberg's licence, before and behind each book.
      "pg-boilerplate",
      // Numbers of a printed book's or report's pages, in the middle of its sentences.
      "pagenum", "pageno", "pagebreak", "star-pagination", "page-label",
      // Arrows from a note back to the text.
      "mw-cite-backlink", "footnote-back", "footnote-backref", "data-footnote-backref",
      "reversefootnote",
      // Shown until MathJax has drawn the formula.
      "mathjax_preview",
      // LaTeXML writes a note's number twice, in the text and in the note behind it.
      "ltx_note_mark", "ltx_tag_note", "ltx_note_type"};
  return names;
}

// Classes of links that only lead to the heading beside them.
const Names& AnchorClasses() {
  static const auto& names = *new Names{"anchor",    "doc-anchor",  "header-anchor", "hash-link",
                                        "permalink", "anchor-link", "headerlink"};
  return names;
}

// Classes of the numbers that stand before the lines of a program.
const Names& LineNumberClasses() {
  static const auto& names = *new Names{"lineno", "linenos", "linenodiv", "lnt", "rouge-gutter"};
  return names;
}

const Names& LineNumberElements() {
  static const auto& names = *new Names{"span", "td", "pre", "div", "a"};
  return names;
}

const Names& NoteLinkClasses() {
  static const auto& names =
      *new Names{"footnote",     "footnote-ref", "footnote-reference", "footnoteref",
                 "footnote_ref", "noteref",      "fnanchor",           "fnref"};
  return names;
}

bool HasWord(absl::string_view value, const Names& words) {
  if (value.empty()) return false;
  const std::string lower = absl::AsciiStrToLower(value);
  const std::vector<absl::string_view> parts =
      absl::StrSplit(lower, absl::ByAnyChar(" \t\r\n"), absl::SkipEmpty());
  return std::any_of(parts.begin(), parts.end(),
                     [&](absl::string_view word) { return words.count(word) > 0; });
}

bool HasClass(Attributes attributes, const Names& words) {
  return HasWord(AttributeOf(attributes, "class"), words);
}

}  // namespace

absl::string_view AttributeOf(Attributes attributes, absl::string_view name) {
  for (Attributes at = attributes; at != nullptr && at[0] != nullptr; at += 2) {
    if (at[1] != nullptr && absl::string_view(at[0]) == name) return at[1];
  }
  return "";
}

bool HasAttribute(Attributes attributes, absl::string_view name) {
  for (Attributes at = attributes; at != nullptr && at[0] != nullptr; at += 2) {
    if (absl::string_view(at[0]) == name) return true;
  }
  return false;
}

uint32_t TraitsOf(absl::string_view name) {
  static const auto& traits = *[] {
    auto* made = new absl::flat_hash_map<absl::string_view, uint32_t>;
    const auto add = [made](ElementTrait trait, std::initializer_list<absl::string_view> names) {
      for (const absl::string_view one : names) (*made)[one] |= trait;
    };
    add(kNoText, {"script", "style", "noscript", "template", "head", "svg", "iframe", "object",
                  "canvas", "audio", "video", "select", "button", "textarea", "datalist", "map",
                  "applet", "embed", "frameset", "noframes",
                  // Struck text: "<del>40</del>55" is no 4055.
                  "del", "s", "strike",
                  // How the characters before are read: it would stand among them.
                  "rt", "rp", "rtc"});
    add(kSurrounding, {"nav", "footer", "aside", "menu", "dialog"});
    add(kParagraph,
        {"p",  "h1",         "h2",      "h3",      "h4",      "h5",      "h6",   "ul",
         "ol", "dl",         "table",   "pre",     "section", "article", "main", "figure",
         "hr", "blockquote", "address", "details", "center",  "fieldset"});
    add(kLine, {"li", "dt", "dd", "tr", "div", "br", "caption", "summary", "header", "option",
                "legend", "figcaption", "body", "html", "thead", "tbody"});
    add(kVoid, {"br", "hr", "img", "input", "meta", "link", "wbr", "col", "area", "base", "embed"});
    add(kList, {"ol", "ul", "menu", "dir"});
    add(kHeadingLike, {"h1", "h2", "h3", "h4", "h5", "h6", "dt", "summary", "legend"});
    add(kSectionLike, {"section", "blockquote", "figure", "li", "td"});
    add(kQuotation, {"blockquote", "figure"});
    return made;
  }();
  const auto found = traits.find(name);
  return found == traits.end() ? 0 : found->second;
}

bool IsAround(absl::string_view name, Attributes attributes) {
  for (Attributes at = attributes; at != nullptr && at[0] != nullptr; at += 2) {
    const absl::string_view key = at[0];
    if (key == "hidden") return true;
    if (at[1] == nullptr) continue;
    const absl::string_view value = at[1];
    if (key == "role" && HasWord(value, SurroundingRoles())) return true;
    if (key == "epub:type" && absl::EqualsIgnoreCase(value, "pagebreak")) return true;
    if (key == "aria-hidden" && value == "true") return true;
    if ((key == "class" || key == "id") && HasWord(value, SurroundingClasses())) return true;
    // What MathJax drew of a script that is still there.
    if (key == "id" && name != "script" && absl::StartsWith(value, "MathJax-Element-")) return true;
    if (key != "class") continue;
    if (name == "a" && HasWord(value, AnchorClasses())) return true;
    if (LineNumberElements().count(name) > 0 && HasWord(value, LineNumberClasses())) return true;
  }
  return false;
}

bool IsNumberOfCode(absl::string_view name, Attributes attributes) {
  static const auto& names = *new Names{"ln"};
  return name == "span" && HasClass(attributes, names);
}

bool IsHiddenSpan(absl::string_view name, Attributes attributes) {
  if (name != "span") return false;
  const absl::string_view style = AttributeOf(attributes, "style");
  return !style.empty() &&
         absl::StrContains(absl::StrReplaceAll(absl::AsciiStrToLower(style), {{" ", ""}}),
                           "display:none");
}

bool IsNoteAside(Attributes attributes) {
  for (Attributes at = attributes; at != nullptr && at[0] != nullptr; at += 2) {
    if (at[1] == nullptr) continue;
    const absl::string_view value = at[1];
    if (absl::StrContains(value, "footnote") || absl::StartsWith(value, "doc-")) return true;
  }
  return false;
}

bool IsMainPart(absl::string_view name, Attributes attributes) {
  return name == "main" || name == "article" || AttributeOf(attributes, "role") == "main";
}

bool IsNoteWithin(absl::string_view name, Attributes attributes) {
  static const auto& names = *new Names{"ltx_note_content", "sidenote", "marginnote"};
  return name == "span" && HasClass(attributes, names);
}

bool IsNoteLink(Attributes attributes) {
  return absl::StrContains(AttributeOf(attributes, "epub:type"), "noteref") ||
         absl::StrContains(AttributeOf(attributes, "role"), "doc-noteref") ||
         HasClass(attributes, NoteLinkClasses());
}

bool IsNoteNumber(absl::string_view text) {
  constexpr size_t kMaxDigits = 3;
  constexpr size_t kMaxNumeral = 4;
  const auto all = [text](auto is) { return std::all_of(text.begin(), text.end(), is); };
  if (text.size() <= kMaxDigits && all([](unsigned char c) { return absl::ascii_isdigit(c); })) {
    return true;
  }
  if (text.size() == 1) return absl::ascii_islower(static_cast<unsigned char>(text.front()));
  return text.size() <= kMaxNumeral && all([](char c) { return c == 'i' || c == 'v' || c == 'x'; });
}

bool IsSetApart(absl::string_view name, Attributes attributes) {
  static const auto& names =
      *new Names{"ltx_bibblock", "ltx_tag_bibitem", "ltx_tag_item", "label", "enum"};
  return name == "span" && HasClass(attributes, names);
}

bool IsItemMark(absl::string_view name, Attributes attributes) {
  static const auto& names = *new Names{"ltx_tag_item"};
  return name == "span" && HasClass(attributes, names);
}

absl::string_view TexScriptKind(Attributes attributes) {
  const absl::string_view type = AttributeOf(attributes, "type");
  if (!absl::StartsWith(type, "math/tex")) return "";
  return absl::StrContains(type, "display") ? "display" : "inline";
}

absl::string_view TexOfPicture(Attributes attributes) {
  static const auto& names = *new Names{"latex", "tex", "mwe-math-fallback-image-inline",
                                        "mwe-math-fallback-image-display"};
  constexpr absl::string_view kServers[] = {"latex.php", "latex.codecogs.com", "mathtex.cgi",
                                            "mimetex.cgi"};
  const absl::string_view address = AttributeOf(attributes, "src");
  const bool drawn =
      HasClass(attributes, names) ||
      std::any_of(std::begin(kServers), std::end(kServers), [address](absl::string_view server) {
        return absl::StrContains(address, server);
      });
  return drawn ? absl::StripAsciiWhitespace(AttributeOf(attributes, "alt")) : "";
}

absl::string_view InitialOfPicture(Attributes attributes) {
  const absl::string_view alt = AttributeOf(attributes, "alt");
  absl::string_view letter = alt;
  for (const absl::string_view quote : {"\"", "'", "\xe2\x80\x9c", "\xe2\x80\x98"}) {
    if (absl::ConsumePrefix(&letter, quote)) break;
  }
  const bool initial =
      letter.size() == 1 && absl::ascii_isupper(static_cast<unsigned char>(letter.front()));
  return initial ? alt : "";
}

}  // namespace quipu::pipelines
