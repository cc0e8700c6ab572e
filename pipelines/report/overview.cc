// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/report/overview.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/utf8.h"
#include "pipelines/core/names.h"
#include "pipelines/core/partition.h"
#include "pipelines/core/share.h"
#include "pipelines/report/plots.h"
#include "pipelines/report/reason_texts.h"

namespace quipu::pipelines {
namespace {

constexpr size_t kMostAdvice = 4;

std::string PercentText(uint64_t part, uint64_t whole) {
  return absl::StrFormat("%.1f %%", Percent(part, whole));
}

// "rejects.verdict".
std::string CountKey(absl::string_view group, absl::string_view name) {
  return absl::StrCat(group, ".", absl::AsciiStrToLower(name));
}

uint64_t CountOf(const google::protobuf::Map<std::string, uint64_t>& counts,
                 const std::string& name) {
  const auto found = counts.find(name);
  return found == counts.end() ? 0 : found->second;
}

void WriteState(const Facts& facts, HtmlWriter* html) {
  const v1::StatusReply& status = facts.status;
  const v1::TaskCounts& tasks = status.tasks();
  const bool complete = status.stage() == v1::STAGE_UNSPECIFIED;
  if (complete && tasks.planned() == 0) {
    html->Leaf("p", "The run is complete. It had no pairs to make: its rows are short ones alone.",
               {{"class", "state"}});
  } else if (complete && tasks.accepted() == 0) {
    html->Leaf(
        "p",
        "The run is complete, and no pair was accepted: there are no long rows. What refused "
        "them, and what to change, is below.",
        {{"class", "state open"}});
  } else if (complete) {
    html->Leaf("p", "The run is complete.", {{"class", "state"}});
  } else {
    html->Leaf("p",
               absl::StrCat("The run is unfinished: its next stage is ", StageName(status.stage()),
                            ", and ", Grouped(tasks.pending()), " of ", Grouped(tasks.planned()),
                            " planned pairs have no result yet. All numbers are of what is stored "
                            "now."),
               {{"class", "state open"}});
  }
  if (facts.read_results == 0 && !complete) {
    html->Leaf("p", "No pair has a result yet, so there are no scores and no samples.",
               {{"class", "state open"}});
  }
  if (facts.read_results != tasks.accepted() + tasks.rejected()) {
    html->Leaf("p",
               absl::StrCat("The run went ahead while its store was read: the counts are from the "
                            "beginning of the reading, plots and samples have ",
                            Grouped(facts.read_results), " pairs."),
               {{"class", "state open"}});
  }
}

// A tile: a term, its number, and a remark.
void WriteTile(absl::string_view term, absl::string_view key, uint64_t number,
               absl::string_view remark, HtmlWriter* html) {
  html->Open("div").Leaf("dt", term).Open("dd").Count(key, number);
  if (!remark.empty()) html->Leaf("small", remark);
  html->Close().Close();
}

uint64_t TokensOf(const v1::EngineCounters& work) {
  return work.prompt_tokens_computed() + work.sampled_tokens();
}

void WriteTiles(const v1::StatusReply& status, HtmlWriter* html) {
  const v1::TaskCounts& tasks = status.tasks();
  const v1::CorpusCounts& corpus = status.corpus();
  const uint64_t done = tasks.accepted() + tasks.rejected();
  html->Open("dl", {{"class", "tiles"}});
  WriteTile("Documents", "documents", corpus.documents(),
            absl::StrCat(Grouped(corpus.document_tokens()), " tokens"), html);
  WriteTile("Pairs planned", "pairs", tasks.planned(),
            absl::StrCat(PercentText(done, tasks.planned()), " done"), html);
  WriteTile("Accepted", "accepted", tasks.accepted(),
            absl::StrCat(PercentText(tasks.accepted(), done), " of done"), html);
  WriteTile("Rejected", "rejected", tasks.rejected(),
            absl::StrCat(PercentText(tasks.rejected(), done), " of done"), html);
  WriteTile("Long rows", "long_rows", corpus.long_rows(), "", html);
  WriteTile("Packed rows", "packed_rows", corpus.packed_rows(),
            absl::StrCat("from ", Grouped(corpus.short_rows()), " short rows"), html);
  if (TokensOf(status.work()) > 0 && tasks.accepted() > 0) {
    html->Open("div").Leaf("dt", "Tokens of work").Open("dd");
    html->Text(Grouped(std::llround(Share(TokensOf(status.work()), tasks.accepted()))));
    html->Leaf("small", "for each accepted pair").Close().Close();
  }
  html->Close();
}

// "In this run: verification.min_gain: 0."
void WriteFieldValues(const ReasonText& text, const v1::RunSpec& spec, HtmlWriter* html) {
  if (text.fields.empty()) return;
  html->Text(" In this run: ").Leaf("code", FieldValues(text, spec)).Text(".");
}

// The commonest reasons in words: what a reader wants to know first.
void WriteAdvice(const Facts& facts, const v1::RunSpec& spec, HtmlWriter* html) {
  const auto rejects = RejectsOf(facts);
  if (rejects.empty()) return;
  const uint64_t rejected = facts.status.tasks().rejected();
  html->Leaf("h3", "Why pairs were rejected, and what to change");
  html->Open("ol");
  uint64_t shown = 0;
  for (size_t i = 0; i < std::min(kMostAdvice, rejects.size()); ++i) {
    const auto& [reason, count] = rejects[i];
    const ReasonText& text = TextOf(reason);
    html->Open("li").Leaf("strong", absl::StrCat(Grouped(count), " of ", Grouped(rejected)));
    html->Text(": ").Leaf("code", RejectLabel(reason)).Text(". ").Text(text.meaning).Text(" ");
    html->Leaf("em", text.remedy);
    WriteFieldValues(text, spec, html);
    html->Close();
    shown += count;
  }
  html->Close();
  html->Open("p", {{"class", "soft"}});
  if (shown < rejected) {
    html->Text(absl::StrCat("The other ", Grouped(rejected - shown), " have other reasons. "));
  }
  html->Leaf("a", "All reasons, with examples", {{"href", "#rejects"}}).Text(". Read the ");
  html->Leaf("a", "rejected samples", {{"href", "#rejected-samples"}});
  html->Text(
      " before you change a limit: a looser one accepts pairs like those. A field is a line of the "
      "spec, such as ");
  html->Leaf("code", "verification { target_precision: 0.7 }");
  html->Text("; a changed spec makes a new run, in another store.").Close();
}

// One line of a funnel.
struct FunnelRow {
  std::string title;
  std::string key;  // Of the count in `quipu status --json`; empty if it is a sum of several.
  uint64_t count = 0;
  bool lost = false;
  std::string remark;
};

void WriteFunnel(absl::string_view caption, const std::vector<FunnelRow>& rows, HtmlWriter* html) {
  const uint64_t all = rows.empty() ? 0 : rows.front().count;
  html->Open("div", {{"class", "wide"}}).Open("table").Leaf("caption", caption);
  html->Open("thead").Open("tr").Leaf("th", "Step", {{"scope", "col"}});
  html->Leaf("th", "Count", {{"scope", "col"}, {"class", "n"}});
  html->Leaf("th", "Of all", {{"scope", "col"}, {"class", "n"}});
  html->Leaf("th", "", {{"class", "b"}, {"aria-hidden", "true"}}).Close().Close().Open("tbody");
  for (const FunnelRow& row : rows) {
    html->Open("tr", {{"class", row.lost ? "lost" : "sum"}});
    html->Open("th", {{"scope", "row"}}).Text(absl::StrCat(row.lost ? "− " : "", row.title));
    if (!row.remark.empty()) {
      html->Text(" ").Leaf("span", absl::StrCat("(", row.remark, ")"), {{"class", "soft"}});
    }
    html->Close().Open("td", {{"class", "n"}});
    if (row.key.empty()) {
      html->Text(Grouped(row.count));
    } else {
      html->Count(row.key, row.count);
    }
    html->Close().Leaf("td", PercentText(row.count, all), {{"class", "n"}});
    const double share = Share(row.count, all);
    html->Open("td", {{"class", "b"}});
    html->Raw(row.lost ? ShareBar(0, share) : ShareBar(share, 0)).Close().Close();
  }
  html->Close().Close().Close();
}

std::vector<FunnelRow> DocumentFunnel(const Facts& facts) {
  const v1::CorpusCounts& corpus = facts.status.corpus();
  std::vector<FunnelRow> rows;
  rows.push_back({"Documents read", "",
                  corpus.documents() + corpus.too_short() + corpus.duplicates() + corpus.not_kept(),
                  false, ""});
  if (corpus.not_kept() > 0) {
    rows.push_back(
        {"not asked for", "not_kept", corpus.not_kept(), true, "documents.keep_if of the spec"});
  }
  rows.push_back({"too short", "too_short", corpus.too_short(), true, "read.min_document_tokens"});
  rows.push_back({"duplicates", "duplicates", corpus.duplicates(), true, "the same text"});
  rows.push_back({"Stored", "documents", corpus.documents(), false, ""});
  const uint64_t planned = facts.documents_with_pairs + corpus.without_chunk();
  if (planned < corpus.documents()) {
    rows.push_back({"not planned yet", "", corpus.documents() - planned, true, ""});
  }
  rows.push_back(
      {"without a chunk", "without_chunk", corpus.without_chunk(), true, "reasons below"});
  rows.push_back({"With pairs to make", "", facts.documents_with_pairs, false, ""});
  rows.push_back({"no accepted pair", "",
                  facts.documents_with_pairs -
                      std::min(facts.documents_with_pairs, facts.documents_with_accepted),
                  true, ""});
  rows.push_back({"With accepted pairs", "", facts.documents_with_accepted, false, ""});
  return rows;
}

std::vector<FunnelRow> PairFunnel(const Facts& facts) {
  const v1::TaskCounts& tasks = facts.status.tasks();
  std::vector<FunnelRow> rows;
  rows.push_back({"Pairs planned", "pairs", tasks.planned(), false, ""});
  if (tasks.pending() > 0) {
    rows.push_back({"no result yet", "pending", tasks.pending(), true, ""});
    rows.push_back({"Tried", "", tasks.accepted() + tasks.rejected(), false, ""});
  }
  for (const RejectStep step : RejectSteps()) {
    uint64_t lost = 0;
    std::string names;
    for (const auto& [reason, count] : RejectsOf(facts)) {
      if (TextOf(reason).step != step) continue;
      lost += count;
      absl::StrAppend(&names, names.empty() ? "" : ", ", RejectLabel(reason), " ", Grouped(count));
    }
    rows.push_back({std::string(StepTitle(step)), "", lost, true, names});
  }
  rows.push_back({"Accepted", "accepted", tasks.accepted(), false, ""});
  if (facts.long_rows.rows > 0) {
    rows.push_back({"In training rows", "", facts.pairs_in_rows, false, "what an export has"});
  }
  return rows;
}

void WriteReadNotes(const v1::CorpusCounts& corpus, HtmlWriter* html) {
  html->Open("p", {{"class", "soft"}}).Text("Besides: ").Count("bad_records", corpus.bad_records());
  html->Text(" records could not be read; of short rows ").Count("short_rows", corpus.short_rows());
  html->Text(" are stored, ").Count("duplicate_rows", corpus.duplicate_rows());
  html->Text(" were the same as an earlier one, ")
      .Count("rejected_rows", corpus.rejected_rows())
      .Text(" rejected");
  for (const auto& [name, count] : corpus.row_rejects_by_reason()) {
    html->Text(absl::StrCat(" (", absl::AsciiStrToLower(name), " "));
    html->Count(CountKey("row_rejects", name), count).Text(")");
  }
  html->Text(" and ").Count("cut_rows", corpus.cut_rows()).Text(" cut at an end.").Close();
}

// At most `bytes` of the text, in whole characters.
std::string Beginning(const std::string& text, size_t bytes) {
  return text.substr(0, FloorToCodePoint(text, bytes));
}

void WriteRejectExamples(const Draw<DrawnPair>& draw, HtmlWriter* html) {
  html->Open("details").Leaf("summary", "Examples");
  for (const DrawnPair* drawn : draw.Chosen()) {
    const v1::Result& result = drawn->result;
    html->Open("div", {{"class", "example"}});
    if (!result.question().empty()) {
      html->Leaf("div", Beginning(result.question(), 1000), {{"dir", "auto"}});
      html->Leaf("div", Beginning(result.answer(), 1000), {{"dir", "auto"}, {"class", "soft"}});
    }
    html->Leaf("div", absl::StrCat("Refused by: ", Beginning(result.reject().detail(), 500)),
               {{"class", "meta"}});
    html->Leaf("code", absl::BytesToHexString(result.task().id()), {{"class", "meta"}}).Close();
  }
  html->Close();
}

void WriteReasonHead(absl::string_view caption, absl::string_view whole, HtmlWriter* html) {
  html->Open("div", {{"class", "wide"}})
      .Open("table", {{"class", "reasons"}})
      .Leaf("caption", caption);
  html->Open("thead").Open("tr").Leaf("th", "Reason", {{"scope", "col"}});
  html->Leaf("th", "Count", {{"scope", "col"}, {"class", "n"}});
  html->Leaf("th", absl::StrCat("Of ", whole), {{"scope", "col"}, {"class", "n"}});
  html->Leaf("th", "What it means", {{"scope", "col"}}).Close().Close().Open("tbody");
}

// The beginning of a row of reasons; its last cell is open.
void OpenReasonRow(absl::string_view name, absl::string_view key, uint64_t count, uint64_t all,
                   HtmlWriter* html) {
  html->Open("tr").Open("th", {{"scope", "row"}}).Leaf("code", name).Close();
  html->Open("td", {{"class", "n"}}).Count(key, count).Close();
  html->Leaf("td", PercentText(count, all), {{"class", "n"}}).Open("td");
}

}  // namespace

std::vector<std::pair<v1::RejectReason, uint64_t>> RejectsOf(const Facts& facts) {
  std::vector<std::pair<v1::RejectReason, uint64_t>> rejects;
  for (const auto& [reason, examples] : facts.reject_examples) {
    const uint64_t count = CountOf(facts.status.rejects_by_reason(), RejectName(reason));
    if (count > 0) rejects.push_back({reason, count});
  }
  std::stable_sort(rejects.begin(), rejects.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  return rejects;
}

void WriteGlance(const Facts& facts, const v1::RunHeader& header, HtmlWriter* html) {
  const v1::ModelIdentity& model = header.generating_model();
  html->Open("section", {{"id", "glance"}, {"aria-labelledby", "glance-h"}});
  html->Leaf("h2", "At a glance", {{"id", "glance-h"}});
  html->Leaf(
      "p",
      "quipu shows a model a piece of a document (a chunk), has it write a question and its "
      "answer (a pair), checks the pair, and makes a long training row of each accepted one: "
      "the document, the question, the answer. Short rows are your own short instruction "
      "data, packed together.",
      {{"class", "soft"}});
  WriteState(facts, html);
  std::string about = absl::StrCat("Run ", absl::BytesToHexString(header.run_id()), ", made by ",
                                   header.created_by(), " with the ", model.engine(), " engine");
  if (!model.name().empty()) absl::StrAppend(&about, ", model ", model.name());
  if (!model.math().empty()) absl::StrAppend(&about, " (", model.math(), ")");
  absl::StrAppend(&about, ", seed ", header.spec().seed());
  if (header.has_partition()) absl::StrAppend(&about, ", ", PartitionName(header.partition()));
  html->Leaf("p", absl::StrCat(about, "."), {{"class", "meta"}});
  WriteTiles(facts.status, html);
  WriteAdvice(facts, header.spec(), html);
  html->Close();
}

void WriteFunnels(const Facts& facts, HtmlWriter* html) {
  html->Open("section", {{"id", "funnel"}, {"aria-labelledby", "funnel-h"}});
  html->Leaf("h2", "What went in, what was lost, what came out", {{"id", "funnel-h"}});
  WriteFunnel("Documents. A line in bold is the bold line above it minus the losses between them.",
              DocumentFunnel(facts), html);
  WriteReadNotes(facts.status.corpus(), html);
  WriteFunnel(
      "Pairs. The checks are made in this order, and the first that fails refuses the pair.",
      PairFunnel(facts), html);
  html->Close();
}

void WriteReasons(const Facts& facts, const v1::RunSpec& spec, HtmlWriter* html) {
  html->Open("section", {{"id", "rejects"}, {"aria-labelledby", "rejects-h"}});
  html->Leaf("h2", "Rejected pairs by reason", {{"id", "rejects-h"}});
  const auto rejects = RejectsOf(facts);
  if (rejects.empty()) {
    html->Leaf("p", "No pair was rejected.").Close();
    return;
  }
  const uint64_t rejected = facts.status.tasks().rejected();
  WriteReasonHead("Each pair has one reason: that of the first check that failed.", "rejects",
                  html);
  for (const auto& [reason, count] : rejects) {
    OpenReasonRow(RejectLabel(reason), CountKey("rejects", RejectName(reason)), count, rejected,
                  html);
    const ReasonText& text = TextOf(reason);
    html->Text(text.meaning);
    if (!text.remedy.empty()) html->Void("br").Leaf("em", text.remedy, {{"class", "soft"}});
    WriteFieldValues(text, spec, html);
    WriteRejectExamples(facts.reject_examples.at(reason), html);
    html->Close().Close();
  }
  html->Close().Close().Close().Close();
}

void WriteNoChunk(const Facts& facts, absl::Span<const NoChunkExample> examples, HtmlWriter* html) {
  const v1::CorpusCounts& corpus = facts.status.corpus();
  if (corpus.without_chunk() == 0) return;
  html->Open("section", {{"id", "no-chunk"}, {"aria-labelledby", "no-chunk-h"}});
  html->Leaf("h2", "Documents without a chunk by reason", {{"id", "no-chunk-h"}});
  WriteReasonHead("They have no pairs.", "them", html);
  for (const auto& [reason, draw] : facts.no_chunk_examples) {
    const std::string name = NoChunkName(reason);
    OpenReasonRow(absl::AsciiStrToLower(name), CountKey("no_chunk", name),
                  CountOf(corpus.no_chunk_by_reason(), name), corpus.without_chunk(), html);
    html->Text(TextOf(reason)).Open("details").Leaf("summary", "Examples");
    for (const NoChunkExample& example : examples) {
      if (example.reason != reason) continue;
      html->Open("div", {{"class", "example"}}).Leaf("div", example.where, {{"class", "meta"}});
      html->Leaf("div", example.beginning, {{"dir", "auto"}}).Close();
    }
    html->Close().Close().Close();
  }
  html->Close().Close().Close().Close();
}

}  // namespace quipu::pipelines
