// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Makes a store of a run that never ran, of any size, to report of:
//
//   make_store STORE PAIRS [ROW_TOKENS]
//
// A document has 10 pairs about its sentences; scores, reasons, kinds and lengths vary; two fifths of
// the pairs are rejected. Each accepted pair is a long row of ROW_TOKENS tokens (default 64; a real
// one has 16,384), so that ten million fit on a disk. Prints the seconds it took.
#include <algorithm>
#include <cstdint>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/clock.h"
#include "base/fingerprint.h"
#include "base/rng.h"
#include "base/status_macros.h"
#include "storage/store.h"

namespace quipu {
namespace {

constexpr uint64_t kPairsOfDocument = 10;
constexpr uint64_t kDocumentsOfBatch = 1000;
constexpr const char* kKinds[] = {"how_many", "who", "when", "why", "which"};
constexpr const char* kVerbs[] = {"sold", "bought", "ground", "stored", "lost"};
constexpr v1::RejectReason kReasons[] = {
    v1::REJECT_REASON_PROBABILITY,    v1::REJECT_REASON_VERDICT,
    v1::REJECT_REASON_NOT_GROUNDED,   v1::REJECT_REASON_DUPLICATE_QUESTION,
    v1::REJECT_REASON_NOT_A_QUESTION, v1::REJECT_REASON_GAIN};

std::string Id(absl::string_view domain, uint64_t number) {
  return FingerprintBuilder(domain).Add(number).Build().ToBytes();
}

v1::Document MakeDocument(uint64_t number, std::vector<std::pair<size_t, size_t>>* sentences) {
  v1::Document document;
  document.set_id(Id("document", number));
  document.mutable_provenance()->set_source(absl::StrCat("corpus/", number % 7, ".jsonl"));
  document.mutable_provenance()->set_line(number / 7 + 1);
  std::string text;
  for (uint64_t i = 0; i < kPairsOfDocument; ++i) {
    const size_t begin = text.size();
    absl::StrAppend(&text, "The miller of village ", number * 13 + i, " ", kVerbs[i % 5], " ",
                    number % 97 + i, " sacks of flour in the year ", 1300 + number % 400, ". ");
    sentences->push_back({begin, text.size() - 1});
  }
  document.set_text(text);
  document.set_tokens(text.size() / 4);
  return document;
}

v1::Result MakeResult(const v1::Task& task, uint64_t number, Rng* rng) {
  v1::Result result;
  *result.mutable_task() = task;
  result.set_question(absl::StrCat("How many sacks did the miller of village ",
                                   number * 13 + task.index(), " have in that year?"));
  result.set_answer(absl::StrCat(number % 97 + task.index(), " sacks of flour."));
  result.set_question_kind(kKinds[rng->Below(5)]);
  v1::Scores& scores = *result.mutable_scores();
  const double right = rng->Uniform();
  scores.set_scored(true);
  scores.set_verdict_margin(6 * right - 1 + rng->Uniform());
  scores.set_answer_log_prob(-2 * (1 - right));
  scores.set_min_log_prob(-5 * (1 - right));
  scores.set_answer_tokens(4);
  scores.set_greedy_share(0.25 * static_cast<double>(rng->Below(5)));
  scores.set_grounded_share(std::min(1.0, 0.4 + right));
  scores.set_copied_share(0.5 * rng->Uniform());
  scores.set_closed_book(true);
  scores.set_gain(3 * right);
  scores.set_probability(0.05 + 0.94 * right);
  if (right < 0.4) {
    result.mutable_reject()->set_reason(kReasons[rng->Below(6)]);
    result.mutable_reject()->set_detail("made up for a test");
  }
  return result;
}

v1::TrainingRow MakeRow(const v1::Result& result, uint64_t index, int tokens, Rng* rng) {
  v1::TrainingRow row;
  row.set_kind(v1::TrainingRow::KIND_LONG);
  row.set_index(index);
  for (int i = 0; i < tokens; ++i) row.add_input_ids(static_cast<int>(rng->Below(50000)));
  v1::Segment& segment = *row.add_segments();
  segment.set_source_id(result.task().id());
  segment.set_length(tokens);
  segment.add_trained()->set_begin(tokens - tokens / 4);
  segment.mutable_trained(0)->set_end(tokens);
  row.set_padded_length(tokens);
  v1::LongDetails& details = *row.mutable_long_details();
  details.set_document_id(result.task().document_id());
  details.set_row_kind(v1::ROW_KIND_ANSWERED);
  details.set_evidence_depth(rng->Uniform());
  return row;
}

struct Batch {
  storage::IngestBatch documents;
  storage::JournalBatch results;
  std::vector<v1::TrainingRow> rows;
};

Batch MakeBatch(uint64_t first, uint64_t last, int row_tokens, uint64_t* rows, Rng* rng) {
  Batch batch;
  batch.documents.progress.set_source("documents:corpus");
  batch.documents.progress.set_offset(last);
  for (uint64_t number = first; number < last; ++number) {
    std::vector<std::pair<size_t, size_t>> sentences;
    v1::Document document = MakeDocument(number, &sentences);
    v1::DocumentPlan plan;
    plan.set_document_id(document.id());
    for (uint32_t i = 0; i < kPairsOfDocument; ++i) {
      v1::Task& task = *plan.add_tasks();
      task.set_id(Id("task", number * kPairsOfDocument + i));
      task.set_document_id(document.id());
      task.set_index(i);
      task.mutable_chunk()->set_end(document.text().size());
      task.mutable_target()->set_begin(sentences[i].first);
      task.mutable_target()->set_end(sentences[i].second);
      task.set_form(i % 2 == 0 ? v1::ANSWER_FORM_LONG : v1::ANSWER_FORM_SHORT);
      batch.results.results.push_back({MakeResult(task, number, rng), {}});
      const v1::Result& result = batch.results.results.back().result;
      if (!result.has_reject()) batch.rows.push_back(MakeRow(result, (*rows)++, row_tokens, rng));
    }
    batch.documents.documents.push_back(std::move(document));
    batch.documents.plans.push_back(std::move(plan));
  }
  return batch;
}

absl::Status Make(const std::string& path, uint64_t pairs, int row_tokens) {
  v1::RunHeader header;
  header.set_run_id(Id("run", pairs));
  header.mutable_spec()->set_seed(1);
  header.mutable_spec()->set_store(path);
  header.mutable_spec()->mutable_verification()->set_target_precision(0.4);
  header.mutable_generating_model()->set_engine("scripted");
  header.set_created_by("tests/report/make_store");
  ASSIGN_OR_RETURN(const std::unique_ptr<storage::Store> store,
                   storage::Store::Create(path, header));
  Rng rng(Fingerprint(), "make_store");
  uint64_t rows = 0;
  const uint64_t documents = (pairs + kPairsOfDocument - 1) / kPairsOfDocument;
  for (uint64_t first = 0; first < documents; first += kDocumentsOfBatch) {
    Batch batch =
        MakeBatch(first, std::min(documents, first + kDocumentsOfBatch), row_tokens, &rows, &rng);
    RETURN_IF_ERROR(store->Ingest(std::move(batch.documents)));
    RETURN_IF_ERROR(store->CommitJournaled(batch.results, /*sync=*/false));
    RETURN_IF_ERROR(store->AddTrainingRows(batch.rows));
  }
  for (const v1::Stage stage :
       {v1::STAGE_READ, v1::STAGE_PLAN, v1::STAGE_GENERATE, v1::STAGE_DEDUP, v1::STAGE_PACK}) {
    RETURN_IF_ERROR(store->MarkStageDone(stage));
  }
  return store->Close();
}

}  // namespace
}  // namespace quipu

int main(int argc, char** argv) {
  uint64_t pairs = 0;
  int row_tokens = 64;
  if (argc < 3 || argc > 4 || !absl::SimpleAtoi(argv[2], &pairs) ||
      (argc == 4 && !absl::SimpleAtoi(argv[3], &row_tokens))) {
    std::cerr << "usage: make_store STORE PAIRS [ROW_TOKENS]\n";
    return 2;
  }
  const absl::Duration began = quipu::Clock::Real()->Monotonic();
  const absl::Status made = quipu::Make(argv[1], pairs, row_tokens);
  if (!made.ok()) {
    std::cerr << made << "\n";
    return 1;
  }
  std::cout << absl::StrCat(argv[1], ": ", pairs, " pairs in ",
                            absl::ToInt64Seconds(quipu::Clock::Real()->Monotonic() - began),
                            " s\n");
  return 0;
}
