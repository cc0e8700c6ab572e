// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/markup/html_text.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/status_macros.h"
#include "base/utf8.h"
#include "pipelines/markup/html_parser.h"
#include "pipelines/markup/math_text.h"
#include "pipelines/markup/page_encoding.h"
#include "pipelines/markup/text_blocks.h"

namespace quipu::pipelines {
namespace {

using Names = std::set<absl::string_view>;

// What elements of a name are.
enum Trait : uint32_t {
  kSkipped = 1,      // Their text is no text of the page.
  kSurrounding = 2,  // They are around the main text.
  kParagraph = 4,    // They are paragraphs of their own, ...
  kLine = 8,         // ... or lines.
  kEmpty = 16,       // They have no end.
  kHeading = 32,     // A button in one is what it says: a question whose answer opens below.
  kSection = 64,     // A <header> in one is its own and not the page's.
  kQuotation = 128,
  // Single names.
  kArticle = 1 << 8,
  kForm = 1 << 9,
  kItem = 1 << 10,
  kLink = 1 << 11,
  kMain = 1 << 12,
  kMath = 1 << 13,
  kPreformatted = 1 << 14,
  kQuote = 1 << 15,
  kRaised = 1 << 16,
  kTableCell = 1 << 17,
  kTitle = 1 << 18,
};

// One look for a name in place of one for each trait: a page may have a hundred thousand elements.
uint32_t TraitsOf(absl::string_view name) {
  using Traits = absl::flat_hash_map<absl::string_view, uint32_t>;
  static const auto& traits = *[] {
    auto* made = new Traits;
    const auto add = [made](Trait trait, std::initializer_list<absl::string_view> names) {
      for (const absl::string_view one : names) (*made)[one] |= trait;
    };
    add(kSkipped, {"script", "style", "noscript", "template", "head", "svg", "iframe", "object",
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
    add(kEmpty,
        {"br", "hr", "img", "input", "meta", "link", "wbr", "col", "area", "base", "embed"});
    add(kHeading, {"h1", "h2", "h3", "h4", "h5", "h6", "dt", "summary", "legend"});
    add(kSection, {"section", "blockquote", "figure", "li", "td"});
    add(kQuotation, {"blockquote", "figure"});
    add(kArticle, {"article"});
    add(kForm, {"form"});
    add(kItem, {"li"});
    add(kLink, {"a"});
    add(kMain, {"main"});
    add(kMath, {"math"});
    add(kPreformatted, {"pre"});
    add(kQuote, {"q"});
    add(kRaised, {"sup"});
    add(kTableCell, {"td", "th"});
    add(kTitle, {"title"});
    return made;
  }();
  const auto found = traits.find(name);
  return found == traits.end() ? 0 : found->second;
}

// Values of role that the surroundings have.
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
      "mw-jump-link", "catlinks", "noprint", "toc", "toc-backref",
      // Numbers of a printed book's pages, in the middle of its sentences.
      "pagenum", "pageno", "pagebreak"};
  return names;
}

// Classes of links that only lead to the heading beside them.
const Names& AnchorClasses() {
  static const auto& names = *new Names{"anchor",    "doc-anchor",  "header-anchor", "hash-link",
                                        "permalink", "anchor-link", "headerlink"};
  return names;
}

bool HasWord(absl::string_view value, const Names& words) {
  const std::string lower = absl::AsciiStrToLower(value);
  const std::vector<absl::string_view> parts =
      absl::StrSplit(lower, absl::ByAnyChar(" \t\r\n"), absl::SkipEmpty());
  return std::any_of(parts.begin(), parts.end(),
                     [&](absl::string_view word) { return words.count(word) > 0; });
}

// What a piece of HTML is read as.
enum class Reading {
  kPage,
  kPageInForms,  // Whose text is in its forms, as some servers wrap all pages in one.
  kFragment,     // Surroundings are text too.
};

bool IsNoteNumber(absl::string_view raised) {
  constexpr size_t kMaxDigits = 3;
  return raised.size() <= kMaxDigits &&
         std::all_of(raised.begin(), raised.end(),
                     [](unsigned char c) { return absl::ascii_isdigit(c); });
}

// An element that is open.
struct Element {
  std::string name;
  uint32_t traits = 0;
  bool skipped = false;
  bool form = false;  // Left out because it is a form.
  bool main = false;
};

// What is found in a page, in order.
class PageText : public HtmlEvents {
 public:
  explicit PageText(Reading reading)
      : fragment_(reading == Reading::kFragment), forms_are_text_(reading != Reading::kPage) {}

