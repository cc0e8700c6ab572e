// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/report/facts.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "base/thread.h"
#include "base/utf8.h"
#include "pipelines/core/names.h"
#include "pipelines/core/run_status.h"
#include "pipelines/export/rows/training_row.h"
#include "pipelines/report/document_sources.h"
#include "pipelines/report/first_word.h"
#include "pipelines/report/score_list.h"

namespace quipu::pipelines {
namespace {

// Of a score's bin: about a thousandth.
constexpr double kScoreWidth = 1.0 / 1024;

absl::Status CheckStop(const FactOptions& options) {
  if (options.stop && options.stop()) return absl::CancelledError("the report was stopped");
  return absl::OkStatus();
}

std::string FormOf(const v1::Task& task) {
  switch (task.kind()) {
    case v1::TASK_KIND_TWO_CHUNKS:
      return "two chunks";
    case v1::TASK_KIND_SUMMARY:
      return "summary";
    default:
      return task.form() == v1::ANSWER_FORM_SHORT ? "short answer" : "long answer";
  }
}

absl::Status ReadDocuments(const storage::StoreView& store, const FactOptions& options,
                           DocumentSources* sources, Facts* facts) {
  return store.ForEachDocument([&](const v1::Document& document) -> absl::Status {
    RETURN_IF_ERROR(CheckStop(options));
    facts->document_tokens.Add(static_cast<double>(document.tokens()), Histogram::kAccepted);
    return sources->Add(document);
  });
}

absl::Status ReadPlans(const storage::StoreView& store, const FactOptions& options, Facts* facts) {
  return store.ForEachPlan([&](const v1::DocumentPlan& plan) -> absl::Status {
    RETURN_IF_ERROR(CheckStop(options));
    ++facts->planned_documents;
    if (plan.tasks_size() > 0) {
      ++facts->documents_with_pairs;
      return absl::OkStatus();
    }
    auto& draw =
        facts->no_chunk_examples
            .try_emplace(plan.no_chunk(), Draw<std::string>(options.seed, options.examples))
            .first->second;
    if (draw.Wants(plan.document_id())) draw.Add(plan.document_id(), plan.document_id());
    return absl::OkStatus();
  });
}

// Adds the results one by one, in order of documents.
class ResultReader {
 public:
  ResultReader(const DocumentSources& sources, const FactOptions& options, Facts* facts)
      : sources_(sources), options_(options), facts_(*facts) {}

  void Add(const v1::Result& result) {
    ++facts_.read_results;
    const bool accepted = !result.has_reject();
    const absl::string_view source = sources_.Of(result.task().document_id());
    CountDocument(result.task().document_id(), accepted);
    facts_.sources.Add(source, accepted);
    facts_.languages.Add(result.task().language().empty() ? "en" : result.task().language(),
                         accepted);
    facts_.forms.Add(FormOf(result.task()), accepted);
    if (!result.question_kind().empty()) facts_.kinds.Add(result.question_kind(), accepted);
    Measure(result, accepted);
    Keep(result, source, accepted ? &facts_.accepted : &facts_.rejected);
    if (accepted) return;
    Keep(result, source,
         &facts_.reject_examples
              .try_emplace(result.reject().reason(),
                           Draw<DrawnPair>(options_.seed, options_.examples))
              .first->second);
  }

 private:
  void CountDocument(absl::string_view document_id, bool accepted) {
    if (document_id != document_id_) {
      document_id_ = std::string(document_id);
      document_counted_ = false;
    }
    if (accepted && !document_counted_) {
      document_counted_ = true;
      ++facts_.documents_with_accepted;
    }
  }

  void Measure(const v1::Result& result, bool accepted) {
    const auto series = accepted ? Histogram::kAccepted : Histogram::kRejected;
    if (!result.question().empty()) {
      facts_.question_characters.Add(CharactersOf(result.question()), series);
      facts_.answer_characters.Add(CharactersOf(result.answer()), series);
      const std::string word = FirstWord(result.question());
      facts_.first_words.Add(word.empty() ? "(no word)" : word, accepted);
    }
    for (size_t i = 0; i < facts_.scores.size(); ++i) {
      const std::optional<double> value = ReportedScores()[i].value(result);
      if (value.has_value()) facts_.scores[i].Add(*value, series);
    }
  }

