// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "tests/support/export_fixture.h"

#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "base/fingerprint.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "generator/checks/evidence.h"
#include "inference/text/byte_tokenizer.h"

namespace quipu::testing {
namespace {

absl::Status NotHere() { return absl::UnimplementedError("not in a store for exports"); }

template <typename Map>
absl::StatusOr<typename Map::mapped_type> Get(const Map& map, absl::string_view id) {
  const auto found = map.find(std::string(id));
  if (found == map.end()) return absl::NotFoundError("no such key");
  return found->second;
}

template <typename Map, typename Function>
absl::Status ForEach(const Map& map, Function fn) {
  for (const auto& [id, value] : map) RETURN_IF_ERROR(fn(value));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<v1::Document> MemoryStore::GetDocument(absl::string_view document_id) const {
  return Get(documents, document_id);
}

absl::StatusOr<v1::ShortRow> MemoryStore::GetShortRow(absl::string_view row_id) const {
  return Get(short_rows, row_id);
}

absl::Status MemoryStore::ForEachDocument(
    absl::FunctionRef<absl::Status(const v1::Document&)> fn) const {
  return ForEach(documents, fn);
}

absl::Status MemoryStore::ForEachShortRow(
    absl::FunctionRef<absl::Status(const v1::ShortRow&)> fn) const {
  return ForEach(short_rows, fn);
}

absl::StatusOr<v1::Result> MemoryStore::GetResult(absl::string_view task_id) const {
  return Get(results, task_id);
}

absl::Status MemoryStore::ForEachResult(
    absl::FunctionRef<absl::Status(const v1::Result&)> fn) const {
  return ForEach(results, fn);
}

absl::StatusOr<v1::TrainingRow> MemoryStore::GetTrainingRow(v1::TrainingRow::Kind kind,
                                                            uint64_t index) const {
  const auto& sequences = kind == v1::TrainingRow::KIND_LONG ? long_rows : packs;
  if (index >= sequences.size()) return absl::NotFoundError("no such sequence");
  return sequences[index];
}

absl::Status MemoryStore::ForEachTrainingRow(
    v1::TrainingRow::Kind kind, absl::FunctionRef<absl::Status(const v1::TrainingRow&)> fn) const {
  for (const v1::TrainingRow& sequence : kind == v1::TrainingRow::KIND_LONG ? long_rows : packs) {
    RETURN_IF_ERROR(fn(sequence));
  }
  return absl::OkStatus();
}

absl::Status MemoryStore::ForEachPlan(
    absl::FunctionRef<absl::Status(const v1::DocumentPlan&)> fn) const {
  for (const v1::DocumentPlan& plan : plans) RETURN_IF_ERROR(fn(plan));
  return absl::OkStatus();
}

absl::Status MemoryStore::ForEachBadRecord(
    absl::FunctionRef<absl::Status(const v1::BadRecord&)>) const {
  return NotHere();
}

absl::StatusOr<v1::EngineCounters> MemoryStore::GetEngineCounters() const { return NotHere(); }

absl::StatusOr<std::vector<std::string>> MemoryStore::CheckIntegrity() const { return NotHere(); }

ExportFixture::ExportFixture(const v1::InstanceSpec& instances)
    : target_{inference::CreateByteTokenizer(), *inference::ChatTemplate::FromName("chatml")} {
  v1::RunHeader& header = store_.run_header;
  header.set_format_version(1);
  header.set_run_id(FingerprintOf("run").ToBytes());
  header.set_created_by("0.1.0");
  header.mutable_generating_model()->set_engine("scripted");
  header.mutable_generating_model()->set_name("script");
  header.mutable_target_model()->set_tokenizer("byte");
  header.mutable_target_model()->set_chat_template("chatml");
  header.mutable_target_model()->set_pad_id(target_.tokenizer->pad());
  spec().set_seed(7);
  spec().add_documents()->set_path("corpus.jsonl");
  spec().mutable_engine()->set_kind(v1::EngineSpec::SCRIPTED);
  *spec().mutable_instances() = instances;
  spec().mutable_instances()->set_context_tokens(700);
  spec().mutable_packing()->set_pack_tokens(256);
  spec().set_store("/place/store");

  const std::string cords = AddDocument(
      "A quipu is a record of knots on cords. Its knots stand for numbers. The "
      "cords hang from "
      "one that is thicker.",
      1);
  AddSample(cords, "Its knots stand for numbers.", "What do the knots of a quipu stand for?",
            "Numbers.", v1::ANSWER_FORM_SHORT);
  std::string long_text;
  for (int i = 0; i < 40; ++i) absl::StrAppend(&long_text, "This is sentence number ", i, ".\n");
  const std::string sentences = AddDocument(long_text, 2);
  AddSample(sentences, "This is sentence number 20.\nThis is sentence number 21.",
            "Which sentence follows sentence number 20?", "It is \"sentence\" number 21.",
            v1::ANSWER_FORM_LONG);
  AddSample(sentences, "This is sentence number 3.", "Which number has the fourth sentence?", "3",
            v1::ANSWER_FORM_SHORT);

  const std::string a = AddShortRow("Hello?", "Hello!");
  const std::string b = AddShortRow("What is 2 + 2?", "4");
  const std::string c = AddShortRow("Say \xc3\xa9 and <|im_end|>.", "\xc3\xa9 and <|im_end|>");
  const std::string d = AddShortRow(std::string(80, 'd'), "dd");
  const std::string e = AddShortRow("Bye", "See you.");
  const std::string over_long = AddShortRow(std::string(400, 'l'), "Long indeed.");
  AddSequence(v1::TrainingRow::KIND_PACKED, {a, b, c});
  AddSequence(v1::TrainingRow::KIND_PACKED, {d, e});
  AddSequence(v1::TrainingRow::KIND_LONG, {over_long});
  store_.counts.documents = 2;
  store_.counts.tasks = 4;
  store_.counts.accepted = 3;
  store_.counts.rejected = 1;
  store_.counts.rejects_by_reason = {{v1::REJECT_REASON_VERDICT, 1}};
}

std::string ExportFixture::AddDocument(absl::string_view text, uint64_t line) {
  v1::Document document;
  document.set_id(FingerprintOf(text).ToBytes());
  document.set_text(std::string(text));
  document.mutable_provenance()->set_source("corpus.jsonl");
  document.mutable_provenance()->set_line(line);
  document.mutable_provenance()->set_external_id(absl::StrCat("doc-", line));
  store_.documents[document.id()] = document;
  return document.id();
}

void ExportFixture::AddSample(const std::string& document_id, absl::string_view chunk,
                              absl::string_view question, absl::string_view answer,
                              v1::AnswerForm form) {
  const v1::Document& document = store_.documents.at(document_id);
  const size_t begin = document.text().find(std::string(chunk));
  QUIPU_CHECK(begin != std::string::npos) << chunk;
  v1::Result result;
  v1::Task& task = *result.mutable_task();
  task.set_id(FingerprintBuilder("task").Add(document_id).Add(question).Build().ToBytes());
  task.set_document_id(document_id);
  task.mutable_chunk()->set_begin(begin);
  task.mutable_chunk()->set_end(begin + chunk.size());
  task.set_form(form);
  result.set_question(std::string(question));
  result.set_answer(std::string(answer));
  result.mutable_scores()->set_verdict_margin(2.5);
  result.mutable_scores()->set_answer_log_prob(-0.25);
  result.mutable_scores()->set_min_log_prob(-1);
  result.mutable_scores()->set_gain(1);
  result.mutable_scores()->set_probability(0.9375);
  result.mutable_scores()->set_grounded_share(1);
  result.mutable_scores()->set_scored(true);
  store_.results[task.id()] = result;
  const generator::Evidence evidence =
      generator::EvidenceFinder(document.text(), generator::Language::kEnglish)
          .Find({begin, begin + chunk.size()}, question, answer);
  auto built = generator::BuildLongInstance(generator::SourceDocument(document, target_),
                                            {{&result, &evidence}}, spec(), target_);
  QUIPU_CHECK(built.ok()) << built.status().message();
  QUIPU_CHECK(std::holds_alternative<v1::TrainingRow>(*built)) << "rejected";
  v1::TrainingRow sequence = std::get<v1::TrainingRow>(std::move(*built));
  sequence.set_index(store_.long_rows.size());
  store_.long_rows.push_back(std::move(sequence));
}

std::string ExportFixture::AddShortRow(absl::string_view user, absl::string_view assistant) {
  v1::ShortRow row;
  row.set_id(FingerprintBuilder("row").Add(user).Build().ToBytes());
  row.mutable_provenance()->set_source("short.jsonl");
  row.mutable_provenance()->set_line(store_.short_rows.size() + 1);
  v1::ChatMessage& question = *row.add_messages();
  question.set_role("user");
  question.set_content(std::string(user));
  v1::ChatMessage& answer = *row.add_messages();
  answer.set_role("assistant");
  answer.set_content(std::string(assistant));
  store_.short_rows[row.id()] = row;
  return row.id();
}

void ExportFixture::AddSequence(v1::TrainingRow::Kind kind,
                                const std::vector<std::string>& row_ids) {
  auto& sequences = kind == v1::TrainingRow::KIND_LONG ? store_.long_rows : store_.packs;
  v1::TrainingRow sequence;
  sequence.set_kind(kind);
  sequence.set_index(sequences.size());
  sequence.set_padded_length(kind == v1::TrainingRow::KIND_LONG
                                 ? spec().instances().context_tokens()
                                 : spec().packing().pack_tokens());
  for (const std::string& id : row_ids) {
    auto built = generator::BuildShortInstance(store_.short_rows.at(id), spec().packing(),
                                               spec().instances().row_weight(), target_);
    QUIPU_CHECK(built.ok()) << built.status().message();
    generator::ShortInstance instance = std::get<generator::ShortInstance>(std::move(*built));
    sequence.mutable_input_ids()->Add(instance.input_ids.begin(), instance.input_ids.end());
    *sequence.add_segments() = std::move(instance.segment);
  }
  sequences.push_back(std::move(sequence));
}

}  // namespace quipu::testing