  // Whether the text is in forms that were left out.
  bool IsInForms() const {
    return form_bytes_ >= kMinFormBytes && form_bytes_ >= kFormTimes * text_bytes_;
  }

  void Start(absl::string_view name, const char* const* attributes) override {
    const uint32_t traits = TraitsOf(name);
    BreakAt(name, traits);
    if ((traits & kEmpty) != 0) return;
    if (math_.has_value()) {
      math_->Start(name, attributes);
    } else if ((traits & kMath) != 0 && skipped_ == 0 && form_ == 0) {
      math_.emplace(attributes);
      math_depth_ = open_.size() + 1;
    }
    Element element;
    element.name = std::string(name);
    element.traits = traits;
    element.form = (traits & kForm) != 0 && !forms_are_text_;
    element.skipped = !element.form && IsSkipped(name, traits, attributes);
    element.main = IsMain(traits, attributes);
    skipped_ += element.skipped ? 1 : 0;
    form_ += element.form ? 1 : 0;
    main_ += element.main ? 1 : 0;
    says_main_ = says_main_ || (element.main && (traits & kArticle) == 0);
    preformatted_ += (traits & kPreformatted) != 0 ? 1 : 0;
    links_ += (traits & kLink) != 0 ? 1 : 0;
    items_ += (traits & kItem) != 0 ? 1 : 0;
    if ((traits & kLink) != 0) link_has_text_ = false;
    if ((traits & kRaised) != 0) {
      raised_ = true;
      base_ = blocks_.JoinedTo();
    }
    if ((traits & kTitle) != 0) in_title_ = true;
    if ((traits & kQuote) != 0) AddQuote();
    open_.push_back(std::move(element));
    Tell();
  }

  void End(absl::string_view name) override {
    const bool last = !open_.empty() && open_.back().name == name;
    if (!last && (TraitsOf(name) & kEmpty) != 0) return;
    // libxml2 closes what is open, in order. If it did not, what is inside would stay open; an end
    // without its start is none.
    size_t at = open_.size();
    while (at > 0 && open_[at - 1].name != name) --at;
    if (at == 0) return;
    while (open_.size() >= at) Close();
    Tell();
  }

  void Text(absl::string_view text) override {
    if (in_title_ && title_.size() < kMaxTitleBytes) title_.append(text.data(), text.size());
    if (math_.has_value()) return math_->Text(text);
    if (raised_) BeginRaised(text);
    if (skipped_ > 0) return;
    const size_t bytes = absl::StripAsciiWhitespace(text).size();
    (form_ > 0 ? form_bytes_ : text_bytes_) += bytes;
    if (form_ > 0) return;
    link_has_text_ = link_has_text_ || bytes > 0;
    blocks_.Add(text, preformatted_ > 0);
  }

  std::string Finish() {
    blocks_.Break(TextBlocks::kParagraph);
    std::string text = blocks_.Text(IsInMain());
    const std::string title(absl::StripAsciiWhitespace(title_));
    if (has_heading_ || title.empty() || fragment_) return text;
    return absl::StrCat(title, "\n\n", text);
  }

 private:
  // Whether the page's text is in its main part, and the rest around it. Comments below a text are
  // articles too, and so are teasers beside it.
  bool IsInMain() const {
    if (blocks_.main_size() == 0) return false;
    const bool enough = static_cast<double>(blocks_.main_size()) >=
                        kMainShare * static_cast<double>(blocks_.size());
    return enough && (says_main_ || 2 * blocks_.main_plain_size() >= blocks_.plain_size());
  }

  // A main part with less of the page's text is not where its text is.
  static constexpr double kMainShare = 0.3;
  static constexpr size_t kMaxTitleBytes = 1000;
  // A form of so many bytes, and of so many times the rest, is more than a search or a login.
  static constexpr size_t kMinFormBytes = 400;
  static constexpr size_t kFormTimes = 4;
  // So many elements are looked at: hostile pages open thousands.
  static constexpr size_t kNear = 16;

