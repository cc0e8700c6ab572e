// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "tests/support/store_records.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/fingerprint.h"
#include "base/log.h"

namespace quipu::testing {

using storage::IngestBatch;
using storage::JournalBatch;
using storage::Store;

namespace {

std::string Id(absl::string_view domain, uint64_t number) {
  return FingerprintBuilder(domain).Add(number).Build().ToBytes();
}

}  // namespace

v1::RunHeader TestHeader() {
  v1::RunHeader header;
  header.set_run_id(Id("run", 1));
  header.mutable_spec()->set_seed(7);
  header.mutable_generating_model()->set_engine("scripted");
  header.set_created_by("quipu test");
  return header;
}

v1::Document TestDocument(uint64_t number, size_t text_bytes) {
  v1::Document document;
  document.set_id(Id("document", number));
  document.mutable_provenance()->set_source("corpus/a.jsonl");
  document.mutable_provenance()->set_line(number + 1);
  std::string text;
  // Different words, so that compression has work to do.
  for (uint64_t i = 0; text.size() < text_bytes; ++i) {
    absl::StrAppend(&text, "word", number * 7919 + i * i, " ");
  }
  text.resize(text_bytes);
  document.set_text(text);
  document.set_tokens(text_bytes / 4);
  return document;
}

v1::ShortRow TestRow(uint64_t number) {
  v1::ShortRow row;
  row.set_id(Id("row", number));
  row.mutable_provenance()->set_source("rows.jsonl");
  v1::ChatMessage* user = row.add_messages();
  user->set_role("user");
  user->set_content(absl::StrCat("what is ", number, "?"));
  v1::ChatMessage* assistant = row.add_messages();
  assistant->set_role("assistant");
  assistant->set_content("a number");
  return row;
}

v1::DocumentPlan TestPlan(const v1::Document& document, uint32_t tasks) {
  v1::DocumentPlan plan;
  plan.set_document_id(document.id());
  for (uint32_t i = 0; i < tasks; ++i) {
    v1::Task* task = plan.add_tasks();
    task->set_id(FingerprintBuilder("task").Add(document.id()).Add(uint64_t{i}).Build().ToBytes());
    task->set_document_id(document.id());
    task->set_index(i);
    task->set_chunk_index(i / 4);
    task->mutable_chunk()->set_begin(10);
    task->mutable_chunk()->set_end(90);
    task->set_form(i % 2 == 0 ? v1::ANSWER_FORM_LONG : v1::ANSWER_FORM_SHORT);
  }
  return plan;
}

v1::Result TestResult(const v1::Task& task) {
  v1::Result result;
  *result.mutable_task() = task;
  result.set_question(absl::StrCat("question ", task.index(), "?"));
  result.set_answer(absl::StrCat("answer ", FingerprintOf(task.id()).ToHex()));
  result.mutable_scores()->set_verdict_margin(1.5);
  result.set_sampled_tokens(10 + task.index());
  if (task.index() % 3 == 2) result.mutable_reject()->set_reason(v1::REJECT_REASON_VERDICT);
  return result;
}

v1::TrainingRow TestLongRow(const v1::Result& result, uint64_t index) {
  v1::TrainingRow sequence;
  sequence.set_kind(v1::TrainingRow::KIND_LONG);
  sequence.set_index(index);
  for (int i = 0; i < 2000; ++i)
    sequence.add_input_ids(static_cast<int>(index * 7919 + i * i) % 50000);
  v1::Segment* segment = sequence.add_segments();
  segment->set_source_id(result.task().id());
  segment->set_length(2000);
  segment->add_trained()->set_begin(1);
  segment->mutable_trained(0)->set_end(2000);
  sequence.set_padded_length(2048);
  sequence.mutable_long_details()->set_document_id(result.task().document_id());
  return sequence;
}

v1::TrainingRow TestPackedRow(const std::vector<v1::ShortRow>& rows, uint64_t index) {
  v1::TrainingRow sequence;
  sequence.set_kind(v1::TrainingRow::KIND_PACKED);
  sequence.set_index(index);
  for (const v1::ShortRow& row : rows) {
    for (int i = 0; i < 5; ++i) sequence.add_input_ids(i);
    v1::Segment* segment = sequence.add_segments();
    segment->set_source_id(row.id());
    segment->set_length(5);
    segment->add_trained()->set_begin(2);
    segment->mutable_trained(0)->set_end(5);
  }
  sequence.set_padded_length(2048);
  return sequence;
}

std::vector<v1::Task> AddPlannedDocument(Store* store, uint64_t number, uint32_t tasks) {
  const v1::Document document = TestDocument(number);
  IngestBatch batch;
  batch.documents = {document};
  batch.progress.set_source("corpus/a.jsonl");
  batch.progress.set_offset(number + 1);
  absl::Status status = store->Ingest(std::move(batch));
  QUIPU_CHECK(status.ok()) << status;
  const v1::DocumentPlan plan = TestPlan(document, tasks);
  status = store->AddPlan(plan);
  QUIPU_CHECK(status.ok()) << status;
  return {plan.tasks().begin(), plan.tasks().end()};
}

absl::Status CommitAll(Store* store, const std::vector<v1::Result>& results) {
  JournalBatch batch;
  for (const v1::Result& result : results) batch.results.push_back({result, {}});
  return store->CommitJournaled(batch, /*sync=*/true);
}

absl::Status Commit(Store* store, const v1::Result& result) { return CommitAll(store, {result}); }

}  // namespace quipu::testing
