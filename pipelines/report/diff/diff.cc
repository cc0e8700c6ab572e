// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/report/diff/diff.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/status_macros.h"
#include "base/utf8.h"
#include "pipelines/core/names.h"
#include "pipelines/core/share.h"
#include "pipelines/report/diff/spec_changes.h"
#include "pipelines/report/facts.h"
#include "pipelines/report/html_writer.h"
#include "pipelines/report/score_list.h"

namespace quipu::pipelines {
namespace {

constexpr size_t kMaxChunkBytes = 1200;
constexpr size_t kMaxTextBytes = 3000;
constexpr size_t kMaxValueBytes = 200;

std::string Cut(absl::string_view text, size_t most) {
  if (text.size() <= most) return std::string(text);
  return absl::StrCat(text.substr(0, FloorToCodePoint(text, most)), " …");
}

// ---- Tables. ----

DiffTable SpecTable(const v1::RunHeader& first, const v1::RunHeader& second) {
  DiffTable table = {"Fields of the spec and of the model that differ", {"Field", "A", "B"}, {}};
  const auto add = [&](const std::string& prefix, const std::vector<FieldChange>& changes) {
    for (const FieldChange& change : changes) {
      table.rows.push_back({absl::StrCat(prefix, change.path), Cut(change.first, kMaxValueBytes),
                            Cut(change.second, kMaxValueBytes)});
    }
  };
  add("", ChangedFields(first.spec(), second.spec()));
  add("model: ", ChangedFields(first.generating_model(), second.generating_model()));
  if (first.created_by() != second.created_by()) {
    table.rows.push_back({"made by", first.created_by(), second.created_by()});
  }
  if (table.rows.empty()) table.rows.push_back({"none", "", ""});
  return table;
}

std::string CountAndShare(uint64_t count, uint64_t all) {
  return absl::StrFormat("%s (%.1f %%)", Grouped(count), Percent(count, all));
}

// "+5.0 points".
std::string Points(uint64_t first, uint64_t first_all, uint64_t second, uint64_t second_all) {
  return absl::StrFormat("%+.1f points", Percent(second, second_all) - Percent(first, first_all));
}

std::vector<std::string> ShareRow(const std::string& name, uint64_t first, uint64_t first_all,
                                  uint64_t second, uint64_t second_all) {
  return {name, CountAndShare(first, first_all), CountAndShare(second, second_all),
          Points(first, first_all, second, second_all)};
}

std::vector<std::string> CountRow(const std::string& name, uint64_t first, uint64_t second) {
  const auto change = static_cast<int64_t>(second - first);
  return {name, Grouped(first), Grouped(second), absl::StrFormat("%+d", change)};
}

uint64_t TokensForEach(const v1::StatusReply& status) {
  const v1::EngineCounters& work = status.work();
  const uint64_t accepted = status.tasks().accepted();
  return std::llround(Share(work.prompt_tokens_computed() + work.sampled_tokens(), accepted));
}

DiffTable YieldTable(const v1::StatusReply& first, const v1::StatusReply& second) {
  DiffTable table = {"Yields", {"", "A", "B", "Change"}, {}};
  const uint64_t first_done = first.tasks().accepted() + first.tasks().rejected();
  const uint64_t second_done = second.tasks().accepted() + second.tasks().rejected();
  table.rows.push_back(
      CountRow("documents", first.corpus().documents(), second.corpus().documents()));
  table.rows.push_back(CountRow("documents without a chunk", first.corpus().without_chunk(),
                                second.corpus().without_chunk()));
  table.rows.push_back(
      CountRow("pairs planned", first.tasks().planned(), second.tasks().planned()));
  table.rows.push_back(CountRow("pairs with a result", first_done, second_done));
  table.rows.push_back(ShareRow("accepted", first.tasks().accepted(), first_done,
                                second.tasks().accepted(), second_done));
  std::map<std::string, std::pair<uint64_t, uint64_t>> reasons;
  for (const auto& [name, count] : first.rejects_by_reason()) reasons[name].first = count;
  for (const auto& [name, count] : second.rejects_by_reason()) reasons[name].second = count;
  for (const auto& [name, counts] : reasons) {
    table.rows.push_back(ShareRow(absl::StrCat("rejected: ", absl::AsciiStrToLower(name)),
                                  counts.first, first_done, counts.second, second_done));
  }
  table.rows.push_back(
      CountRow("long rows", first.corpus().long_rows(), second.corpus().long_rows()));
  table.rows.push_back(CountRow("tokens of work for each accepted pair", TokensForEach(first),
                                TokensForEach(second)));
  return table;
}

// "0.91 (0.75 to 0.97)": the median and the quartiles.
std::string Quartiles(const Histogram& histogram, Histogram::Series series, int digits) {
  if (histogram.count(series) == 0) return "none";
  const auto at = [&](double share) {
    return absl::StrFormat("%.*f", digits, histogram.Quantile(share, series));
  };
  return absl::StrCat(at(0.5), " (", at(0.25), " to ", at(0.75), ")");
}

void AddDistribution(const std::string& name, const Histogram& first, const Histogram& second,
                     int digits, DiffTable* table) {
  if (first.total() + second.total() == 0) return;
  table->rows.push_back({name, Quartiles(first, Histogram::kAccepted, digits),
                         Quartiles(second, Histogram::kAccepted, digits),
                         Quartiles(first, Histogram::kRejected, digits),
                         Quartiles(second, Histogram::kRejected, digits)});
}

DiffTable DistributionTable(const Facts& first, const Facts& second) {
  DiffTable table = {"Medians (and quartiles)",
                     {"", "A, accepted", "B, accepted", "A, rejected", "B, rejected"},
                     {}};
  for (size_t i = 0; i < first.scores.size(); ++i) {
    AddDistribution(std::string(ReportedScores()[i].key), first.scores[i], second.scores[i], 2,
                    &table);
  }
  AddDistribution("question, characters", first.question_characters, second.question_characters, 0,
                  &table);
  AddDistribution("answer, characters", first.answer_characters, second.answer_characters, 0,
                  &table);
  return table;
}

std::string OutcomeName(v1::RejectReason reason) {
  return reason == v1::REJECT_REASON_UNSPECIFIED ? "accepted" : RejectLabel(reason);
}

DiffTable MatchTable(const PairMatch& match) {
  return {"Pairs of the same chunk, form and sentence",
          {"", "Pairs"},
          {{"in both runs", Grouped(match.matched)},
           {"of them with the same question and answer", Grouped(match.same_text)},
           {"in A alone", Grouped(match.only_first)},
           {"in B alone", Grouped(match.only_second)}}};
}

DiffTable OutcomeTable(const PairMatch& match) {
  DiffTable table = {"What became of them", {"A", "B", "Pairs"}, {}};
  std::vector<std::pair<uint64_t, PairMatch::Outcomes>> sorted;
  for (const auto& [outcomes, count] : match.outcomes) sorted.push_back({count, outcomes});
  std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : a.second < b.second;
  });
  for (const auto& [count, outcomes] : sorted) {
    table.rows.push_back({OutcomeName(outcomes.first), OutcomeName(outcomes.second),
                          CountAndShare(count, match.matched)});
  }
  return table;
}