  void Close() {
    const Element& element = open_.back();
    const uint32_t traits = element.traits;
    if (math_.has_value()) CloseMath();
    if ((traits & kQuote) != 0) AddQuote();
    BreakAt(element.name, traits);
    if ((traits & kTableCell) != 0) blocks_.Cell();
    skipped_ -= element.skipped ? 1 : 0;
    form_ -= element.form ? 1 : 0;
    main_ -= element.main ? 1 : 0;
    preformatted_ -= (traits & kPreformatted) != 0 ? 1 : 0;
    links_ -= (traits & kLink) != 0 ? 1 : 0;
    items_ -= (traits & kItem) != 0 ? 1 : 0;
    if ((traits & kTitle) != 0) in_title_ = false;
    if ((traits & kRaised) != 0) EndRaised();
    open_.pop_back();
  }

  void CloseMath() {
    if (open_.size() > math_depth_) return math_->End();
    const std::string formula = math_->Finish();
    text_bytes_ += formula.size();
    blocks_.Add(formula, preformatted_ > 0);
    math_.reset();
  }

  // Browsers show them.
  void AddQuote() {
    if (skipped_ == 0 && form_ == 0 && !math_.has_value()) blocks_.Add("\"", preformatted_ > 0);
  }

  // Whether an element of that trait is open around the one that begins, and near.
  bool IsIn(Trait trait) const {
    const size_t near = std::min(open_.size(), kNear);
    return std::any_of(open_.rbegin(), open_.rbegin() + static_cast<std::ptrdiff_t>(near),
                       [&](const Element& element) { return (element.traits & trait) != 0; });
  }

  // Before the first text of a superscript: 10<sup>6</sup> is "10^6" and not "106", and the number
  // of a note, which is a link, is no part of the number or word before it.
  void BeginRaised(absl::string_view text) {
    const absl::string_view number = absl::StripAsciiWhitespace(text);
    if (number.empty() || skipped_ > 0 || form_ > 0) return;
    raised_ = false;
    if (base_ == '\0') return;
    if (links_ > 0 && !link_has_text_ && IsNoteNumber(number)) {
      SkipRaised();
    } else if (blocks_.JoinedTo() == base_) {
      const absl::string_view mark = ExponentMark(base_, text);
      closes_raised_ = mark.size() > 1;
      blocks_.Add(mark, preformatted_ > 0);
    }
  }

  void EndRaised() {
    if (std::exchange(closes_raised_, false)) blocks_.Add(")", preformatted_ > 0);
    raised_ = false;
  }

  void SkipRaised() {
    const auto sup = std::find_if(open_.rbegin(), open_.rend(), [](const Element& element) {
      return (element.traits & kRaised) != 0;
    });
    if (sup == open_.rend()) return;
    sup->skipped = true;
    ++skipped_;
  }

  void BreakAt(absl::string_view name, uint32_t traits) {
    if (name == "h1" && skipped_ == 0 && form_ == 0) has_heading_ = true;
    if ((traits & kParagraph) != 0) {
      // Lists within lists are lines.
      const bool inner = items_ > 0 && (name == "ul" || name == "ol" || name == "p");
      blocks_.Break(inner ? TextBlocks::kLine : TextBlocks::kParagraph);
    } else if ((traits & kLine) != 0 || (fragment_ && (traits & kSurrounding) != 0)) {
      blocks_.Break(TextBlocks::kLine);
    }
  }

  bool IsSkipped(absl::string_view name, uint32_t traits, const char* const* attributes) const {
    if ((traits & kSkipped) != 0) return name != "button" || !IsIn(kHeading);
    if (fragment_) return false;
    // Notes of books and manuals are asides too.
    const bool note = name == "aside" && IsNote(attributes);
    // So is who said what is quoted.
    const bool source = name == "footer" && IsIn(kQuotation);
    if (!note && !source && (traits & kSurrounding) != 0) return true;
    // A page's header, not an article's.
    if (name == "header" && main_ == 0 && !IsIn(kSection)) return true;
    if (name == "html" || name == "body" || name == "main") return false;
    for (const char* const* at = attributes; at != nullptr && at[0] != nullptr; at += 2) {
      const absl::string_view key = at[0];
      if (key == "hidden") return true;
      if (at[1] == nullptr) continue;
      const absl::string_view value = at[1];
      if (key == "role" && HasWord(value, SurroundingRoles())) return true;
      if (key == "epub:type" && absl::EqualsIgnoreCase(value, "pagebreak")) return true;
      if (key == "aria-hidden" && value == "true") return true;
      if ((key == "class" || key == "id") && HasWord(value, SurroundingClasses())) return true;
      if (name == "a" && key == "class" && HasWord(value, AnchorClasses())) return true;
    }
    return false;
  }

