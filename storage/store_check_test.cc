// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Findings of CheckIntegrity, one inconsistency at a time.
#include <string>
#include <vector>

#include "base/file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/database.h"
#include "storage/keys.h"
#include "storage/record.h"
#include "storage/store_impl.h"
#include "tests/support/damaged_store.h"
#include "tests/support/status_matchers.h"
#include "tests/support/store_records.h"

namespace quipu::storage {
namespace {

using quipu::testing::IsOkAndHolds;
using quipu::testing::TestDocument;
using quipu::testing::TestResult;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using StoreCheckTest = quipu::testing::DamagedStoreTest;

struct Inconsistency {
  const char* name;
  const char* finding;
  void (*write)(const std::vector<v1::Task>& tasks, Batch* batch);
};

void PutResult(const v1::Result& result, Batch* batch) {
  batch->Put(Family::kResults, ResultKey(result.task().document_id(), result.task().index()),
             RecordType::kResult, result);
}

void PutSequence(const v1::TrainingRow& sequence, Batch* batch) {
  batch->Put(Family::kSequences, SequenceKey(sequence.kind(), sequence.index()),
             RecordType::kTrainingRow, sequence);
  batch->Put(Family::kSequences, SequenceSummaryKey(sequence.kind(), sequence.index()),
             RecordType::kTrainingRowSummary, EncodeNumber(sequence.input_ids_size()));
}

void PutStage(v1::Stage stage, Batch* batch) {
  v1::StageDone done;
  done.set_stage(stage);
  batch->Put(Family::kMeta, StageKey(stage), RecordType::kStageDone, done);
}

const Inconsistency kInconsistencies[] = {
    {"a result without a summary", "is missing or does not fit its result",
     [](const std::vector<v1::Task>& tasks, Batch* batch) {
       PutResult(TestResult(tasks[50]), batch);
     }},
    {"a result of no task", "refers to planned task",
     [](const std::vector<v1::Task>& tasks, Batch* batch) {
       v1::Task task = tasks[50];
       task.set_index(1000);
       PutResult(TestResult(task), batch);
     }},
    {"a result of a changed task", "refers to planned task",
     [](const std::vector<v1::Task>& tasks, Batch* batch) {
       v1::Task task = tasks[50];
       task.mutable_chunk()->set_end(1000);
       PutResult(TestResult(task), batch);
     }},
    {"a summary of no result", "results, but",
     [](const std::vector<v1::Task>& tasks, Batch* batch) {
       batch->Put(Family::kResults, ResultSummaryKey(tasks[0].document_id(), 50),
                  RecordType::kResultSummary, EncodeResultSummary({}));
     }},
    {"a value at another key", "belongs to another key",
     [](const std::vector<v1::Task>& tasks, Batch* batch) {
       batch->Put(Family::kResults, ResultKey(tasks[0].document_id(), 50), RecordType::kResult,
                  TestResult(tasks[51]));
     }},
    {"a plan of no document", "refers to document",
     [](const std::vector<v1::Task>&, Batch* batch) {
       const v1::Document document = TestDocument(77);
       batch->Put(Family::kTasks, PlanKey(document.id()), RecordType::kDocumentPlan,
                  quipu::testing::TestPlan(document, 0));
     }},
    {"a plan whose tasks have no place", "has no place or another place",
     [](const std::vector<v1::Task>& tasks, Batch* batch) {
       v1::Document document;
       document.set_id(tasks[0].document_id());
       batch->Put(Family::kTasks, PlanKey(document.id()), RecordType::kDocumentPlan,
                  quipu::testing::TestPlan(document, 61));
     }},
    {"a document without a summary", "is missing",
     [](const std::vector<v1::Task>&, Batch* batch) {
       const v1::Document document = TestDocument(78);
       batch->Put(Family::kDocuments, DocumentKey(document.id()), RecordType::kDocument, document);
     }},
    {"a summary with another count of tokens", "the value it summarises has",
     [](const std::vector<v1::Task>&, Batch* batch) {
       batch->Put(Family::kDocuments, DocumentSummaryKey(TestDocument(1).id()),
                  RecordType::kDocumentSummary, EncodeNumber(1));
     }},
    {"a sequence of a rejected result", "which is no accepted result",
     [](const std::vector<v1::Task>& tasks, Batch* batch) {
       PutSequence(quipu::testing::TestLongRow(TestResult(tasks[2]), 0), batch);
     }},
    {"a pack of an unknown row", "which is not a short row",
     [](const std::vector<v1::Task>&, Batch* batch) {
       PutSequence(quipu::testing::TestPackedRow({quipu::testing::TestRow(5)}, 0), batch);
     }},
    {"segments that do not add up", "padded to",
     [](const std::vector<v1::Task>& tasks, Batch* batch) {
       v1::TrainingRow sequence = quipu::testing::TestLongRow(TestResult(tasks[0]), 0);
       sequence.add_input_ids(1);
       PutSequence(sequence, batch);
     }},
    {"a trained first token", "trains tokens [0",
     [](const std::vector<v1::Task>& tasks, Batch* batch) {
       v1::TrainingRow sequence = quipu::testing::TestLongRow(TestResult(tasks[0]), 0);
       sequence.mutable_segments(0)->mutable_trained(0)->set_begin(0);
       PutSequence(sequence, batch);
     }},
    {"a gap in the sequences", "are missing",
     [](const std::vector<v1::Task>& tasks, Batch* batch) {
       PutSequence(quipu::testing::TestLongRow(TestResult(tasks[0]), 3), batch);
       PutStage(v1::STAGE_PACK, batch);
     }},
    {"generation done with tasks pending", "planned tasks, all generated",
     [](const std::vector<v1::Task>&, Batch* batch) { PutStage(v1::STAGE_GENERATE, batch); }},
    {"planning done with documents unplanned", "documents, all planned",
     [](const std::vector<v1::Task>&, Batch* batch) { PutStage(v1::STAGE_PLAN, batch); }},
    {"reading done with inputs open", "inputs are not read to the end",
     [](const std::vector<v1::Task>&, Batch* batch) { PutStage(v1::STAGE_READ, batch); }},
    {"an event", "is not a key of format version",
     [](const std::vector<v1::Task>&, Batch* batch) {
       batch->Put(Family::kEvents, "e", RecordType::kEpoch, EncodeNumber(1));
     }},
    {"an unknown key", "meta/Z is not a key",
     [](const std::vector<v1::Task>&, Batch* batch) {
       batch->Put(Family::kMeta, "Z", RecordType::kEpoch, EncodeNumber(1));
     }},
    {"a value of another type", "has type 4, expected type 11",
     [](const std::vector<v1::Task>& tasks, Batch* batch) {
       batch->Put(Family::kResults, ResultKey(tasks[0].document_id(), 0), RecordType::kEpoch,
                  EncodeNumber(1));
     }},
};

TEST_F(StoreCheckTest, FindsEveryInconsistency) {
  EXPECT_THAT(store().CheckIntegrity(), IsOkAndHolds(IsEmpty()));
  for (const Inconsistency& inconsistency : kInconsistencies) {
    SCOPED_TRACE(inconsistency.name);
    const std::string image = Image();
    {
      ASSERT_OK_AND_ASSIGN(auto db, Database::Open(image, Database::Mode::kWrite));
      Batch batch;
      inconsistency.write(tasks(), &batch);
      ASSERT_OK(db->Write(batch, /*sync=*/false));
    }
    StoreOptions read_only;
    read_only.read_only = true;
    ASSERT_OK_AND_ASSIGN(auto opened, StoreImpl::Open(image, read_only, clock()));
    EXPECT_THAT(opened->CheckIntegrity(),
                IsOkAndHolds(::testing::Contains(HasSubstr(inconsistency.finding))));
    ASSERT_OK(opened->Close());
    ASSERT_OK(RemoveTree(image));
  }
}

}  // namespace
}  // namespace quipu::storage
