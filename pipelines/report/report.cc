// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/report/report.h"

#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/sha256.h"
#include "base/status_macros.h"
#include "base/utf8.h"
#include "pipelines/report/assets.h"
#include "pipelines/report/distributions.h"
#include "pipelines/report/facts.h"
#include "pipelines/report/html_writer.h"
#include "pipelines/report/overview.h"
#include "pipelines/report/plots.h"
#include "pipelines/report/samples.h"

namespace quipu::pipelines {
namespace {

constexpr size_t kBeginningBytes = 300;

std::string HashOf(absl::string_view script) {
  Sha256 hash;
  hash.Update(script);
  return absl::StrCat("'sha256-", absl::Base64Escape(hash.Finish()), "'");
}

// Only the page's own scripts run, and nothing is fetched but, by a live page, from its own server;
// whatever a document says.
std::string ContentPolicy(bool live) {
  return absl::StrCat("default-src 'none'; style-src 'unsafe-inline'; script-src ",
                      HashOf(ReportScript()), live ? absl::StrCat(" ", HashOf(LiveScript())) : "",
                      live ? "; connect-src 'self'" : "", "; base-uri 'none'; form-action 'none'");
}

void WriteHtmlHead(const std::string& title, bool live, HtmlWriter* html) {
  html->Open("head").Void("meta", {{"charset", "utf-8"}});
  html->Void("meta", {{"http-equiv", "Content-Security-Policy"}, {"content", ContentPolicy(live)}});
  html->Void("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}});
  html->Void("meta", {{"name", "referrer"}, {"content", "no-referrer"}});
  html->Leaf("title", title);
  html->Open("style").Raw(ReportStyle()).Close().Close();
}

// What the live script fills; without it the page is as old as it is.
void WriteLive(HtmlWriter* html) {
  html->Open("section", {{"id", "live"}, {"aria-labelledby", "live-h"}});
  html->Leaf("h2", "Now", {{"id", "live-h"}});
  html->Leaf("div", "", {{"id", "live-now"}});
  html->Leaf("p", "", {{"id", "live-note"}, {"class", "soft"}});
  html->Leaf("noscript", "Without its script the page does not refresh: reload it.").Close();
}

// Skip link, plots' definitions and heading; opens the body.
void OpenBody(const std::string& path, uint64_t live_version, HtmlWriter* html) {
  html->Open("body", {{"data-version", absl::StrCat(live_version)}});
  html->Leaf("a", "Skip to the report", {{"class", "skip"}, {"href", "#main"}});
  html->Raw(PlotDefinitions());
  html->Open("header").Leaf("h1", "quipu report").Leaf("p", path, {{"class", "meta"}}).Close();
}

void WriteScript(absl::string_view script, HtmlWriter* html) {
  html->Open("script").Raw(script).Close();
}

void WriteNavigation(const Facts& facts, HtmlWriter* html) {
  struct Link {
    const char* target;
    const char* title;
    bool shown;
  };
  const bool results = facts.read_results > 0;
  html->Open("nav", {{"aria-label", "Sections"}}).Open("ul");
  for (const Link& link :
       {Link{"#glance", "At a glance", true}, Link{"#funnel", "Funnel", true},
        Link{"#rejects", "Rejects", true},
        Link{"#no-chunk", "No chunk", facts.status.corpus().without_chunk() > 0},
        Link{"#groups", "Sources", results}, Link{"#lengths", "Lengths", true},
        Link{"#scores", "Scores", results}, Link{"#rows", "Rows", true},
        Link{"#work", "Work", HasWork(facts)}, Link{"#samples", "Samples", results}}) {
    if (!link.shown) continue;
    html->Open("li").Leaf("a", link.title, {{"href", link.target}}).Close();
  }
  html->Close().Close();
}

absl::StatusOr<std::vector<NoChunkExample>> ReadNoChunkExamples(const storage::StoreView& store,
                                                                const Facts& facts) {
  std::vector<NoChunkExample> examples;
  for (const auto& [reason, draw] : facts.no_chunk_examples) {
    for (const std::string* id : draw.Chosen()) {
      ASSIGN_OR_RETURN(const v1::Document document, store.GetDocument(*id));
      const v1::Provenance& from = document.provenance();
      const std::string& text = document.text();
      NoChunkExample example;
      example.reason = reason;
      example.where = absl::StrCat(from.source(), from.line() > 0 ? ":" : "",
                                   from.line() > 0 ? absl::StrCat(from.line()) : "", ", ",
                                   Grouped(document.tokens()), " tokens");
      example.beginning =
          text.substr(0, FloorToCodePoint(text, std::min(text.size(), kBeginningBytes)));
      if (example.beginning.size() < text.size()) example.beginning += " …";
      examples.push_back(example);
    }
  }
  return examples;
}

absl::Status WriteMain(const storage::StoreView& store, const Facts& facts, bool live,
                       HtmlWriter* html) {
  const v1::RunHeader& header = store.header();
  ASSIGN_OR_RETURN(const std::vector<NoChunkExample> examples, ReadNoChunkExamples(store, facts));
  html->Open("main", {{"id", "main"}, {"tabindex", "-1"}});
  if (live) WriteLive(html);
  WriteGlance(facts, header, html);
  WriteFunnels(facts, html);
  WriteReasons(facts, header.spec(), html);
  WriteNoChunk(facts, examples, html);
  WriteGroups(facts, html);
  WriteLengths(facts, html);
  WriteScores(facts, header.spec(), html);
  WriteRows(facts, header.spec(), html);
  WriteWork(facts, html);
  RETURN_IF_ERROR(WriteSamples(store, facts, html));
  html->Close();
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> ReportHtml(const storage::StoreView& store,
                                       const ReportOptions& options) {
  FactOptions fact_options;
  fact_options.seed = options.seed;
  fact_options.stop = options.stop;
  const bool live = options.live_version > 0;
  ASSIGN_OR_RETURN(const Facts facts, CollectFacts(store, fact_options));
  const std::string title = absl::StrCat("quipu report: ", store.path());
  std::string page = "<!DOCTYPE html>\n";
  HtmlWriter html(&page);
  html.Open("html", {{"lang", "en"}});
  WriteHtmlHead(title, live, &html);
  OpenBody(store.path(), options.live_version, &html);
  WriteNavigation(facts, &html);
  RETURN_IF_ERROR(WriteMain(store, facts, live, &html));
  html.Open("footer").Leaf(
      "p", absl::StrCat("Made by quipu ", facts.status.build(),
                        " from the store alone; samples drawn with seed ", options.seed, "."));
  html.Close();
  WriteScript(ReportScript(), &html);
  if (live) WriteScript(LiveScript(), &html);
  html.Close().Close();
  return page;
}

std::string EmptyLivePage() {
  std::string page = "<!DOCTYPE html>\n";
  HtmlWriter html(&page);
  html.Open("html", {{"lang", "en"}});
  WriteHtmlHead("quipu report", /*live=*/true, &html);
  OpenBody("There is no report yet: no pair is planned.", 0, &html);
  html.Open("main", {{"id", "main"}, {"tabindex", "-1"}});
  WriteLive(&html);
  html.Close();
  WriteScript(LiveScript(), &html);
  html.Close().Close();
  return page;
}

}  // namespace quipu::pipelines
