// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/markup/html_text.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/status_macros.h"
#include "base/utf8.h"
#include "pipelines/markup/html_elements.h"
#include "pipelines/markup/html_parser.h"
#include "pipelines/markup/indices.h"
#include "pipelines/markup/list_numbers.h"
#include "pipelines/markup/math_text.h"
#include "pipelines/markup/page_encoding.h"
#include "pipelines/markup/table_cells.h"
#include "pipelines/markup/text_blocks.h"

namespace quipu::pipelines {
namespace {

// What a piece of HTML is read as.
enum class Reading {
  kPage,
  kPageInForms,  // Whose text is in its forms, as some servers wrap all pages in one.
  kFragment,     // Surroundings are text too.
};

// An element that is open.
struct Element {
  std::string name;
  uint32_t traits = 0;
  bool skipped = false;
  bool hidden = false;  // Its text is, and its formulas are not.
  bool form = false;    // Left out because it is a form.
  bool main = false;
  bool set_apart = false;
  bool item_mark = false;
  bool note = false;         // In the middle of a sentence.
  bool has_bracket = false;  // Which the note has to close.
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

  void Start(absl::string_view name, Attributes attributes) override {
    const uint32_t traits = TraitsOf(name);
    BreakAt(name, traits);
    StartIndex(name);
    if (name == "img") AddPicture(attributes);
    if ((traits & kVoid) != 0) return;
    if (math_.has_value()) {
      math_->Start(name, attributes);
    } else if (name == "math" && IsText()) {
      math_.emplace(attributes);
      math_depth_ = open_.size() + 1;
    } else if (name == "script" && IsText() && !TexScriptKind(attributes).empty()) {
      tex_.emplace();
      tex_mark_ = TexScriptKind(attributes) == "display" ? "$$" : "$";
    }
    cells_.Start(name);
    OpenList(name, traits, attributes);
    if (name == "a") {
      link_has_text_ = false;
      note_link_ = blocks_.JoinedTo() != '\0' && IsNoteLink(attributes);
    }
    if (name == "title") in_title_ = true;
    if (name == "q") AddQuote();
    Open(name, traits, attributes);
    Tell();
  }