  static bool IsNote(const char* const* attributes) {
    for (const char* const* at = attributes; at != nullptr && at[0] != nullptr; at += 2) {
      if (at[1] == nullptr) continue;
      const absl::string_view value = at[1];
      if (absl::StrContains(value, "footnote") || absl::StartsWith(value, "doc-")) return true;
    }
    return false;
  }

  static bool IsMain(uint32_t traits, const char* const* attributes) {
    if ((traits & (kMain | kArticle)) != 0) return true;
    for (const char* const* at = attributes; at != nullptr && at[0] != nullptr; at += 2) {
      if (at[1] != nullptr && absl::string_view(at[0]) == "role" &&
          absl::string_view(at[1]) == "main") {
        return true;
      }
    }
    return false;
  }

  void Tell() {
    blocks_.SetMain(main_ > 0);
    blocks_.SetLink(links_ > 0);
    blocks_.SetItem(items_ > 0 && !fragment_);
  }

  const bool fragment_;
  const bool forms_are_text_;
  TextBlocks blocks_;
  std::vector<Element> open_;
  std::string title_;
  std::optional<MathText> math_;  // The formula that is open.
  size_t math_depth_ = 0;         // How many elements were open with it.
  bool says_main_ = false;        // There is a main part that is not an article.
  bool in_title_ = false;
  bool has_heading_ = false;
  bool raised_ = false;         // In a superscript that has no text yet.
  char base_ = '\0';            // What the superscript is joined to; NUL if to nothing.
  bool closes_raised_ = false;  // A bracket is open in it.
  bool link_has_text_ = false;  // The link that was opened last.
  size_t text_bytes_ = 0;
  size_t form_bytes_ = 0;
  int skipped_ = 0;
  int form_ = 0;
  int main_ = 0;
  int preformatted_ = 0;
  int links_ = 0;
  int items_ = 0;
};

constexpr absl::string_view kReplacement = "\xef\xbf\xbd";
// A page of which more characters than this share are lost is not in the encoding that it declares.
constexpr double kMaxLostShare = 0.01;

// A few broken bytes are seen in every browser, and do no harm to the rest.
absl::Status CheckDamage(const DecodedPage& page, absl::string_view text) {
  if (!page.damaged) return absl::OkStatus();
  size_t lost = 0;
  for (size_t at = text.find(kReplacement); at != absl::string_view::npos;
       at = text.find(kReplacement, at + kReplacement.size())) {
    ++lost;
  }
  const size_t all = CountCodePoints(text);
  if (static_cast<double>(lost) <= kMaxLostShare * static_cast<double>(all)) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrCat("the page is not in the encoding that is declared, ", page.encoding, ": ", lost,
                   " of its ", all, " characters are none there"));
}

absl::StatusOr<std::string> TextOf(absl::string_view html, Reading reading) {
  PageText text(reading);
  RETURN_IF_ERROR(ParseHtml(html, &text));
  if (text.IsInForms()) return TextOf(html, Reading::kPageInForms);
  return text.Finish();
}

}  // namespace

absl::StatusOr<std::string> HtmlText(absl::string_view page, absl::string_view charset) {
  ASSIGN_OR_RETURN(const DecodedPage decoded, DecodePage(page, charset));
  ASSIGN_OR_RETURN(std::string text, TextOf(decoded.html, Reading::kPage));
  RETURN_IF_ERROR(CheckDamage(decoded, text));
  return text;
}

absl::StatusOr<std::string> HtmlFragmentText(absl::string_view html) {
  return TextOf(html, Reading::kFragment);
}

}  // namespace quipu::pipelines