// ---- Examples. ----

DiffSide SideOf(const v1::Result& result) {
  DiffSide side;
  side.id = absl::BytesToHexString(result.task().id());
  side.outcome = "accepted";
  if (result.has_reject()) {
    side.outcome = absl::StrCat("rejected: ", RejectLabel(result.reject().reason()), " (",
                                Cut(result.reject().detail(), kMaxValueBytes), ")");
  }
  side.question = Cut(result.question(), kMaxTextBytes);
  side.answer = Cut(result.answer(), kMaxTextBytes);
  for (const ReportedScore& score : ReportedScores()) {
    const std::optional<double> value = score.value(result);
    if (!value.has_value()) continue;
    absl::StrAppend(&side.scores, side.scores.empty() ? "" : ", ",
                    absl::StrFormat("%s %.3g", score.key, *value));
  }
  return side;
}

absl::Status AddExamples(const storage::StoreView& store, const PairMatch& match, RunDiff* diff) {
  for (const PairMatch::Example& pair : match.examples) {
    const v1::Task& task = pair.first.task();
    ASSIGN_OR_RETURN(const v1::Document document, store.GetDocument(task.document_id()));
    const v1::Provenance& from = document.provenance();
    const absl::string_view text = document.text();
    const size_t begin = std::min<size_t>(task.chunk().begin(), text.size());
    const size_t end =
        std::min<size_t>(std::max(task.chunk().end(), task.chunk().begin()), text.size());
    DiffExample example;
    example.where =
        absl::StrCat(from.source(), from.line() > 0 ? ":" : "",
                     from.line() > 0 ? absl::StrCat(from.line()) : "", ", bytes ", begin, "-", end,
                     task.form() == v1::ANSWER_FORM_SHORT ? ", short" : ", long", " answer");
    example.chunk = Cut(text.substr(begin, end - begin), kMaxChunkBytes);
    example.first = SideOf(pair.first);
    example.second = SideOf(pair.second);
    diff->examples.push_back(std::move(example));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<RunDiff> DiffExamples(const storage::StoreView& first,
                                     const storage::StoreView& second,
                                     const PairMatchOptions& options) {
  RunDiff diff;
  diff.first = first.path();
  diff.second = second.path();
  diff.examples_title =
      options.same_outcomes ? "Pairs side by side" : "Pairs whose outcome differs, side by side";
  ASSIGN_OR_RETURN(const PairMatch match, MatchPairs(first, second, options));
  diff.tables = {MatchTable(match), OutcomeTable(match)};
  RETURN_IF_ERROR(AddExamples(first, match, &diff));
  return diff;
}

absl::StatusOr<RunDiff> DiffRuns(const storage::StoreView& first, const storage::StoreView& second,
                                 const PairMatchOptions& options) {
  FactOptions fact_options;
  fact_options.samples = 0;
  fact_options.examples = 0;
  ASSIGN_OR_RETURN(const Facts first_facts, CollectFacts(first, fact_options));
  ASSIGN_OR_RETURN(const Facts second_facts, CollectFacts(second, fact_options));
  if (first_facts.read_results + second_facts.read_results == 0) {
    return absl::FailedPreconditionError("no pair of either run has a result yet");
  }
  ASSIGN_OR_RETURN(RunDiff diff, DiffExamples(first, second, options));
  diff.tables.insert(diff.tables.begin(), {SpecTable(first.header(), second.header()),
                                           YieldTable(first_facts.status, second_facts.status),
                                           DistributionTable(first_facts, second_facts)});
  return diff;
}

}  // namespace quipu::pipelines