  void End(absl::string_view name) override {
    const bool last = !open_.empty() && open_.back().name == name;
    if (!last && (TraitsOf(name) & kVoid) != 0) return;
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
    if (tex_.has_value()) {
      tex_->append(text.data(), text.size());
      return;
    }
    if (math_.has_value()) return math_->Text(text);
    const absl::string_view said = absl::StripAsciiWhitespace(text);
    if (!said.empty()) {
      BeginText(text, said);
    } else if (!text.empty()) {
      initial_.clear();
    }
    if (skipped_ > 0 || hidden_ > 0) return;
    (form_ > 0 ? form_bytes_ : text_bytes_) += said.size();
    if (form_ > 0) return;
    link_has_text_ = link_has_text_ || !said.empty();
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

  // Whether what is here is text of the page.
  bool IsText() const { return skipped_ == 0 && form_ == 0 && !math_.has_value(); }

  void Open(absl::string_view name, uint32_t traits, Attributes attributes) {
    Element element;
    element.name = std::string(name);
    element.traits = traits;
    element.form = name == "form" && !forms_are_text_;
    element.skipped = !element.form && IsSkipped(name, traits, attributes);
    element.hidden = !fragment_ && IsHiddenSpan(name, attributes);
    element.main = IsMainPart(name, attributes);
    element.set_apart = IsSetApart(name, attributes);
    element.item_mark = IsItemMark(name, attributes);
    element.note = !fragment_ && IsNoteWithin(name, attributes);
    skipped_ += element.skipped ? 1 : 0;
    hidden_ += element.hidden ? 1 : 0;
    form_ += element.form ? 1 : 0;
    main_ += element.main ? 1 : 0;
    says_main_ = says_main_ || (element.main && name != "article");
    preformatted_ += name == "pre" ? 1 : 0;
    links_ += name == "a" ? 1 : 0;
    items_ += name == "li" ? 1 : 0;
    if (element.set_apart) blocks_.Space();
    if (element.note) note_begins_ = true;
    open_.push_back(std::move(element));
  }

  void Close() {
    const Element& element = open_.back();
    if (math_.has_value()) CloseMath();
    if (tex_.has_value() && element.name == "script") CloseTex();
    if (element.name == "q") AddQuote();
    BreakAt(element.name, element.traits);
    cells_.End(element.name, IsText());
    if ((element.traits & kList) != 0) lists_.EndList();
    if (element.set_apart) blocks_.Space();
    if (element.item_mark) item_goes_on_ = true;
    if (element.note) CloseNote(element);
    skipped_ -= element.skipped ? 1 : 0;
    hidden_ -= element.hidden ? 1 : 0;
    form_ -= element.form ? 1 : 0;
    main_ -= element.main ? 1 : 0;
    preformatted_ -= element.name == "pre" ? 1 : 0;
    links_ -= element.name == "a" ? 1 : 0;
    items_ -= element.name == "li" ? 1 : 0;
    if (element.name == "title") in_title_ = false;
    if (element.name == "a") note_link_ = false;
    if (element.name == "li") blocks_.ClearNumber();
    if (element.name == "sup") indices_.EndRaised();
    if (element.name == "sub") indices_.EndLowered();
    open_.pop_back();
  }

  void CloseMath() {
    if (open_.size() > math_depth_) return math_->End();
    AddFormula(math_->Finish());
    math_.reset();
  }

  // kramdown hides a formula from XML: "% <![CDATA[", TeX, "%]]>".
  void CloseTex() {
    absl::string_view tex = absl::StripAsciiWhitespace(*tex_);
    if (absl::ConsumePrefix(&tex, "% <![CDATA[")) absl::ConsumeSuffix(&tex, "%]]>");
    tex = absl::StripAsciiWhitespace(tex);
    if (!tex.empty()) AddFormula(absl::StrCat(tex_mark_, tex, tex_mark_));
    tex_.reset();
  }

  void AddFormula(absl::string_view formula) {
    if (formula.empty()) return;
    BeginShown(formula);
    text_bytes_ += formula.size();
    blocks_.Add(formula, preformatted_ > 0);
    last_formula_ = std::string(formula);
  }

  // Of a picture only what it stands for: a formula, unless it is there already, or an initial.
  void AddPicture(Attributes attributes) {
    if (!IsText()) return;
    const absl::string_view tex = TexOfPicture(attributes);
    if (!tex.empty()) {
      const std::string formula = tex.front() == '$' ? std::string(tex) : TexInDollars(tex);
      if (formula != last_formula_) AddFormula(formula);
      last_formula_.clear();
    } else if (blocks_.JoinedTo() == '\0') {
      initial_ = std::string(InitialOfPicture(attributes));
    }
  }

  // Browsers show them.
  void AddQuote() {
    if (IsText()) blocks_.Add("\"", preformatted_ > 0);
  }

  // Whether an element of that trait is open around the one that begins, and near.
  bool IsIn(ElementTrait trait) const {
    const size_t near = std::min(open_.size(), kNear);
    return std::any_of(open_.rbegin(), open_.rbegin() + static_cast<std::ptrdiff_t>(near),
                       [trait](const Element& element) { return (element.traits & trait) != 0; });
  }

  void StartIndex(absl::string_view name) {
    if (name == "sup") {
      indices_.StartRaised();
    } else if (name == "sub") {
      indices_.StartLowered();
    } else {
      indices_.StartOther();
    }
  }

  // Before each text that is not white space alone; `said`: without what is around it.
  void BeginText(absl::string_view text, absl::string_view said) {
    if (std::exchange(note_link_, false) && IsNoteNumber(said)) Skip("a");
    if (skipped_ == 0 && hidden_ == 0 && form_ == 0) BeginShown(text);
  }

  void BeginShown(absl::string_view text) {
    last_formula_.clear();
    cells_.BeginText();
    item_goes_on_ = false;
    AddInitial(text);
    if (note_begins_) OpenNote();
    const auto first = static_cast<unsigned char>(text.front());
    const bool word = absl::ascii_isalnum(first) || first >= 0x80;
    if (std::exchange(behind_note_, false) && word) blocks_.Space();
    if (!indices_.BeginText(text, links_ > 0 && !link_has_text_)) Skip("sup");
  }

  void AddInitial(absl::string_view text) {
    const std::string initial = std::exchange(initial_, "");
    const bool joined = absl::ascii_isalpha(static_cast<unsigned char>(text.front()));
    if (!initial.empty() && joined) blocks_.Add(initial, /*preformatted=*/false);
  }

  void OpenNote() {
    note_begins_ = false;
    const auto note = std::find_if(open_.rbegin(), open_.rend(),
                                   [](const Element& element) { return element.note; });
    if (note == open_.rend() || blocks_.line_size() == 0) return;
    note->has_bracket = true;
    blocks_.Space();
    blocks_.Add("(", preformatted_ > 0);
  }

  void CloseNote(const Element& element) {
    note_begins_ = false;
    if (!element.has_bracket) return;
    blocks_.Add(")", preformatted_ > 0);
    behind_note_ = true;
  }

  // The element of that name that was opened last is no text.
  void Skip(absl::string_view name) {
    const auto found = std::find_if(open_.rbegin(), open_.rend(), [name](const Element& element) {
      return element.name == name;
    });
    if (found == open_.rend() || found->skipped) return;
    found->skipped = true;
    ++skipped_;
  }

  // Browsers show the numbers of items.
  void OpenList(absl::string_view name, uint32_t traits, Attributes attributes) {
    if ((traits & kList) != 0) lists_.BeginList(HtmlListStyle(name, attributes));
    if (name != "li") return;
    const std::string number = lists_.NextItem(HtmlItemValue(attributes));
    const bool shown = IsText() && hidden_ == 0 && preformatted_ == 0 && !HidesNumbers(attributes);
    if (shown) blocks_.AddNumber(number);
  }

  void BreakAt(absl::string_view name, uint32_t traits) {
    if (name == "h1" && skipped_ == 0 && form_ == 0) has_heading_ = true;
    if ((traits & kParagraph) != 0) {
      // Lists within lists are lines.
      const bool inner = items_ > 0 && (name == "ul" || name == "ol" || name == "p");
      Break(name, inner ? TextBlocks::kLine : TextBlocks::kParagraph);
    } else if ((traits & kLine) != 0 || (fragment_ && (traits & kSurrounding) != 0)) {
      Break(name, TextBlocks::kLine);
    }
  }

  void Break(absl::string_view name, TextBlocks::Gap gap) {
    if (item_goes_on_ && name != "li") return;
    item_goes_on_ = false;
    initial_.clear();
    if (name == "br") return blocks_.Break(gap);
    cells_.Break(name, gap);
  }

  bool IsSkipped(absl::string_view name, uint32_t traits, Attributes attributes) const {
    if (tex_.has_value()) return false;
    if ((traits & kNoText) != 0) return name != "button" || !IsIn(kHeadingLike);
    if (fragment_) return false;
    // Notes of books and manuals are asides too.
    const bool note = name == "aside" && IsNoteAside(attributes);
    // So is who said what is quoted.
    const bool source = name == "footer" && IsIn(kQuotation);
    if (!note && !source && (traits & kSurrounding) != 0) return true;
    // A page's header, not an article's.
    if (name == "header" && main_ == 0 && !IsIn(kSectionLike)) return true;
    if (name == "html" || name == "body" || name == "main") return false;
    return IsAround(name, attributes) || (preformatted_ > 0 && IsNumberOfCode(name, attributes));
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
  TableCells cells_{&blocks_};
  Indices indices_{&blocks_};
  ListNumbers lists_;
  std::string initial_;  // That the next text begins with.
  std::string title_;
  std::optional<MathText> math_;    // The formula that is open.
  size_t math_depth_ = 0;           // How many elements were open with it.
  std::optional<std::string> tex_;  // The same of a script.
  absl::string_view tex_mark_;
  std::string last_formula_;  // That nothing has followed.
  bool says_main_ = false;    // There is a main part that is not an article.
  bool in_title_ = false;
  bool has_heading_ = false;
  bool note_link_ = false;    // In a link to a note that has no text yet.
  bool note_begins_ = false;  // In a note that has no text yet.
  bool behind_note_ = false;
  bool item_goes_on_ = false;   // Behind the mark of an item.
  bool link_has_text_ = false;  // The link that was opened last.
  size_t text_bytes_ = 0;
  size_t form_bytes_ = 0;
  int skipped_ = 0;
  int hidden_ = 0;
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