  static double CharactersOf(const std::string& text) {
    return static_cast<double>(CountCodePoints(text));
  }

  static void Keep(const v1::Result& result, absl::string_view source, Draw<DrawnPair>* draw) {
    if (!draw->Wants(result.task().id())) return;
    draw->Add(result.task().id(), {result, std::string(source)});
  }

  const DocumentSources& sources_;
  const FactOptions& options_;
  Facts& facts_;
  std::string document_id_;
  bool document_counted_ = false;
};

void AddRow(const v1::TrainingRow& row, RowFacts* facts) {
  const uint64_t tokens = row.input_ids_size();
  ++facts->rows;
  facts->conversations += row.segments_size();
  facts->tokens += tokens;
  facts->padding += std::max<uint64_t>(row.padded_length(), tokens) - tokens;
  for (const v1::Segment& segment : row.segments()) {
    for (const v1::TokenRange& range : segment.trained()) {
      facts->trained += range.end() - range.begin();
    }
  }
}

void AddLongRow(const v1::TrainingRow& row, Facts* facts) {
  AddRow(row, &facts->long_rows);
  facts->row_kinds.Add(RowKindName(row), true);
  facts->context_tokens.Add(row.input_ids_size(), Histogram::kAccepted);
  if (!row.has_long_details() || row.long_details().row_kind() != v1::ROW_KIND_ANSWERED) return;
  const v1::LongDetails& details = row.long_details();
  // Rows of older versions only say that it is so.
  facts->long_rows.trains_prompts |= details.prompt_loss() || details.prompt_loss_weight() > 0;
  facts->pairs_in_rows += 1 + details.more_turns_size();
  facts->evidence_depth.Add(details.evidence_depth(), Histogram::kAccepted);
  for (const v1::Turn& turn : details.more_turns()) {
    facts->evidence_depth.Add(turn.evidence_depth(), Histogram::kAccepted);
  }
}

absl::Status ReadRows(const storage::StoreView& store, const FactOptions& options, Facts* facts) {
  RETURN_IF_ERROR(
      store.ForEachTrainingRow(v1::TrainingRow::KIND_LONG, [&](const v1::TrainingRow& row) {
        AddLongRow(row, facts);
        return CheckStop(options);
      }));
  return store.ForEachTrainingRow(v1::TrainingRow::KIND_PACKED, [&](const v1::TrainingRow& row) {
    AddRow(row, &facts->packs);
    const double length = std::max<double>(row.padded_length(), row.input_ids_size());
    if (length > 0) facts->pack_fill.Add(row.input_ids_size() / length, Histogram::kAccepted);
    return CheckStop(options);
  });
}

absl::Status ReadCountsAndRows(const storage::StoreView& store, const FactOptions& options,
                               Facts* facts) {
  ASSIGN_OR_RETURN(facts->status, StatusOf(store));
  return ReadRows(store, options, facts);
}

absl::Status ReadPairs(const storage::StoreView& store, const FactOptions& options, Facts* facts) {
  DocumentSources sources;
  RETURN_IF_ERROR(ReadDocuments(store, options, &sources, facts));
  RETURN_IF_ERROR(ReadPlans(store, options, facts));
  ResultReader results(sources, options, facts);
  return store.ForEachResult([&](const v1::Result& result) {
    results.Add(result);
    return CheckStop(options);
  });
}

}  // namespace

Facts::Facts(const FactOptions& options)
    : scores(ReportedScores().size(), Histogram(kScoreWidth)),
      accepted(options.seed, options.samples),
      rejected(options.seed, options.samples),
      evidence_depth(kScoreWidth),
      pack_fill(kScoreWidth) {}

absl::StatusOr<Facts> CollectFacts(const storage::StoreView& store, const FactOptions& options) {
  Facts facts(options);
  // Half of the work of a large store; their figures are their own.
  absl::Status rows;
  const auto read_counts_and_rows = [&] { rows = ReadCountsAndRows(store, options, &facts); };
  absl::StatusOr<Thread> reader = Thread::Start("rows", read_counts_and_rows);
  if (!reader.ok()) read_counts_and_rows();
  const absl::Status pairs = ReadPairs(store, options, &facts);
  if (reader.ok()) reader->Join();
  RETURN_IF_ERROR(pairs);
  RETURN_IF_ERROR(rows);
  return facts;
}

}  // namespace quipu::pipelines
