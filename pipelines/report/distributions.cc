// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/report/distributions.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "pipelines/core/share.h"
#include "pipelines/report/plots.h"
#include "pipelines/report/score_list.h"

namespace quipu::pipelines {
namespace {

constexpr size_t kMostGroupRows = 15;
constexpr double kScoreSpan = 0.25;

std::string PercentText(double share) { return absl::StrFormat("%.1f %%", 100 * share); }

void WriteKey(HtmlWriter* html) {
  html->Open("p", {{"class", "key"}});
  html->Open("span").Raw(
      "<svg viewBox=\"0 0 18 14\" aria-hidden=\"true\"><rect class=\"acc\" width=\"18\" "
      "height=\"14\"/></svg>");
  html->Text("accepted").Close();
  html->Open("span").Raw(
      "<svg viewBox=\"0 0 18 14\" aria-hidden=\"true\"><rect class=\"rej\" width=\"18\" "
      "height=\"14\"/></svg>");
  html->Text("rejected").Close().Leaf("span", "dashed line: the run's limit").Close();
}

void OpenSection(absl::string_view id, absl::string_view title, HtmlWriter* html) {
  html->Open("section", {{"id", id}, {"aria-labelledby", absl::StrCat(id, "-h")}});
  html->Leaf("h2", title, {{"id", absl::StrCat(id, "-h")}});
}

// Accepted and rejected pairs by name, as a table with bars.
void WriteTally(absl::string_view title, absl::string_view column, const Tally& tally,
                HtmlWriter* html) {
  if (tally.empty()) return;
  const std::vector<Tally::Row> rows = tally.Rows(kMostGroupRows);
  uint64_t most = 1;
  for (const Tally::Row& row : rows) most = std::max(most, row.total());
  html->Leaf("h3", title).Open("div", {{"class", "wide"}}).Open("table").Open("thead").Open("tr");
  html->Leaf("th", column, {{"scope", "col"}});
  for (const absl::string_view name : {"Pairs", "Accepted", "Yield"}) {
    html->Leaf("th", name, {{"scope", "col"}, {"class", "n"}});
  }
  html->Leaf("th", "", {{"class", "b"}, {"aria-hidden", "true"}}).Close().Close().Open("tbody");
  for (const Tally::Row& row : rows) {
    html->Open("tr").Leaf("th", row.name, {{"scope", "row"}, {"dir", "auto"}});
    html->Leaf("td", Grouped(row.total()), {{"class", "n"}});
    html->Leaf("td", Grouped(row.accepted), {{"class", "n"}});
    html->Leaf("td", PercentText(Share(row.accepted, row.total())), {{"class", "n"}});
    html->Open("td", {{"class", "b"}});
    html->Raw(ShareBar(Share(row.accepted, most), Share(row.rejected, most))).Close().Close();
  }
  html->Close().Close().Close();
}

// A plot of one histogram.
struct Plot {
  absl::string_view title;
  absl::string_view meaning;
  const Histogram* histogram;
  std::vector<PlotMark> marks;
  // Whether accepted and rejected are told apart.
  bool compared = true;
  double least_span = 10;
  absl::string_view key = "";        // Of a score, as samples have it.
  absl::string_view unit = "pairs";  // What is counted.
};

void AppendSpread(const Plot& plot, Histogram::Series series, absl::string_view name,
                  std::string* text) {
  const Histogram& histogram = *plot.histogram;
  if (histogram.count(series) == 0) return;
  absl::StrAppend(text, text->empty() ? "" : " ", name, Grouped(histogram.count(series)), " ",
                  plot.unit, ": median ", AxisNumber(histogram.Quantile(0.5, series)),
                  ", 90 % from ", AxisNumber(histogram.Quantile(0.05, series)), " to ",
                  AxisNumber(histogram.Quantile(0.95, series)), ".");
}

void WriteBins(const Plot& plot, HtmlWriter* html) {
  html->Open("details").Leaf("summary", absl::StrCat("Table: ", plot.title));
  html->Open("div", {{"class", "wide"}}).Open("table").Open("thead").Open("tr");
  html->Leaf("th", "From", {{"scope", "col"}, {"class", "n"}});
  html->Leaf("th", "to under", {{"scope", "col"}, {"class", "n"}});
  html->Leaf("th", plot.compared ? "Accepted" : "Count", {{"scope", "col"}, {"class", "n"}});
  if (plot.compared) html->Leaf("th", "Rejected", {{"scope", "col"}, {"class", "n"}});
  html->Close().Close().Open("tbody");
  for (const Histogram::Bin& bin : PlotBins(*plot.histogram, plot.least_span)) {
    html->Open("tr").Leaf("td", AxisNumber(bin.begin), {{"class", "n"}});
    html->Leaf("td", AxisNumber(bin.end), {{"class", "n"}});
    html->Leaf("td", Grouped(bin.counts[Histogram::kAccepted]), {{"class", "n"}});
    if (plot.compared) {
      html->Leaf("td", Grouped(bin.counts[Histogram::kRejected]), {{"class", "n"}});
    }
    html->Close();
  }
  html->Close().Close().Close().Close();
}

void WritePlot(const Plot& plot, HtmlWriter* html) {
  if (plot.histogram->total() == 0) return;
  html->Open("figure").Open("h3").Text(plot.title);
  if (!plot.key.empty()) html->Text(" ").Leaf("code", plot.key, {{"class", "soft"}});
  html->Close();
  html->Raw(HistogramSvg(*plot.histogram,
                         {absl::StrCat("Histogram: ", plot.title), plot.marks, plot.least_span}));
  std::string text;
  AppendSpread(plot, Histogram::kAccepted, plot.compared ? "Accepted, " : "", &text);
  AppendSpread(plot, Histogram::kRejected, "Rejected, ", &text);
  for (const PlotMark& mark : plot.marks) {
    absl::StrAppend(&text, " Limit (", mark.label, "): ", AxisNumber(mark.value), ".");
  }
  html->Open("figcaption");
  if (!plot.meaning.empty()) html->Text(plot.meaning).Void("br");
  html->Text(text).Close();
  WriteBins(plot, html);
  html->Close();
}

struct Part {
  absl::string_view name;
  uint64_t count = 0;
  absl::string_view key;  // In `quipu status --json`; may be empty.
};

// A table of parts of a whole, up to its body.
void OpenParts(absl::string_view title, absl::string_view column, absl::string_view unit,
               HtmlWriter* html) {
  html->Leaf("h3", title).Open("div", {{"class", "wide"}}).Open("table").Open("thead").Open("tr");
  html->Leaf("th", column, {{"scope", "col"}});
  html->Leaf("th", unit, {{"scope", "col"}, {"class", "n"}});
  html->Leaf("th", "Share", {{"scope", "col"}, {"class", "n"}});
  html->Leaf("th", "", {{"class", "b"}, {"aria-hidden", "true"}}).Close().Close().Open("tbody");
}

// The last two cells of a row.
void WriteShare(double share, HtmlWriter* html) {
  html->Leaf("td", PercentText(share), {{"class", "n"}});
  html->Open("td", {{"class", "b"}}).Raw(ShareBar(share, 0)).Close();
}

// Counts and their shares of the sum.
void WriteParts(absl::string_view title, absl::string_view column, const std::vector<Part>& parts,
                HtmlWriter* html) {
  uint64_t all = 0;
  for (const Part& part : parts) all += part.count;
  if (all == 0) return;
  OpenParts(title, column, "Count", html);
  for (const Part& part : parts) {
    html->Open("tr").Leaf("th", part.name, {{"scope", "row"}}).Open("td", {{"class", "n"}});
    if (part.key.empty()) {
      html->Text(Grouped(part.count));
    } else {
      html->Count(part.key, part.count);
    }
    html->Close();
    WriteShare(Share(part.count, all), html);
    html->Close();
  }
  html->Close().Close().Close();
}

void WriteTrained(const Facts& facts, const v1::RunSpec& spec, HtmlWriter* html) {
  const RowFacts& long_rows = facts.long_rows;
  const bool prompts = long_rows.trains_prompts || spec.packing().prompt_loss_weight() > 0;
  const RowFacts& packs = facts.packs;
  WriteParts(
      prompts ? "Tokens by their part in the loss (prompts are trained, too)"
              : "Tokens by their part in the loss",
      "Tokens",
      {{prompts ? "Trained, long rows" : "Answers of long rows (trained)", long_rows.trained, ""},
       {prompts ? "Trained, packs" : "Answers in packs (trained)", packs.trained, ""},
       {"Contexts and questions of long rows (not trained)",
        long_rows.tokens - std::min(long_rows.tokens, long_rows.trained), ""},
       {"Prompts in packs (not trained)", packs.tokens - std::min(packs.tokens, packs.trained), ""},
       {"Padding", long_rows.padding + packs.padding, ""}},
      html);
}

// A server's engine does not know the times of its phases.
void WriteTimes(const v1::EngineCounters& work, HtmlWriter* html) {
  const auto tenths = [](uint64_t microseconds) { return (microseconds + 50000) / 100000; };
  const std::vector<std::pair<absl::string_view, uint64_t>> phases = {
      {"Reading chunks", tenths(work.prefix_microseconds())},
      {"Writing pairs, with their prompts", tenths(work.generate_microseconds())},
      {"Judging pairs", tenths(work.verify_microseconds())},
      {"Measuring them without the chunk", tenths(work.closed_book_microseconds())},
      {"Second answers, with their prompts", tenths(work.second_microseconds())}};
  uint64_t all = 0;
  for (const auto& [name, time] : phases) all += time;
  if (all == 0) return;
  OpenParts("Time by phase", "Phase", "Seconds", html);
  for (const auto& [name, time] : phases) {
    html->Open("tr").Leaf("th", name, {{"scope", "row"}});
    html->Leaf("td", absl::StrCat(Grouped(time / 10), ".", time % 10), {{"class", "n"}});
    WriteShare(Share(time, all), html);
    html->Close();
  }
  html->Close().Close().Close();
}

}  // namespace

void WriteGroups(const Facts& facts, HtmlWriter* html) {
  if (facts.read_results == 0) return;
  OpenSection("groups", "Where pairs are from, and what they ask", html);
  WriteTally("By source", "Source", facts.sources, html);
  WriteTally("By language", "Language", facts.languages, html);
  WriteTally("By form", "Form", facts.forms, html);
  WriteTally("By kind of question", "Kind asked for", facts.kinds, html);
  WriteTally("By first word of the question", "First word", facts.first_words, html);
  html->Close();
}

void WriteLengths(const Facts& facts, HtmlWriter* html) {
  OpenSection("lengths", "Lengths and places", html);
  WriteKey(html);
  html->Open("div", {{"class", "plots"}});
  Plot documents{"Documents, in tokens", "", &facts.document_tokens, {}, false};
  documents.unit = "documents";
  WritePlot(documents, html);
  WritePlot({"Questions, in characters", "", &facts.question_characters, {}}, html);
  WritePlot({"Answers, in characters", "", &facts.answer_characters, {}}, html);
  Plot rows{"Long rows, in tokens",
            "Context, question and answer, without padding.",
            &facts.context_tokens,
            {},
            false};
  rows.unit = "rows";
  WritePlot(rows, html);
  Plot depth{"Depth of the evidence",
             "0: first in the context; 1: last. It should be even.",
             &facts.evidence_depth,
             {},
             false,
             kScoreSpan};
  WritePlot(depth, html);
  Plot fill{
      "Fill of packs", "Share of a pack's length that is not padding.", &facts.pack_fill, {}, false,
      kScoreSpan};
  fill.unit = "packs";
  WritePlot(fill, html);
  html->Close().Close();
}

void WriteScores(const Facts& facts, const v1::RunSpec& spec, HtmlWriter* html) {
  if (facts.read_results == 0) return;
  OpenSection("scores", "Scores, accepted against rejected", html);
  html->Leaf("p",
             "A pair is measured until the first step that refuses it, so rejects have fewer "
             "scores. A score without a limit counts in the probability alone.",
             {{"class", "soft"}});
  WriteKey(html);
  html->Open("div", {{"class", "plots"}});
  for (size_t i = 0; i < facts.scores.size(); ++i) {
    const ReportedScore& score = ReportedScores()[i];
    Plot plot{score.title, score.meaning, &facts.scores[i], {}};
    plot.least_span = kScoreSpan;
    plot.key = score.key;
    for (const ScoreLimit& limit : LimitsOf(score, spec)) {
      plot.marks.push_back({limit.label, limit.value});
    }
    WritePlot(plot, html);
  }
  html->Close().Close();
}

void WriteRows(const Facts& facts, const v1::RunSpec& spec, HtmlWriter* html) {
  OpenSection("rows", "Training rows", html);
  const RowFacts& long_rows = facts.long_rows;
  const RowFacts& packs = facts.packs;
  if (long_rows.rows + packs.rows == 0) {
    html->Leaf("p", facts.status.stage() == v1::STAGE_UNSPECIFIED
                        ? "The run made no training rows: no pair was accepted, and there are no "
                          "short rows."
                        : "There are no training rows yet: packing is the last stage.")
        .Close();
    return;
  }
  WriteParts("Long and packed by rows", "Rows",
             {{"Long rows", facts.status.corpus().long_rows(), "long_rows"},
              {"Packed rows", facts.status.corpus().packed_rows(), "packed_rows"}},
             html);
  WriteParts("Long and packed by tokens, without padding", "Tokens",
             {{"Long rows", long_rows.tokens, ""}, {"Packed rows", packs.tokens, ""}}, html);
  WriteTrained(facts, spec, html);
  std::vector<Part> kinds;
  const std::vector<Tally::Row> rows = facts.row_kinds.Rows(kMostGroupRows);
  for (const Tally::Row& row : rows) {
    kinds.push_back(
        {row.name.empty() ? "from a short row" : absl::string_view(row.name), row.total(), ""});
  }
  WriteParts("Long rows by kind", "Kind", kinds, html);
  if (packs.rows > 0) {
    html->Leaf("p", absl::StrCat(
                        "Packs hold ", Grouped(packs.conversations), " short rows and are ",
                        PercentText(Share(packs.tokens, packs.tokens + packs.padding)), " full."));
  }
  html->Close();
}

bool HasWork(const Facts& facts) {
  const v1::EngineCounters& work = facts.status.work();
  return work.prompt_tokens_computed() + work.sampled_tokens() > 0;
}

void WriteWork(const Facts& facts, HtmlWriter* html) {
  if (!HasWork(facts)) return;
  const v1::EngineCounters& work = facts.status.work();
  OpenSection("work", "The engine's work", html);
  WriteParts(
      "Tokens by phase", "Phase",
      {{"Reading chunks", work.prefix_tokens(), "engine.prefix_tokens"},
       {"Prompts of pairs", work.generate_prompt_tokens(), "engine.generate_prompt_tokens"},
       {"Writing pairs", work.generate_sampled_tokens(), "engine.generate_sampled_tokens"},
       {"Judging pairs", work.verify_tokens(), "engine.verify_tokens"},
       {"Without the chunk", work.closed_book_tokens(), "engine.closed_book_tokens"},
       {"Prompts of second answers", work.second_prompt_tokens(), "engine.second_prompt_tokens"},
       {"Second answers", work.second_sampled_tokens(), "engine.second_sampled_tokens"}},
      html);
  WriteTimes(work, html);
  html->Open("p").Count("engine.prompt_tokens_computed", work.prompt_tokens_computed());
  html->Text(" prompt tokens computed, ");
  html->Count("engine.prompt_tokens_needed", work.prompt_tokens_needed());
  html->Text(" needed if none were computed twice; ");
  html->Count("engine.sampled_tokens", work.sampled_tokens()).Text(" sampled.");
  if (work.busy_microseconds() > 0) {
    html->Text(absl::StrFormat(" %.0f tokens a second, %.0f s of work.",
                               1e6 * Share(work.prompt_tokens_computed() + work.sampled_tokens(),
                                           work.busy_microseconds()),
                               static_cast<double>(work.busy_microseconds()) / 1e6));
  }
  html->Close().Close();
}

}  // namespace quipu::pipelines
