// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A small packed run in memory, for tests of exports: two documents with three
// samples, six short rows (one too long for a pack), a byte tokenizer, ChatML.
//
//   ExportFixture run;
//   ASSERT_OK(Export(run.store(), run.target(), dir.Path("export")));
//
// Tests change the content of the store through the members of MemoryStore.
#ifndef QUIPU_TESTS_SUPPORT_EXPORT_FIXTURE_H_
#define QUIPU_TESTS_SUPPORT_EXPORT_FIXTURE_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "generator/rows/instance_builder.h"
#include "storage/store_view.h"

namespace quipu::testing {

// A store in memory, with everything that exports read.
class MemoryStore : public storage::StoreView {
 public:
  v1::RunHeader run_header;
  bool packed = true;
  std::map<std::string, v1::Document> documents;
  std::map<std::string, v1::Result> results;
  std::map<std::string, v1::ShortRow> short_rows;
  std::vector<v1::TrainingRow> long_rows;
  std::vector<v1::TrainingRow> packs;
  std::vector<v1::DocumentPlan> plans;
  storage::RunCounts counts;

  const v1::RunHeader& header() const override { return run_header; }
  const std::string& path() const override { return path_; }
  absl::StatusOr<bool> IsStageDone(v1::Stage) const override { return packed; }
  absl::StatusOr<v1::Document> GetDocument(absl::string_view document_id) const override;
  absl::StatusOr<v1::ShortRow> GetShortRow(absl::string_view row_id) const override;
  absl::Status ForEachDocument(
      absl::FunctionRef<absl::Status(const v1::Document&)> fn) const override;
  absl::Status ForEachShortRow(
      absl::FunctionRef<absl::Status(const v1::ShortRow&)> fn) const override;
  absl::StatusOr<v1::Result> GetResult(absl::string_view task_id) const override;
  absl::Status ForEachResult(absl::FunctionRef<absl::Status(const v1::Result&)> fn) const override;
  absl::StatusOr<v1::TrainingRow> GetTrainingRow(v1::TrainingRow::Kind kind,
                                                 uint64_t index) const override;
  absl::Status ForEachTrainingRow(
      v1::TrainingRow::Kind kind,
      absl::FunctionRef<absl::Status(const v1::TrainingRow&)> fn) const override;
  absl::StatusOr<storage::RunCounts> Count() const override { return counts; }
  absl::Status ForEachPlan(
      absl::FunctionRef<absl::Status(const v1::DocumentPlan&)> fn) const override;
  // UNIMPLEMENTED: no export calls these.
  absl::Status ForEachBadRecord(
      absl::FunctionRef<absl::Status(const v1::BadRecord&)> fn) const override;
  absl::StatusOr<v1::EngineCounters> GetEngineCounters() const override;
  absl::StatusOr<std::vector<std::string>> CheckIntegrity() const override;

 private:
  std::string path_ = "memory";
};

class ExportFixture {
 public:
  // `instances`: how long rows are made; the context is 700 tokens.
  explicit ExportFixture(const v1::InstanceSpec& instances = {});

  MemoryStore& store() { return store_; }
  const generator::TargetModel& target() const { return target_; }
  v1::RunSpec& spec() { return *store_.run_header.mutable_spec(); }

  // Adds a document and returns its id.
  std::string AddDocument(absl::string_view text, uint64_t line);
  // Adds a sample of the chunk with the text `chunk` in the document, and its
  // row.
  void AddSample(const std::string& document_id, absl::string_view chunk,
                 absl::string_view question, absl::string_view answer, v1::AnswerForm form);
  // Adds a short row of one turn; returns its id.
  std::string AddShortRow(absl::string_view user, absl::string_view assistant);
  // Adds a pack of short rows or, with one id and `kind`, a long row.
  void AddSequence(v1::TrainingRow::Kind kind, const std::vector<std::string>& row_ids);

 private:
  MemoryStore store_;
  generator::TargetModel target_;
};

}  // namespace quipu::testing

#endif  // QUIPU_TESTS_SUPPORT_EXPORT_FIXTURE_H_
