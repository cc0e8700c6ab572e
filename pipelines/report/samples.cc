// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/report/samples.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/status_macros.h"
#include "base/utf8.h"
#include "pipelines/core/names.h"
#include "pipelines/report/evidence_window.h"
#include "pipelines/report/score_list.h"

namespace quipu::pipelines {
namespace {

constexpr size_t kMaxTextBytes = 3000;

std::string Bounded(absl::string_view text) {
  if (text.size() <= kMaxTextBytes) return std::string(text);
  return absl::StrCat(text.substr(0, FloorToCodePoint(text, kMaxTextBytes)), " …");
}

std::string FormOf(const v1::Task& task) {
  if (task.kind() == v1::TASK_KIND_SUMMARY) return "summary";
  const absl::string_view form =
      task.form() == v1::ANSWER_FORM_SHORT ? "short answer" : "long answer";
  return absl::StrCat(task.kind() == v1::TASK_KIND_TWO_CHUNKS ? "two chunks, " : "", form);
}

std::string LanguageOf(const v1::Task& task) {
  return task.language().empty() ? "en" : task.language();
}

// "accepted" for a pair that is.
std::string OutcomeOf(const v1::Result& result) {
  return result.has_reject() ? "rejected" : "accepted";
}

std::string ReasonOf(const v1::Result& result) {
  return result.has_reject() ? RejectLabel(result.reject().reason()) : "";
}

// "probability=0.913 gain=2.400", for the script.
std::string ScoresAttribute(const v1::Result& result) {
  std::string text;
  for (const ReportedScore& score : ReportedScores()) {
    const std::optional<double> value = score.value(result);
    if (!value.has_value()) continue;
    absl::StrAppend(&text, text.empty() ? "" : " ", score.key, "=",
                    absl::StrFormat("%.3f", *value));
  }
  return text;
}

void WriteScoreTable(const v1::Result& result, const v1::RunSpec& spec, HtmlWriter* html) {
  html->Open("table", {{"class", "scores"}}).Leaf("caption", "Scores").Open("tbody");
  size_t measured = 0;
  for (const ReportedScore& score : ReportedScores()) {
    const std::optional<double> value = score.value(result);
    if (!value.has_value()) continue;
    ++measured;
    const bool under = IsRefused(*value, result.task().form(), LimitsOf(score, spec));
    html->Open("tr").Leaf("th", score.key, {{"scope", "row"}});
    html->Leaf("td", absl::StrFormat("%.3g%s", *value, under ? " (beyond its limit)" : ""),
               {{"class", under ? "n under" : "n"}});
    html->Close();
  }
  if (measured == 0) html->Open("tr").Leaf("td", "refused before any was measured").Close();
  html->Close().Close();
}

// Where the chunk is in its document.
void WritePlace(const EvidenceWindow& window, size_t document_bytes, HtmlWriter* html) {
  const auto size = static_cast<double>(std::max<size_t>(1, document_bytes));
  const double begin = 100 * static_cast<double>(window.chunk.begin) / size;
  const double width = 100 * static_cast<double>(window.chunk.end - window.chunk.begin) / size;
  html->Raw(absl::StrFormat(
      "<svg class=\"place\" viewBox=\"0 0 100 6\" preserveAspectRatio=\"none\" "
      "aria-hidden=\"true\"><rect class=\"track\" width=\"100\" height=\"6\"/><rect class=\"here\" "
      "x=\"%.2f\" width=\"%.2f\" height=\"6\"/></svg>",
      begin, std::max(0.6, width)));
  html->Leaf("div",
             absl::StrFormat("Chunk: bytes %s to %s of %s, from %.0f %% of the document",
                             Grouped(window.chunk.begin), Grouped(window.chunk.end),
                             Grouped(document_bytes), begin),
             {{"class", "meta"}});
}

void WriteWindow(const EvidenceWindow& window, size_t document_bytes, HtmlWriter* html) {
  WritePlace(window, document_bytes, html);
  html->Open("div", {{"class", "text"},
                     {"tabindex", "0"},
                     {"role", "group"},
                     {"dir", "auto"},
                     {"aria-label", "The chunk in its document, its evidence marked"}});
  if (window.cut_before) html->Text("… ");
  for (const WindowPiece& piece : window.pieces) {
    switch (piece.kind) {
      case WindowPiece::kAround:
        html->Text(piece.text);
        break;
      case WindowPiece::kChunk:
        html->Leaf("span", piece.text, {{"class", "chunk"}});
        break;
      case WindowPiece::kEvidence:
        html->Leaf("mark", piece.text);
        break;
    }
  }
  if (window.cut_after) html->Text(" …");
  html->Close();
}

void WriteQuestionAndAnswer(const v1::Result& result, HtmlWriter* html) {
  html->Open("dl", {{"class", "qa"}});
  if (result.question().empty() && result.answer().empty()) {
    html->Leaf("dt", "The reply had no pair.");
  } else {
    html->Leaf("dt", "Question").Leaf("dd", Bounded(result.question()), {{"dir", "auto"}});
    html->Leaf("dt", "Answer").Leaf("dd", Bounded(result.answer()), {{"dir", "auto"}});
  }
  if (result.has_reject()) {
    html->Leaf("dt", "Refused by");
    html->Leaf("dd", absl::StrCat(ReasonOf(result), ": ", Bounded(result.reject().detail())),
               {{"dir", "auto"}});
  }
  html->Close();
}

void WriteHead(size_t number, const v1::Result& result, absl::string_view heading,
               HtmlWriter* html) {
  html->Open("div", {{"class", "head"}});
  html->Leaf(heading, absl::StrCat(result.has_reject() ? "Rejected " : "Accepted ", number));
  html->Leaf("span", FormOf(result.task()), {{"class", "badge"}});
  if (!result.question_kind().empty()) {
    html->Leaf("span", result.question_kind(), {{"class", "badge"}});
  }
  if (result.has_reject()) html->Leaf("span", ReasonOf(result), {{"class", "badge why"}});
  html->Leaf("code", absl::BytesToHexString(result.task().id()), {{"class", "meta"}}).Close();
}

// A list of all values that a sample has in one field; none if they are all the same.
void WriteSelect(absl::string_view name, absl::string_view title,
                 const std::set<std::string>& values, HtmlWriter* html) {
  if (values.size() < 2) return;
  html->Open("label").Text(title).Open("select", {{"name", name}});
  html->Leaf("option", "any", {{"value", ""}});
  for (const std::string& value : values) html->Leaf("option", value, {{"value", value}});
  html->Close().Close();
}

void WriteNumberField(absl::string_view name, absl::string_view title, HtmlWriter* html) {
  html->Open("label").Text(title);
  html->Void("input", {{"name", name}, {"type", "number"}, {"step", "any"}}).Close();
}

// Hidden until the script shows it: it does nothing without.
void WriteFilters(const std::vector<const DrawnPair*>& samples, HtmlWriter* html) {
  std::set<std::string> outcomes, reasons, forms, sources, languages;
  for (const DrawnPair* drawn : samples) {
    outcomes.insert(OutcomeOf(drawn->result));
    if (drawn->result.has_reject()) reasons.insert(ReasonOf(drawn->result));
    forms.insert(FormOf(drawn->result.task()));
    sources.insert(drawn->source);
    languages.insert(LanguageOf(drawn->result.task()));
  }
  html->Open("form", {{"id", "filters"},
                      {"class", "filters"},
                      {"hidden", "hidden"},
                      {"aria-label", "Filter the samples"}});
  WriteSelect("outcome", "Outcome", outcomes, html);
  WriteSelect("reason", "Reason", reasons, html);
  WriteSelect("form", "Form", forms, html);
  WriteSelect("source", "Source", sources, html);
  WriteSelect("language", "Language", languages, html);
  html->Open("label").Text("Score").Open("select", {{"name", "score"}});
  for (const ReportedScore& score : ReportedScores()) {
    html->Leaf("option", score.key, {{"value", score.key}});
  }
  html->Close().Close();
  WriteNumberField("least", "at least", html);
  WriteNumberField("most", "at most", html);
  html->Open("label").Text("Text in question or answer");
  html->Void("input", {{"name", "text"}, {"type", "search"}}).Close();
  html->Leaf("button", "Show all", {{"type", "reset"}});
  html->Leaf("output", "", {{"id", "shown"}, {"aria-live", "polite"}}).Close();
}

absl::Status WriteList(const storage::StoreView& store, absl::string_view title,
                       const Draw<DrawnPair>& draw, HtmlWriter* html) {
  html->Leaf("h3", title, {{"id", absl::StrCat(absl::AsciiStrToLower(title), "-samples")}});
  size_t number = 0;
  for (const DrawnPair* drawn : draw.Chosen()) {
    RETURN_IF_ERROR(WriteSample(store, ++number, *drawn, "h4", html));
  }
  if (number == 0) html->Leaf("p", "There are none.");
  return absl::OkStatus();
}

}  // namespace

absl::Status WriteSample(const storage::StoreView& store, size_t number, const DrawnPair& drawn,
                         absl::string_view heading, HtmlWriter* html) {
  const v1::Result& result = drawn.result;
  ASSIGN_OR_RETURN(const v1::Document document, store.GetDocument(result.task().document_id()));
  html->Open("article", {{"class", absl::StrCat("sample ", OutcomeOf(result))},
                         {"data-id", absl::BytesToHexString(result.task().id())},
                         {"data-outcome", OutcomeOf(result)},
                         {"data-reason", ReasonOf(result)},
                         {"data-form", FormOf(result.task())},
                         {"data-source", drawn.source},
                         {"data-language", LanguageOf(result.task())},
                         {"data-scores", ScoresAttribute(result)}});
  WriteHead(number, result, heading, html);
  html->Open("div", {{"class", "body"}}).Open("div");
  WriteQuestionAndAnswer(result, html);
  const v1::Provenance& from = document.provenance();
  html->Leaf("div",
             absl::StrCat(from.source(), from.line() > 0 ? absl::StrCat(":", from.line()) : ""),
             {{"class", "meta"}});
  for (const EvidenceWindow& window : WindowsOf(document, result)) {
    WriteWindow(window, document.text().size(), html);
  }
  html->Close();
  WriteScoreTable(result, store.header().spec(), html);
  html->Close().Close();
  return absl::OkStatus();
}

absl::Status WriteSamples(const storage::StoreView& store, const Facts& facts, HtmlWriter* html) {
  std::vector<const DrawnPair*> samples = facts.accepted.Chosen();
  const std::vector<const DrawnPair*> rejected = facts.rejected.Chosen();
  samples.insert(samples.end(), rejected.begin(), rejected.end());
  if (samples.empty()) return absl::OkStatus();
  html->Open("section", {{"id", "samples"}, {"aria-labelledby", "samples-h"}});
  html->Leaf("h2", "Samples", {{"id", "samples-h"}});
  html->Open("p", {{"class", "soft"}}).Text("Drawn at random from all pairs. The ");
  html->Leaf("span", "chunk", {{"class", "chunk"}}).Text(" is tinted in its document, and ");
  html->Leaf("mark", "the sentences that support the answer").Text(" are marked in it. ");
  html->Leaf("code", "quipu show STORE ID").Text(" shows a sample in a terminal.").Close();
  WriteFilters(samples, html);
  RETURN_IF_ERROR(WriteList(store, "Accepted", facts.accepted, html));
  RETURN_IF_ERROR(WriteList(store, "Rejected", facts.rejected, html));
  html->Close();
  return absl::OkStatus();
}

}  // namespace quipu::pipelines
