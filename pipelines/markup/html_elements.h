// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What an element of a page is to its text, by its name and attributes: a paragraph, a line, something
// around the text, a note's number, a formula.
//
//   if (IsAround("div", attributes)) Skip();
//   if ((TraitsOf("p") & kParagraph) != 0) blocks.Break(TextBlocks::kParagraph);
//
// Attributes are names and values in turn, the last NULL, as in HtmlEvents::Start; NULL if there are
// none. Names are in small letters. Pure, thread-safe.
#ifndef QUIPU_PIPELINES_MARKUP_HTML_ELEMENTS_H_
#define QUIPU_PIPELINES_MARKUP_HTML_ELEMENTS_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace quipu::pipelines {

using Attributes = const char* const*;

// The value of an attribute; empty if there is none.
absl::string_view AttributeOf(Attributes attributes, absl::string_view name);
// Whether there is one, with a value or without.
bool HasAttribute(Attributes attributes, absl::string_view name);

// What elements of a name are to the text of their page.
enum ElementTrait : uint32_t {
  kNoText = 1,         // Their text is none of the page: scripts, forms' fields, struck text.
  kSurrounding = 2,    // They are around the text: menus, footers.
  kParagraph = 4,      // They begin and end a paragraph, ...
  kLine = 8,           // ... or a line.
  kVoid = 16,          // They have no end: <br>.
  kList = 32,          // They have items.
  kHeadingLike = 64,   // A button in one is text: a question whose answer opens below.
  kSectionLike = 128,  // A <header> in one is its own and not the page's.
  kQuotation = 256,    // A <footer> in one says who is quoted.
};
// The traits of a name; 0 for an unknown one. One look for all of them: a page may have a hundred
// thousand elements.
uint32_t TraitsOf(absl::string_view name);

// Whether it is around the text by its role, class or id: menus, page numbers, line numbers of code.
bool IsAround(absl::string_view name, Attributes attributes);
// The same of a line's number in preformatted text; elsewhere its class may be that of a last name.
bool IsNumberOfCode(absl::string_view name, Attributes attributes);
// Whether a browser does not show it, although it may hold a formula that it shows otherwise:
// <span style="display:none">.
bool IsHiddenSpan(absl::string_view name, Attributes attributes);
// An <aside> that is a note of a book.
bool IsNoteAside(Attributes attributes);
bool IsMainPart(absl::string_view name, Attributes attributes);

// A note in the middle of a sentence, and is shown beside or below it.
bool IsNoteWithin(absl::string_view name, Attributes attributes);
// A link from the text to a note, without a superscript around it.
bool IsNoteLink(Attributes attributes);
// What such a link says: "12", "a", "iv".
bool IsNoteNumber(absl::string_view text);
// A part that is set apart by its style alone, without white space: a reference's label, its title.
bool IsSetApart(absl::string_view name, Attributes attributes);
// The mark of a list's item, which a block follows.
bool IsItemMark(absl::string_view name, Attributes attributes);

// A script of MathJax is a formula. "inline" or "display"; empty if it is none.
absl::string_view TexScriptKind(Attributes attributes);
// The TeX of a picture of a formula; empty if it is none.
absl::string_view TexOfPicture(Attributes attributes);
// The letter of a picture of an initial, with the quotation mark before it; empty if it is none.
absl::string_view InitialOfPicture(Attributes attributes);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_MARKUP_HTML_ELEMENTS_H_
