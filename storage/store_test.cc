// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Opening, creating, reading: on a real RocksDB. Plans, results and sequences:
// store_results_test.cc.
#include "storage/store.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

#include "base/file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/database.h"
#include "storage/high_water.h"
#include "tests/support/status_matchers.h"
#include "tests/support/store_damage.h"
#include "tests/support/store_fixture.h"
#include "tests/support/store_records.h"
#include "tests/support/temp_dir.h"

namespace quipu::storage {
namespace {

using quipu::testing::AddPlannedDocument;
using quipu::testing::Bytes;
using quipu::testing::Commit;
using quipu::testing::CommitAll;
using quipu::testing::IsOkAndHolds;
using quipu::testing::ListDirectory;
using quipu::testing::StatusIs;
using quipu::testing::StoreTest;
using quipu::testing::TempDir;
using quipu::testing::TestDocument;
using quipu::testing::TestHeader;
using quipu::testing::TestPlan;
using quipu::testing::TestResult;
using quipu::testing::TestRow;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

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

// Families are made one after another: SIGKILL between two of them.
TEST(StoreOpen, CompletesACreationKilledBetweenItsFamilies) {
  TempDir dir;
  const std::string path = dir.Path("store");
  ASSERT_OK(MakeDirs(path));
  rocksdb::Options options;
  options.create_if_missing = true;
  rocksdb::DB* db = nullptr;
  ASSERT_TRUE(rocksdb::DB::Open(options, path, &db).ok());
  rocksdb::ColumnFamilyHandle* meta = nullptr;
  ASSERT_TRUE(db->CreateColumnFamily({}, kFamilyNames[0], &meta).ok());
  ASSERT_TRUE(db->DestroyColumnFamilyHandle(meta).ok());
  delete db;

  EXPECT_FALSE(Store::Exists(path));
  EXPECT_THAT(Store::Open(path, {}).status(), StatusIs(absl::StatusCode::kNotFound, "no run"));
  EXPECT_OK(Store::Create(path, TestHeader()).status());
  EXPECT_TRUE(Store::Exists(path));
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
    for (const std::string& name : names)
      families.emplace_back(name, rocksdb::ColumnFamilyOptions());
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
  ASSERT_OK(Commit(store_.get(), TestResult(tasks[0])));
  const std::vector<std::string> before = ListDirectory(path_);

  StoreOptions options;
  options.read_only = true;
  ASSERT_OK_AND_ASSIGN(auto reader, Store::Open(path_, options));
  ASSERT_OK_AND_ASSIGN(auto second, Store::Open(path_, options));
  // What comes later is not seen by a reader that is there, but by the next.
  ASSERT_OK(Commit(store_.get(), TestResult(tasks[1])));

  ASSERT_OK_AND_ASSIGN(const RunCounts counts, reader->Count());
  EXPECT_EQ(counts.accepted, 1u);
  EXPECT_EQ(reader->header().run_id(), TestHeader().run_id());
  EXPECT_THAT(Findings(*reader), IsEmpty());
  EXPECT_THAT(Commit(reader.get(), TestResult(tasks[2])),
              StatusIs(absl::StatusCode::kFailedPrecondition, "read-only"));
  EXPECT_THAT(reader->ClearTrainingRows(), StatusIs(absl::StatusCode::kFailedPrecondition));
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
      EXPECT_OK(CommitAll(store_.get(), results));
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

TEST_F(StoreTest, RemembersTheLastWorkOfTheEngine) {
  ASSERT_OK_AND_ASSIGN(const v1::EngineCounters none, store_->GetEngineCounters());
  EXPECT_EQ(Bytes(none), "");
  v1::EngineCounters work;
  for (const uint64_t tokens : {7, 12}) {
    work.set_prompt_tokens_computed(tokens);
    work.set_busy_microseconds(1000 * tokens);
    ASSERT_OK(store_->SetEngineCounters(work));
  }
  Reopen();
  ASSERT_OK_AND_ASSIGN(const v1::EngineCounters read, store_->GetEngineCounters());
  EXPECT_EQ(Bytes(read), Bytes(work));
  EXPECT_THAT(Findings(*store_), IsEmpty());
  StoreOptions read_only;
  read_only.read_only = true;
  ASSERT_OK(store_->Close());
  ASSERT_OK_AND_ASSIGN(const auto reader, Store::Open(path_, read_only));
  EXPECT_THAT(reader->SetEngineCounters(work), StatusIs(absl::StatusCode::kFailedPrecondition));
}

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

TEST_F(StoreTest, StoresPlansWithTheirDocuments) {
  const v1::Document first = TestDocument(1);
  const v1::Document second = TestDocument(2);
  IngestBatch batch = BatchOf({first, second, first}, {});
  batch.plans = {TestPlan(first, 3), TestPlan(second, 0), TestPlan(first, 3)};
  ASSERT_OK(store_->Ingest(batch));

  ASSERT_OK_AND_ASSIGN(const v1::DocumentPlan plan, store_->GetPlan(first.id()));
  EXPECT_EQ(Bytes(plan), Bytes(TestPlan(first, 3)));
  ASSERT_OK_AND_ASSIGN(const RunCounts counts, store_->Count());
  EXPECT_EQ(counts.planned_documents, 2u);
  EXPECT_EQ(counts.tasks, 3u);
  EXPECT_OK(store_->AddPlan(TestPlan(first, 3)));
  EXPECT_THAT(Findings(*store_), IsEmpty());
}

TEST_F(StoreTest, RefusesPlansOfOtherDocuments) {
  const v1::Document first = TestDocument(1);
  IngestBatch other = BatchOf({first}, {});
  other.plans = {TestPlan(TestDocument(2), 1)};
  IngestBatch fewer = BatchOf({first, TestDocument(2)}, {});
  fewer.plans = {TestPlan(first, 1)};

  EXPECT_THAT(store_->Ingest(other),
              StatusIs(absl::StatusCode::kInvalidArgument, "plan at position 0"));
  EXPECT_THAT(store_->Ingest(fewer),
              StatusIs(absl::StatusCode::kInvalidArgument, "1 plans for 2 documents"));
  EXPECT_EQ(store_->Count()->documents, 0u);
}

TEST_F(StoreTest, CountsDuplicatesInABatchAndAcrossBatches) {
  v1::Document again = TestDocument(1);
  again.mutable_provenance()->set_line(99);
  IngestBatch rows = BatchOf({}, {TestRow(1), TestRow(1)});
  rows.progress.set_source("short_rows:corpus/a.jsonl");
  for (const uint64_t other : {1, 2}) {
    ASSERT_OK(store_->Ingest(BatchOf({TestDocument(other), again}, {})));
    ASSERT_OK(store_->Ingest(rows));
  }
  ASSERT_OK_AND_ASSIGN(const RunCounts counts, store_->Count());
  EXPECT_EQ(counts.documents, 2u);
  EXPECT_EQ(counts.short_rows, 1u);
  EXPECT_EQ(counts.duplicates, 2u);
  EXPECT_EQ(counts.duplicate_rows, 3u);
  EXPECT_EQ(store_->GetDocument(again.id())->provenance().line(), 2u) << "the first place is kept";
}

TEST_F(StoreTest, TakesWhatAnotherStoreHasRead) {
  ImportBatch batch;
  batch.documents = {TestDocument(1), TestDocument(2)};
  batch.rows = {TestRow(1)};
  batch.inputs.emplace_back();
  batch.inputs[0].set_source("corpus/a.jsonl");
  batch.inputs[0].set_records(9);
  batch.inputs[0].set_duplicates(5);
  batch.inputs[0].set_bad_records(1);
  batch.inputs[0].set_done(true);
  batch.bad_records.emplace_back();
  batch.bad_records[0].mutable_provenance()->set_source("corpus/a.jsonl");
  ASSERT_OK(store_->Import(batch));
  ASSERT_OK(store_->Import({}));
  ASSERT_OK_AND_ASSIGN(const RunCounts counts, store_->Count());
  EXPECT_EQ(counts.documents, 2u);
  EXPECT_EQ(counts.short_rows, 1u);
  EXPECT_EQ(counts.bad_records, 1u);
  EXPECT_EQ(counts.duplicates, 5u) << "as they were, not counted again";

  // All or nothing.
  ImportBatch again;
  again.documents = {TestDocument(3), TestDocument(2)};
  EXPECT_THAT(store_->Import(again), StatusIs(absl::StatusCode::kAlreadyExists, "document"));
  again.documents = {TestDocument(3)};
  again.rows = {TestRow(2), TestRow(2)};
  EXPECT_THAT(store_->Import(again), StatusIs(absl::StatusCode::kAlreadyExists, "short row"));
  again.rows.clear();
  again.documents[0].set_id("short");
  EXPECT_THAT(store_->Import(again), StatusIs(absl::StatusCode::kInvalidArgument));
  ASSERT_OK_AND_ASSIGN(const RunCounts after, store_->Count());
  EXPECT_EQ(after.documents, 2u);
  EXPECT_THAT(Findings(*store_), IsEmpty());
}

TEST_F(StoreTest, RefusesIdsOfAnotherLength) {
  v1::Document document = TestDocument(1);
  document.set_id("short");
  EXPECT_THAT(store_->Ingest(BatchOf({document}, {})),
              StatusIs(absl::StatusCode::kInvalidArgument, "5 bytes"));
  EXPECT_THAT(store_->GetDocument(""), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(store_->GetResult("x"), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Commit(store_.get(), v1::Result()), StatusIs(absl::StatusCode::kInvalidArgument));
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
}

TEST_F(StoreTest, StopsAtTheCallersFirstError) {
  ASSERT_OK(store_->Ingest(BatchOf({TestDocument(1), TestDocument(2)}, {})));
  int calls = 0;
  EXPECT_THAT(store_->ForEachDocument([&](const v1::Document&) {
    ++calls;
    return absl::CancelledError("enough");
  }),
              StatusIs(absl::StatusCode::kCancelled, "enough"));
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
  EXPECT_THAT(store_->GetTrainingRow(v1::TrainingRow::KIND_LONG, 0),
              StatusIs(absl::StatusCode::kNotFound, "KIND_LONG 0"));
}

}  // namespace
}  // namespace quipu::storage
