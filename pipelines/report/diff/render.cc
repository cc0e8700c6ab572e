// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/strings.h"
#include "base/utf8.h"
#include "pipelines/report/assets.h"
#include "pipelines/report/diff/diff.h"
#include "pipelines/report/html_writer.h"

namespace quipu::pipelines {
namespace {

// ---- Text. ----

// Of a column, in characters; a longer cell moves the rest of its line.
constexpr size_t kWidest = 60;

// Names of stores and values of specs are one line.
std::string Cell(const std::string& text) { return Snippet(text, 400); }

void AppendRow(const std::vector<std::string>& cells, const std::vector<size_t>& widths,
               std::string* text) {
  std::string line = "  ";
  for (size_t i = 0; i < cells.size(); ++i) {
    const std::string cell = Cell(cells[i]);
    absl::StrAppend(&line, cell);
    if (i + 1 == cells.size()) break;
    const size_t width = CountCodePoints(cell);
    line.append(2 + widths[i] - std::min(width, widths[i]), ' ');
  }
  absl::StrAppend(text, line, "\n");
}

void AppendTable(const DiffTable& table, std::string* text) {
  std::vector<size_t> widths(table.columns.size());
  const auto widen = [&widths](const std::vector<std::string>& cells) {
    for (size_t i = 0; i < cells.size(); ++i) {
      widths[i] = std::max(widths[i], std::min(kWidest, CountCodePoints(Cell(cells[i]))));
    }
  };
  widen(table.columns);
  for (const auto& row : table.rows) widen(row);
  absl::StrAppend(text, "\n", table.title, "\n");
  AppendRow(table.columns, widths, text);
  for (const auto& row : table.rows) AppendRow(row, widths, text);
}

void AppendSide(absl::string_view name, const DiffSide& side, std::string* text) {
  absl::StrAppend(text, name, " ", side.id, "  ", Snippet(side.outcome, 400), "\n");
  absl::StrAppend(text, "  question: ", Printable(side.question), "\n");
  absl::StrAppend(text, "  answer:   ", Printable(side.answer), "\n");
  if (!side.scores.empty()) absl::StrAppend(text, "  scores:   ", side.scores, "\n");
}

// ---- HTML. ----

void WriteTable(const DiffTable& table, HtmlWriter* html) {
  html->Open("section").Leaf("h2", table.title);
  html->Open(
      "div",
      {{"class", "wide diff"}, {"tabindex", "0"}, {"role", "group"}, {"aria-label", table.title}});
  html->Open("table").Open("thead").Open("tr");
  for (const std::string& column : table.columns) {
    html->Leaf("th", column.empty() ? "Of each run" : column, {{"scope", "col"}});
  }
  html->Close().Close().Open("tbody");
  for (const auto& row : table.rows) {
    html->Open("tr");
    for (size_t i = 0; i < row.size(); ++i) {
      if (i == 0) {
        html->Leaf("th", row[i], {{"scope", "row"}});
      } else {
        html->Leaf("td", row[i]);
      }
    }
    html->Close();
  }
  html->Close().Close().Close().Close();
}

void WriteSide(absl::string_view name, const DiffSide& side, HtmlWriter* html) {
  html->Open("div").Open("div", {{"class", "head"}});
  html->Leaf("h4", name).Leaf("span", side.outcome, {{"class", "badge"}});
  html->Close().Open("dl", {{"class", "qa"}});
  html->Leaf("dt", "Question").Leaf("dd", side.question, {{"dir", "auto"}});
  html->Leaf("dt", "Answer").Leaf("dd", side.answer, {{"dir", "auto"}}).Close();
  html->Leaf("div", side.scores, {{"class", "meta"}});
  html->Leaf("code", side.id, {{"class", "meta"}}).Close();
}

void WriteExamples(const RunDiff& diff, HtmlWriter* html) {
  html->Open("section").Leaf("h2", diff.examples_title);
  if (diff.examples.empty()) html->Leaf("p", "There are none.");
  for (const DiffExample& example : diff.examples) {
    html->Open("article", {{"class", "sample"}}).Leaf("div", example.where, {{"class", "meta"}});
    html->Leaf("div", example.chunk,
               {{"class", "text"},
                {"tabindex", "0"},
                {"role", "group"},
                {"dir", "auto"},
                {"aria-label", "The chunk"}});
    html->Open("div", {{"class", "plots"}});
    WriteSide("A", example.first, html);
    WriteSide("B", example.second, html);
    html->Close().Close();
  }
  html->Close();
}

}  // namespace

std::string DiffText(const RunDiff& diff) {
  std::string text = absl::StrCat("A  ", Cell(diff.first), "\nB  ", Cell(diff.second), "\n");
  for (const DiffTable& table : diff.tables) AppendTable(table, &text);
  absl::StrAppend(&text, "\n", diff.examples_title, "\n");
  if (diff.examples.empty()) absl::StrAppend(&text, "  none\n");
  for (const DiffExample& example : diff.examples) {
    absl::StrAppend(&text, "\n=== ", Snippet(example.where, 400), "\n", Printable(example.chunk),
                    "\n");
    AppendSide("A", example.first, &text);
    AppendSide("B", example.second, &text);
  }
  return text;
}

std::string DiffHtml(const RunDiff& diff) {
  std::string page = "<!DOCTYPE html>\n";
  HtmlWriter html(&page);
  html.Open("html", {{"lang", "en"}}).Open("head").Void("meta", {{"charset", "utf-8"}});
  html.Void("meta", {{"http-equiv", "Content-Security-Policy"},
                     {"content", "default-src 'none'; style-src 'unsafe-inline'"}});
  html.Void("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}});
  html.Leaf("title", absl::StrCat("quipu diff: ", diff.first, " and ", diff.second));
  html.Open("style").Raw(ReportStyle()).Close().Close().Open("body");
  html.Open("header").Leaf("h1", "quipu diff");
  html.Leaf("p", absl::StrCat("A: ", diff.first), {{"class", "meta"}});
  html.Leaf("p", absl::StrCat("B: ", diff.second), {{"class", "meta"}}).Close();
  html.Open("main");
  for (const DiffTable& table : diff.tables) WriteTable(table, &html);
  WriteExamples(diff, &html);
  html.Close().Close().Close();
  return page;
}

}  // namespace quipu::pipelines
