// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Every verb of the store, on a real RocksDB.
#include "storage/store.h"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>
#include <vector>

#include "base/file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/database.h"
#include "storage/high_water.h"
#include "storage/test_data.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::storage {
namespace {

using quipu::testing::IsOkAndHolds;
using quipu::testing::StatusIs;
using quipu::testing::TempDir;
using storage::testing::AddPlannedDocument;
using storage::testing::CopyDirectory;
using storage::testing::ListDirectory;
using storage::testing::TestDocument;
using storage::testing::TestHeader;
using storage::testing::TestLongSequence;
using storage::testing::TestPackedSequence;
using storage::testing::TestPlan;
using storage::testing::TestResult;
using storage::testing::TestRow;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class StoreTest : public ::testing::Test {
 protected:
  // Creating a store syncs many files: once for all tests, which work on copies.
  static void SetUpTestSuite() {
    empty_dir_ = new TempDir;
    ASSERT_OK_AND_ASSIGN(auto store, Store::Create(empty_dir_->Path("store"), TestHeader()));
    ASSERT_OK(store->Close());
  }
  static void TearDownTestSuite() {
    delete empty_dir_;
    empty_dir_ = nullptr;
  }

  void SetUp() override {
    CopyDirectory(empty_dir_->Path("store"), path_);
    ASSERT_OK_AND_ASSIGN(store_, Store::Open(path_, {}));
  }
  void Reopen() {
    ASSERT_OK(store_->Close());
    store_.reset();
    auto opened = Store::Open(path_, {});
    ASSERT_OK(opened);
    store_ = std::move(*opened);
  }
  IngestBatch BatchOf(std::vector<v1::Document> documents, std::vector<v1::ShortRow> rows) {
    IngestBatch batch;
    batch.documents = std::move(documents);
    batch.rows = std::move(rows);
    batch.progress.set_source("corpus/a.jsonl");
    return batch;
  }
  std::vector<std::string> Findings(const Store& store) {
    auto findings = store.CheckIntegrity();
    EXPECT_OK(findings);
    return findings.ok() ? *findings : std::vector<std::string>{"no findings"};
  }

  static TempDir* empty_dir_;
  TempDir dir_;
  const std::string path_ = dir_.Path("store");
  std::unique_ptr<Store> store_;
};

TempDir* StoreTest::empty_dir_ = nullptr;

std::string Bytes(const google::protobuf::MessageLite& message) {
  return SerializeDeterministic(message);
}

// Opening and creating.

TEST_F(StoreTest, KeepsItsHeader) {
  EXPECT_EQ(store_->header().format_version(), kFormatVersion);
  EXPECT_EQ(store_->header().run_id(), TestHeader().run_id());
  EXPECT_EQ(store_->header().spec().seed(), 7u);
  EXPECT_EQ(store_->path(), path_);
}

TEST_F(StoreTest, IsNotCreatedTwice) {
  ASSERT_OK(store_->Close());
  EXPECT_THAT(Store::Create(path_, TestHeader()), StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_TRUE(Store::Exists(path_));
  EXPECT_OK(Store::Open(path_, {}));
}

TEST(StoreOpen, FindsNoRunWhereThereIsNone) {
  TempDir dir;
  EXPECT_FALSE(Store::Exists(dir.Path("none")));
  EXPECT_THAT(Store::Open(dir.Path("none"), {}), StatusIs(absl::StatusCode::kNotFound, "none"));
  EXPECT_FALSE(Store::Exists(dir.path()));
  EXPECT_THAT(Store::Open(dir.path(), {}), StatusIs(absl::StatusCode::kNotFound));
}

TEST(StoreOpen, TakesNoHalfCreatedStoreForARun) {
  TempDir dir;
  const std::string path = dir.Path("store");
  ASSERT_OK(MakeDirs(path));
  // A creation killed before the header: the database alone.
  ASSERT_OK(Database::Open(path, Database::Mode::kCreate));

  EXPECT_FALSE(Store::Exists(path));
  EXPECT_THAT(Store::Open(path, {}), StatusIs(absl::StatusCode::kNotFound));
  StoreOptions read_only;
  read_only.read_only = true;
  EXPECT_THAT(Store::Open(path, read_only), StatusIs(absl::StatusCode::kNotFound));

  ASSERT_OK(Store::Create(path, TestHeader()));
  EXPECT_TRUE(Store::Exists(path));
  EXPECT_OK(Store::Open(path, {}));
}

TEST(StoreOpen, OpensAStoreThatWasKilledBeforeItsFirstMark) {
  TempDir dir;
  const std::string path = dir.Path("store");
  ASSERT_OK(MakeDirs(path));
  {
    ASSERT_OK_AND_ASSIGN(auto db, Database::Open(path, Database::Mode::kCreate));
    v1::RunHeader header = TestHeader();
    header.set_format_version(kFormatVersion);
    Batch batch;
    batch.Put(Family::kMeta, HeaderKey(), RecordType::kRunHeader, header);
    ASSERT_OK(db->Write(batch, true));
  }

  EXPECT_TRUE(Store::Exists(path));
  EXPECT_OK(Store::Open(path, {}));
  EXPECT_TRUE(FileExists(JoinPath(path, kRunStateName)));
}

TEST(StoreOpen, DoesNotSpreadAmongTheUsersFiles) {
  TempDir dir;
  ASSERT_OK(WriteFileAtomic(dir.Path("thesis.txt"), "all of it"));
  EXPECT_THAT(Store::Create(dir.path(), TestHeader()),
              StatusIs(absl::StatusCode::kFailedPrecondition, "thesis.txt"));
  EXPECT_THAT(ListDirectory(dir.path()), ElementsAre("thesis.txt 9"));
}

TEST_F(StoreTest, RefusesASecondWriter) {
  EXPECT_THAT(Store::Open(path_, {}),
              StatusIs(absl::StatusCode::kFailedPrecondition, "in use by another process"));
  EXPECT_THAT(Store::Create(path_, TestHeader()),
              StatusIs(absl::StatusCode::kFailedPrecondition, "in use by another process"));
}

TEST_F(StoreTest, RefusesAnotherFormatVersionNamingBoth) {
  ASSERT_OK(store_->Close());
  {
    ASSERT_OK_AND_ASSIGN(auto db, Database::Open(path_, Database::Mode::kWrite));
    v1::RunHeader header = TestHeader();
    header.set_format_version(9);
    Batch batch;
    batch.Put(Family::kMeta, HeaderKey(), RecordType::kRunHeader, header);
    ASSERT_OK(db->Write(batch, true));
  }
  EXPECT_THAT(Store::Open(path_, {}), StatusIs(absl::StatusCode::kFailedPrecondition,
                                               "has format version 9, this quipu reads version 1"));
  EXPECT_THAT(Store::Create(path_, TestHeader()),
              StatusIs(absl::StatusCode::kFailedPrecondition, "version 9"));
  EXPECT_TRUE(Store::Exists(path_));
}

TEST_F(StoreTest, RefusesUnknownColumnFamilies) {
  ASSERT_OK(store_->Close());
  {
    std::vector<std::string> names;
    ASSERT_TRUE(rocksdb::DB::ListColumnFamilies({}, path_, &names).ok());
    std::vector<rocksdb::ColumnFamilyDescriptor> families;
    for (const std::string& name : names) families.emplace_back(name, rocksdb::ColumnFamilyOptions());
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* db = nullptr;
    ASSERT_TRUE(rocksdb::DB::Open({}, path_, families, &handles, &db).ok());
    rocksdb::ColumnFamilyHandle* added = nullptr;
    ASSERT_TRUE(db->CreateColumnFamily({}, "embeddings", &added).ok());
    handles.push_back(added);
    for (rocksdb::ColumnFamilyHandle* handle : handles) db->DestroyColumnFamilyHandle(handle);
    delete db;
  }
  EXPECT_THAT(Store::Open(path_, {}),
              StatusIs(absl::StatusCode::kFailedPrecondition, "does not know (embeddings)"));
  StoreOptions read_only;
  read_only.read_only = true;
  EXPECT_THAT(Store::Open(path_, read_only), StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST_F(StoreTest, RefusesEveryVerbAfterClose) {
  ASSERT_OK(store_->Close());
  EXPECT_OK(store_->Close());
  EXPECT_THAT(store_->MarkStageDone(v1::STAGE_READ),
              StatusIs(absl::StatusCode::kFailedPrecondition, "closed"));
  EXPECT_THAT(store_->GetDocument(TestDocument(1).id()),
              StatusIs(absl::StatusCode::kFailedPrecondition, "closed"));
  EXPECT_THAT(store_->Count(), StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(store_->ListInputs(), StatusIs(absl::StatusCode::kFailedPrecondition));
}

// Read-only.

TEST_F(StoreTest, LetsReadersInBesideTheWriter) {
  const std::vector<v1::Task> tasks = AddPlannedDocument(store_.get(), 1, 4);
  ASSERT_OK(store_->CommitResult(TestResult(tasks[0])));
  const std::vector<std::string> before = ListDirectory(path_);

  StoreOptions options;
  options.read_only = true;
  ASSERT_OK_AND_ASSIGN(auto reader, Store::Open(path_, options));
  ASSERT_OK_AND_ASSIGN(auto second, Store::Open(path_, options));
  // What comes later is not seen by a reader that is there, but by the next.
  ASSERT_OK(store_->CommitResult(TestResult(tasks[1])));

  ASSERT_OK_AND_ASSIGN(const RunCounts counts, reader->Count());
  EXPECT_EQ(counts.accepted, 1u);
  EXPECT_EQ(reader->header().run_id(), TestHeader().run_id());
  EXPECT_THAT(Findings(*reader), IsEmpty());
  EXPECT_THAT(reader->CommitResult(TestResult(tasks[2])),
              StatusIs(absl::StatusCode::kFailedPrecondition, "read-only"));
  EXPECT_THAT(reader->ClearSequences(), StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_OK(reader->Close());
  EXPECT_OK(second->Close());
  ASSERT_OK_AND_ASSIGN(auto third, Store::Open(path_, options));
  EXPECT_THAT(third->GetResults(tasks[0].document_id()), IsOkAndHolds(SizeIs(2)));
  EXPECT_OK(third->Close());
  // The log has grown by the second result; no reader made or removed a file.
  const std::vector<std::string> after = ListDirectory(path_);
  EXPECT_EQ(after.size(), before.size());
}

TEST_F(StoreTest, ShowsReadersBesideABusyWriterAllThatWasAcknowledged) {
  constexpr uint64_t kDocuments = 100;
  constexpr uint32_t kTasks = 5;
  std::atomic<uint64_t> acknowledged{0};
  std::atomic<bool> done{false};
  std::thread writer([&] {
    for (uint64_t d = 0; d < kDocuments; ++d) {
      std::vector<v1::Result> results;
      for (const v1::Task& task : AddPlannedDocument(store_.get(), d, kTasks)) {
        results.push_back(TestResult(task));
      }
      EXPECT_OK(store_->CommitResults(results));
      acknowledged += results.size();
    }
    // Files change places under the last readers.
    EXPECT_OK(store_->Close());
    done = true;
  });
  StoreOptions options;
  options.read_only = true;
  int readers = 0;
  for (bool last = false; !last; ++readers) {
    last = done;
    const uint64_t before = acknowledged;
    const auto reader = Store::Open(path_, options);
    EXPECT_OK(reader);
    if (!reader.ok()) break;
    const auto counts = (*reader)->Count();
    EXPECT_OK(counts);
    EXPECT_TRUE(counts.ok() && counts->accepted + counts->rejected >= before);
    EXPECT_THAT(Findings(**reader), IsEmpty());
  }
  writer.join();
  EXPECT_GT(readers, 1);
}

TEST_F(StoreTest, LeavesAClosedStoreAsItIsWhenReading) {
  ASSERT_OK(store_->Close());
  const std::vector<std::string> before = ListDirectory(path_);
  StoreOptions options;
  options.read_only = true;
  ASSERT_OK_AND_ASSIGN(auto reader, Store::Open(path_, options));
  EXPECT_OK(reader->Count());
  EXPECT_OK(reader->Close());
  EXPECT_EQ(ListDirectory(path_), before);
}

// Stages.

TEST_F(StoreTest, RemembersStages) {
  EXPECT_THAT(store_->IsStageDone(v1::STAGE_PLAN), IsOkAndHolds(false));
  ASSERT_OK(store_->MarkStageDone(v1::STAGE_PLAN));
  ASSERT_OK(store_->MarkStageDone(v1::STAGE_PLAN));
  Reopen();
  EXPECT_THAT(store_->IsStageDone(v1::STAGE_PLAN), IsOkAndHolds(true));
  EXPECT_THAT(store_->IsStageDone(v1::STAGE_GENERATE), IsOkAndHolds(false));
  EXPECT_THAT(store_->MarkStageDone(v1::STAGE_UNSPECIFIED),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

// Reading.

TEST_F(StoreTest, StoresDocumentsAndRowsWithTheProgress) {
  const v1::Document small = TestDocument(1);
  const v1::Document large = TestDocument(2, 300000);
  IngestBatch batch = BatchOf({small, large}, {TestRow(1)});
  batch.progress.set_offset(1234);
  batch.progress.set_bad_records(1);
  batch.progress.set_too_short(5);
  v1::BadRecord bad;
  bad.mutable_provenance()->set_source("corpus/a.jsonl");
  bad.mutable_provenance()->set_line(3);
  bad.set_message("broken JSON");
  batch.bad_records = {bad, bad};
  ASSERT_OK(store_->Ingest(batch));
  Reopen();

  ASSERT_OK_AND_ASSIGN(const v1::Document document, store_->GetDocument(large.id()));
  EXPECT_EQ(Bytes(document), Bytes(large));
  ASSERT_OK_AND_ASSIGN(const v1::ShortRow row, store_->GetShortRow(TestRow(1).id()));
  EXPECT_EQ(Bytes(row), Bytes(TestRow(1)));
  ASSERT_OK_AND_ASSIGN(const v1::InputProgress progress,
                       store_->GetInputProgress("corpus/a.jsonl"));
  EXPECT_EQ(progress.offset(), 1234u);
  int bad_records = 0;
  ASSERT_OK(store_->ForEachBadRecord([&](const v1::BadRecord& record) {
    ++bad_records;
    EXPECT_EQ(record.message(), "broken JSON");
    return absl::OkStatus();
  }));
  EXPECT_EQ(bad_records, 1);
  ASSERT_OK_AND_ASSIGN(const RunCounts counts, store_->Count());
  EXPECT_EQ(counts.documents, 2u);
  EXPECT_EQ(counts.document_tokens, 75050u);
  EXPECT_EQ(counts.short_rows, 1u);
  EXPECT_EQ(counts.bad_records, 1u);
  EXPECT_EQ(counts.too_short, 5u);
}

TEST_F(StoreTest, BeginsAnInputThatWasNeverReadAtZero) {
  ASSERT_OK_AND_ASSIGN(const v1::InputProgress progress, store_->GetInputProgress("new.jsonl"));
  EXPECT_EQ(progress.source(), "new.jsonl");
  EXPECT_EQ(progress.offset(), 0u);
  EXPECT_FALSE(progress.done());
  EXPECT_THAT(store_->ListInputs(), IsOkAndHolds(IsEmpty()));
}

TEST_F(StoreTest, ListsInputsByName) {
  for (const char* source : {"c", "a", "b"}) {
    IngestBatch batch;
    batch.progress.set_source(source);
    ASSERT_OK(store_->Ingest(batch));
  }
  ASSERT_OK_AND_ASSIGN(const std::vector<v1::InputProgress> inputs, store_->ListInputs());
  ASSERT_THAT(inputs, SizeIs(3));
  EXPECT_EQ(inputs[0].source(), "a");
  EXPECT_EQ(inputs[2].source(), "c");
}

TEST_F(StoreTest, CountsDuplicatesInABatchAndAcrossBatches) {
  v1::Document again = TestDocument(1);
  again.mutable_provenance()->set_line(99);
  ASSERT_OK(store_->Ingest(BatchOf({TestDocument(1), again}, {TestRow(1), TestRow(1)})));
  ASSERT_OK(store_->Ingest(BatchOf({again, TestDocument(2)}, {TestRow(1)})));

  ASSERT_OK_AND_ASSIGN(const RunCounts counts, store_->Count());
  EXPECT_EQ(counts.documents, 2u);
  EXPECT_EQ(counts.short_rows, 1u);
  EXPECT_EQ(counts.duplicates, 4u);
  ASSERT_OK_AND_ASSIGN(const v1::Document document, store_->GetDocument(again.id()));
  EXPECT_EQ(document.provenance().line(), 2u) << "the first place is kept";
}

TEST_F(StoreTest, RefusesIdsOfAnotherLength) {
  v1::Document document = TestDocument(1);
  document.set_id("short");
  EXPECT_THAT(store_->Ingest(BatchOf({document}, {})),
              StatusIs(absl::StatusCode::kInvalidArgument, "5 bytes"));
  EXPECT_THAT(store_->GetDocument(""), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(store_->GetResult("x"), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(store_->CommitResult({}), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(StoreTest, GoesThroughDocumentsInOrderOfId) {
  std::vector<v1::Document> documents;
  for (uint64_t i = 0; i < 50; ++i) documents.push_back(TestDocument(i, 100 * i));
  ASSERT_OK(store_->Ingest(BatchOf(documents, {})));

  std::vector<std::string> ids;
  ASSERT_OK(store_->ForEachDocument([&](const v1::Document& document) {
    ids.push_back(document.id());
    return absl::OkStatus();
  }));
  EXPECT_THAT(ids, SizeIs(50));
  EXPECT_TRUE(std::is_sorted(ids.begin(), ids.end()));
  EXPECT_THAT(store_->ListDocumentIds(), IsOkAndHolds(ids));
}

TEST_F(StoreTest, StopsAtTheCallersFirstError) {
  ASSERT_OK(store_->Ingest(BatchOf({TestDocument(1), TestDocument(2)}, {})));
  int calls = 0;
  EXPECT_THAT(store_->ForEachDocument([&](const v1::Document&) {
    ++calls;
    return absl::CancelledError("enough");
  }), StatusIs(absl::StatusCode::kCancelled, "enough"));
  EXPECT_EQ(calls, 1);
}

TEST_F(StoreTest, IteratesOverWhatWasThereWhenItBegan) {
  ASSERT_OK(store_->Ingest(BatchOf({TestDocument(1), TestDocument(2)}, {})));
  int calls = 0;
  ASSERT_OK(store_->ForEachDocument([&](const v1::Document&) {
    for (uint64_t i = 0; i < 20; ++i) {
      EXPECT_OK(store_->Ingest(BatchOf({TestDocument(100 * ++calls + i)}, {})));
    }
    return absl::OkStatus();
  }));
  EXPECT_EQ(calls, 40);
}

TEST_F(StoreTest, SaysWhichRecordIsNotThere) {
  EXPECT_THAT(store_->GetDocument(TestDocument(1).id()), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(store_->GetShortRow(TestRow(1).id()), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(store_->GetPlan(TestDocument(1).id()), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(store_->GetSequence(v1::Sequence::KIND_LONG, 0),
              StatusIs(absl::StatusCode::kNotFound, "KIND_LONG 0"));
}

// Planning.

TEST_F(StoreTest, WritesAPlanOnce) {
  const v1::Document document = TestDocument(1);
  ASSERT_OK(store_->Ingest(BatchOf({document}, {})));
  ASSERT_OK(store_->AddPlan(TestPlan(document, 3)));
  EXPECT_OK(store_->AddPlan(TestPlan(document, 3)));
  EXPECT_THAT(store_->AddPlan(TestPlan(document, 4)),
              StatusIs(absl::StatusCode::kAlreadyExists));
  Reopen();

  ASSERT_OK_AND_ASSIGN(const v1::DocumentPlan plan, store_->GetPlan(document.id()));
  EXPECT_EQ(Bytes(plan), Bytes(TestPlan(document, 3)));
  ASSERT_OK_AND_ASSIGN(const RunCounts counts, store_->Count());
  EXPECT_EQ(counts.tasks, 3u);
  EXPECT_EQ(counts.planned_documents, 1u);
}

TEST_F(StoreTest, PlansADocumentWithoutTasks) {
  const v1::Document document = TestDocument(1);
  ASSERT_OK(store_->Ingest(BatchOf({document}, {})));
  ASSERT_OK(store_->AddPlan(TestPlan(document, 0)));
  ASSERT_OK_AND_ASSIGN(const v1::DocumentPlan plan, store_->GetPlan(document.id()));
  EXPECT_EQ(plan.tasks_size(), 0);
}

TEST_F(StoreTest, RefusesPlansThatDoNotHoldTogether) {
  const v1::Document document = TestDocument(1);
  EXPECT_THAT(store_->AddPlan(TestPlan(document, 1)), StatusIs(absl::StatusCode::kNotFound));
  ASSERT_OK(store_->Ingest(BatchOf({document}, {})));

  v1::DocumentPlan gap = TestPlan(document, 2);
  gap.mutable_tasks(1)->set_index(2);
  EXPECT_THAT(store_->AddPlan(gap), StatusIs(absl::StatusCode::kInvalidArgument));
  v1::DocumentPlan other = TestPlan(document, 2);
  other.mutable_tasks(1)->set_document_id(TestDocument(2).id());
  EXPECT_THAT(store_->AddPlan(other), StatusIs(absl::StatusCode::kInvalidArgument));
  v1::DocumentPlan twice = TestPlan(document, 2);
  twice.mutable_tasks(1)->set_id(twice.tasks(0).id());
  EXPECT_THAT(store_->AddPlan(twice), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(store_->GetPlan(document.id()), StatusIs(absl::StatusCode::kNotFound));
}

// Results.

TEST_F(StoreTest, KeepsOneResultATask) {
  const std::vector<v1::Task> tasks = AddPlannedDocument(store_.get(), 1, 3);
  const v1::Result result = TestResult(tasks[1]);
  v1::Result other = result;
  other.set_answer("another");

  ASSERT_OK(store_->CommitResult(result));
  EXPECT_OK(store_->CommitResult(result));
  EXPECT_THAT(store_->CommitResult(other), StatusIs(absl::StatusCode::kAlreadyExists));
  Reopen();
  EXPECT_THAT(store_->CommitResult(other), StatusIs(absl::StatusCode::kAlreadyExists));
  ASSERT_OK_AND_ASSIGN(const v1::Result stored, store_->GetResult(tasks[1].id()));
  EXPECT_EQ(Bytes(stored), Bytes(result));
  EXPECT_THAT(store_->GetResult(tasks[0].id()),
              StatusIs(absl::StatusCode::kNotFound, "no result yet"));
}

TEST_F(StoreTest, RefusesResultsThatWereNotPlanned) {
  const std::vector<v1::Task> tasks = AddPlannedDocument(store_.get(), 1, 2);
  const v1::Task stranger = TestPlan(TestDocument(2), 1).tasks(0);
  EXPECT_THAT(store_->CommitResult(TestResult(stranger)),
              StatusIs(absl::StatusCode::kNotFound, "never planned"));
  v1::Result moved = TestResult(tasks[0]);
  moved.mutable_task()->set_index(1);
  EXPECT_THAT(store_->CommitResult(moved), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(store_->GetResult(stranger.id()), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(StoreTest, CommitsABatchWholeOrNotAtAll) {
  const std::vector<v1::Task> tasks = AddPlannedDocument(store_.get(), 1, 4);
  std::vector<v1::Result> results;
  for (const v1::Task& task : tasks) results.push_back(TestResult(task));
  results.push_back(results[0]);  // The same twice is fine.
  ASSERT_OK(store_->CommitResults({results[0]}));

  std::vector<v1::Result> conflicting = results;
  conflicting[0].set_answer("another");
  EXPECT_THAT(store_->CommitResults(conflicting), StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(store_->GetResults(tasks[0].document_id()), IsOkAndHolds(SizeIs(1)));
  std::vector<v1::Result> disagreeing = {results[1], results[1]};
  disagreeing[1].set_answer("another");
  EXPECT_THAT(store_->CommitResults(disagreeing), StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(store_->GetResults(tasks[0].document_id()), IsOkAndHolds(SizeIs(1)));

  ASSERT_OK(store_->CommitResults(results));
  EXPECT_OK(store_->CommitResults({}));
  ASSERT_OK_AND_ASSIGN(const std::vector<v1::Result> stored,
                       store_->GetResults(tasks[0].document_id()));
  ASSERT_THAT(stored, SizeIs(4));
  for (uint32_t i = 0; i < 4; ++i) EXPECT_EQ(stored[i].task().index(), i);
}

TEST_F(StoreTest, CountsResultsByReason) {
  const std::vector<v1::Task> tasks = AddPlannedDocument(store_.get(), 1, 6);
  for (const v1::Task& task : tasks) ASSERT_OK(store_->CommitResult(TestResult(task)));
  ASSERT_OK_AND_ASSIGN(const RunCounts counts, store_->Count());
  EXPECT_EQ(counts.accepted, 4u);
  EXPECT_EQ(counts.rejected, 2u);
  EXPECT_EQ(counts.rejects_by_reason.at(v1::REJECT_REASON_VERDICT), 2u);
  EXPECT_EQ(counts.sampled_tokens, 75u);
}

TEST_F(StoreTest, GoesThroughResultsByDocumentAndTask) {
  for (uint64_t d = 0; d < 5; ++d) {
    for (const v1::Task& task : AddPlannedDocument(store_.get(), d, 3)) {
      ASSERT_OK(store_->CommitResult(TestResult(task)));
    }
  }
  std::vector<std::pair<std::string, uint32_t>> order;
  ASSERT_OK(store_->ForEachResult([&](const v1::Result& result) {
    order.emplace_back(result.task().document_id(), result.task().index());
    return absl::OkStatus();
  }));
  EXPECT_THAT(order, SizeIs(15));
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
}

TEST_F(StoreTest, SettlesADocumentsResults) {
  const std::vector<v1::Task> tasks = AddPlannedDocument(store_.get(), 1, 3);
  v1::Result reject = TestResult(tasks[1]);
  reject.mutable_reject()->set_reason(v1::REJECT_REASON_DUPLICATE_QUESTION);
  EXPECT_THAT(store_->Settle(tasks[0].document_id(), {reject}),
              StatusIs(absl::StatusCode::kNotFound));
  for (const v1::Task& task : tasks) ASSERT_OK(store_->CommitResult(TestResult(task)));

  EXPECT_OK(store_->Settle(tasks[0].document_id(), {}));
  ASSERT_OK(store_->Settle(tasks[0].document_id(), {reject}));
  ASSERT_OK(store_->Settle(tasks[0].document_id(), {reject}));
  EXPECT_THAT(store_->Settle(tasks[0].document_id(), {TestResult(tasks[0])}),
              StatusIs(absl::StatusCode::kInvalidArgument)) << "not a reject";
  EXPECT_THAT(store_->Settle(TestDocument(2).id(), {reject}),
              StatusIs(absl::StatusCode::kInvalidArgument)) << "another document";
  Reopen();
  ASSERT_OK_AND_ASSIGN(const RunCounts counts, store_->Count());
  EXPECT_EQ(counts.accepted, 1u);
  EXPECT_EQ(counts.rejects_by_reason.at(v1::REJECT_REASON_DUPLICATE_QUESTION), 1u);
  EXPECT_THAT(Findings(*store_), IsEmpty());
}

TEST_F(StoreTest, CommitsFromManyThreads) {
  constexpr int kThreads = 8;
  constexpr int kResults = 200;
  const std::vector<v1::Task> tasks = AddPlannedDocument(store_.get(), 1, kThreads * kResults);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kResults; ++i) {
        EXPECT_OK(store_->CommitResult(TestResult(tasks[t * kResults + i])));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  Reopen();
  EXPECT_THAT(store_->GetResults(tasks[0].document_id()), IsOkAndHolds(SizeIs(1600)));
  EXPECT_THAT(Findings(*store_), IsEmpty());
}

TEST_F(StoreTest, LetsOneOfManyDifferentResultsWin) {
  constexpr int kThreads = 8;
  constexpr int kTasks = 50;
  const std::vector<v1::Task> tasks = AddPlannedDocument(store_.get(), 1, kTasks);
  std::vector<std::vector<bool>> won(kThreads, std::vector<bool>(kTasks));
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kTasks; ++i) {
        v1::Result result = TestResult(tasks[i]);
        result.set_answer(std::to_string(t));
        const absl::Status status = store_->CommitResult(result);
        if (!status.ok()) {
          EXPECT_THAT(status, StatusIs(absl::StatusCode::kAlreadyExists));
        }
        won[t][i] = status.ok();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (int i = 0; i < kTasks; ++i) {
    ASSERT_OK_AND_ASSIGN(const v1::Result result, store_->GetResult(tasks[i].id()));
    for (int t = 0; t < kThreads; ++t) {
      EXPECT_EQ(won[t][i], result.answer() == std::to_string(t)) << "task " << i;
    }
  }
}

// Sequences.

TEST_F(StoreTest, StoresSequencesByKindAndIndex) {
  const std::vector<v1::Task> tasks = AddPlannedDocument(store_.get(), 1, 2);
  for (const v1::Task& task : tasks) ASSERT_OK(store_->CommitResult(TestResult(task)));
  ASSERT_OK(store_->Ingest(BatchOf({}, {TestRow(1), TestRow(2)})));
  const v1::Sequence first = TestLongSequence(TestResult(tasks[0]), 0);
  const v1::Sequence second = TestLongSequence(TestResult(tasks[1]), 1);
  const v1::Sequence packed = TestPackedSequence({TestRow(1), TestRow(2)}, 0);
  ASSERT_OK(store_->AddSequences({second, first, packed}));
  ASSERT_OK(store_->AddSequences({first}));
  v1::RejectedRow row;
  row.set_row_id(TestRow(2).id());
  row.mutable_reject()->set_reason(v1::REJECT_REASON_ROW_TOO_LONG);
  ASSERT_OK(store_->AddRejectedRows({row}));
  Reopen();

  EXPECT_THAT(store_->NumSequences(v1::Sequence::KIND_LONG), IsOkAndHolds(2u));
  EXPECT_THAT(store_->NumSequences(v1::Sequence::KIND_PACKED), IsOkAndHolds(1u));
  ASSERT_OK_AND_ASSIGN(const v1::Sequence stored,
                       store_->GetSequence(v1::Sequence::KIND_LONG, 1));
  EXPECT_EQ(Bytes(stored), Bytes(second));
  std::vector<uint64_t> indices;
  ASSERT_OK(store_->ForEachSequence(v1::Sequence::KIND_LONG, [&](const v1::Sequence& sequence) {
    indices.push_back(sequence.index());
    return absl::OkStatus();
  }));
  EXPECT_THAT(indices, ElementsAre(0, 1));
  ASSERT_OK_AND_ASSIGN(const RunCounts counts, store_->Count());
  EXPECT_EQ(counts.long_sequences, 2u);
  EXPECT_EQ(counts.packed_sequences, 1u);
  EXPECT_EQ(counts.rejected_rows, 1u);
  EXPECT_EQ(counts.row_rejects_by_reason.at(v1::REJECT_REASON_ROW_TOO_LONG), 1u);
  EXPECT_THAT(Findings(*store_), IsEmpty());

  ASSERT_OK(store_->ClearSequences());
  EXPECT_THAT(store_->NumSequences(v1::Sequence::KIND_LONG), IsOkAndHolds(0u));
  ASSERT_OK_AND_ASSIGN(const RunCounts cleared, store_->Count());
  EXPECT_EQ(cleared.rejected_rows, 0u);
  EXPECT_EQ(cleared.accepted, 2u);
  ASSERT_OK(store_->AddSequences({first}));
  Reopen();
  EXPECT_THAT(store_->NumSequences(v1::Sequence::KIND_LONG), IsOkAndHolds(1u));
  EXPECT_THAT(Findings(*store_), IsEmpty());
}

TEST_F(StoreTest, RefusesSequencesOfNoKind) {
  EXPECT_THAT(store_->AddSequences({v1::Sequence()}),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(store_->NumSequences(v1::Sequence::KIND_UNSPECIFIED),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace quipu::storage
