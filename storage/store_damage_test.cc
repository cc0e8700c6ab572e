// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Damaged stores: torn logs, flipped bits, files cut or missing. The rule: the
// same data, or a refusal with DATA_LOSS; nothing under the high-water mark is
// lost silently.
#include "tests/support/store_damage.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/rng.h"
#include "base/serialize.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/store_impl.h"
#include "tests/support/fake_clock.h"
#include "tests/support/random.h"
#include "tests/support/status_matchers.h"
#include "tests/support/store_records.h"
#include "tests/support/temp_dir.h"

namespace quipu::storage {
namespace {

namespace fs = std::filesystem;
using quipu::testing::AddPlannedDocument;
using quipu::testing::Commit;
using quipu::testing::CopyDirectory;
using quipu::testing::CutFile;
using quipu::testing::FakeClock;
using quipu::testing::FilesEndingIn;
using quipu::testing::FlipBit;
using quipu::testing::IsOkAndHolds;
using quipu::testing::LiveLog;
using quipu::testing::StatusIs;
using quipu::testing::TempDir;
using quipu::testing::TestDocument;
using quipu::testing::TestFingerprint;
using quipu::testing::TestHeader;
using quipu::testing::TestLongRow;
using quipu::testing::TestPackedRow;
using quipu::testing::TestPlan;
using quipu::testing::TestResult;
using quipu::testing::TestRow;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class StoreDamageTest : public ::testing::Test {
 protected:
  // A store whose results are partly in sorted files and partly in the log, all
  // under the mark; images of it are what a crash would leave.
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(store_, StoreImpl::Create(path_, TestHeader(), &clock_));
    tasks_ = AddPlannedDocument(store_.get(), 1, 60);
    IngestBatch batch;
    batch.documents = {large_};
    batch.progress.set_source("corpus/b.jsonl");
    ASSERT_OK(store_->Ingest(batch));
    for (int i = 0; i < 20; ++i) ASSERT_OK(Commit(store_.get(), TestResult(tasks_[i])));
    ASSERT_OK(store_->Close());
    ASSERT_OK_AND_ASSIGN(store_, StoreImpl::Open(path_, {}, &clock_));
    for (int i = 20; i < 39; ++i) ASSERT_OK(Commit(store_.get(), TestResult(tasks_[i])));
    clock_.Advance(HighWater::kInterval);
    ASSERT_OK(Commit(store_.get(), TestResult(tasks_[39])));
  }

  std::string Image() {
    const std::string image = dir_.Path(absl::StrCat("image", images_++));
    CopyDirectory(path_, image);
    return image;
  }

  absl::StatusOr<std::unique_ptr<StoreImpl>> OpenImage(const std::string& image) {
    return StoreImpl::Open(image, {}, &clock_);
  }

  // Reads what the first `count` commits wrote. Returns a read's error, or
  // INTERNAL if data is silently missing or different.
  absl::Status ReadBack(const Store& store, int count) {
    for (int i = 0; i < count; ++i) {
      absl::StatusOr<v1::Result> result = store.GetResult(tasks_[i].id());
      if (absl::IsDataLoss(result.status())) return result.status();
      if (!result.ok() ||
          SerializeDeterministic(*result) != SerializeDeterministic(TestResult(tasks_[i]))) {
        return absl::InternalError(
            absl::StrCat("result ", i, " is lost: ", result.status().ToString()));
      }
    }
    absl::StatusOr<v1::Document> document = store.GetDocument(large_.id());
    if (absl::IsDataLoss(document.status())) return document.status();
    if (!document.ok() || document->text() != large_.text()) {
      return absl::InternalError(absl::StrCat("document is lost: ", document.status().ToString()));
    }
    return absl::OkStatus();
  }

  // "" if the damage did no harm or is noticed; else what went wrong.
  std::string Judge(const std::string& image) {
    auto opened = OpenImage(image);
    if (!opened.ok()) {
      return absl::IsDataLoss(opened.status()) ? "" : opened.status().ToString();
    }
    const absl::Status read = ReadBack(**opened, 40);
    const auto findings = (*opened)->CheckIntegrity();
    std::string verdict;
    if (absl::IsInternal(read)) verdict = read.ToString();
    if (!findings.ok()) verdict = findings.status().ToString();
    if (!read.ok() && findings.ok() && findings->empty()) verdict = "check finds nothing";
    (*opened)->Close().IgnoreError();
    return verdict;
  }

  FakeClock clock_;
  TempDir dir_;
  const std::string path_ = dir_.Path("store");
  const v1::Document large_ = TestDocument(2, 100000);
  std::unique_ptr<StoreImpl> store_;
  std::vector<v1::Task> tasks_;
  int images_ = 0;
};

TEST_F(StoreDamageTest, KeepsEverythingAfterACrash) {
  ASSERT_OK_AND_ASSIGN(auto opened, OpenImage(Image()));
  EXPECT_OK(ReadBack(*opened, 40));
  EXPECT_THAT(opened->CheckIntegrity(), IsOkAndHolds(IsEmpty()));
}

TEST_F(StoreDamageTest, LosesNothingButTheTornWriteAtTheLogsEnd) {
  const uint64_t before = fs::file_size(LiveLog(path_));
  ASSERT_OK(Commit(store_.get(), TestResult(tasks_[40])));
  const uint64_t after = fs::file_size(LiveLog(path_));
  ASSERT_GT(after, before);
  for (uint64_t size = before; size < after; size += 1 + (after - before) / 12) {
    SCOPED_TRACE(absl::StrCat("cut to ", size, " between ", before, " and ", after));
    const std::string image = Image();
    CutFile(LiveLog(image), size);

    ASSERT_OK_AND_ASSIGN(auto opened, OpenImage(image));
    EXPECT_OK(ReadBack(*opened, 40));
    EXPECT_THAT(opened->GetResult(tasks_[40].id()), StatusIs(absl::StatusCode::kNotFound));
    EXPECT_THAT(opened->CheckIntegrity(), IsOkAndHolds(IsEmpty()));
    EXPECT_OK(Commit(opened.get(), TestResult(tasks_[40])));
  }
}

TEST_F(StoreDamageTest, NoticesACutBelowTheMark) {
  const std::string image = Image();
  const std::string log = LiveLog(image);
  CutFile(log, fs::file_size(log) - 300);
  EXPECT_THAT(OpenImage(image), StatusIs(absl::StatusCode::kDataLoss, "RUN_STATE says"));
}

TEST_F(StoreDamageTest, RefusesABitFlippedInTheMiddleOfTheLog) {
  const std::string image = Image();
  const std::string log = LiveLog(image);
  FlipBit(log, fs::file_size(log) / 2);
  EXPECT_THAT(OpenImage(image), StatusIs(absl::StatusCode::kDataLoss));
  StoreOptions read_only;
  read_only.read_only = true;
  EXPECT_THAT(StoreImpl::Open(image, read_only, &clock_), StatusIs(absl::StatusCode::kDataLoss));
}

TEST_F(StoreDamageTest, NoticesADeletedLogUntilToldToAcceptIt) {
  const std::string image = Image();
  ASSERT_OK(RemoveTree(LiveLog(image)));
  EXPECT_THAT(OpenImage(image), StatusIs(absl::StatusCode::kDataLoss, "has lost acknowledged"));
  EXPECT_THAT(OpenImage(image), StatusIs(absl::StatusCode::kDataLoss)) << "and again";
  StoreOptions read_only;
  read_only.read_only = true;
  EXPECT_THAT(StoreImpl::Open(image, read_only, &clock_), StatusIs(absl::StatusCode::kDataLoss));

  ASSERT_OK(WriteFileAtomic(JoinPath(image, kRunStateName), "accept\n"));
  ASSERT_OK_AND_ASSIGN(auto opened, OpenImage(image));
  EXPECT_OK(ReadBack(*opened, 20));
  EXPECT_THAT(opened->GetResult(tasks_[20].id()), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_OK(Commit(opened.get(), TestResult(tasks_[20])));
  EXPECT_OK(opened->Close());
  EXPECT_OK(OpenImage(image)) << "the mark is a mark again";
}

TEST_F(StoreDamageTest, RefusesAStoreWithoutItsMark) {
  const std::string image = Image();
  ASSERT_OK(RemoveTree(JoinPath(image, kRunStateName)));
  EXPECT_THAT(OpenImage(image), StatusIs(absl::StatusCode::kDataLoss, "has lost its RUN_STATE"));
  EXPECT_TRUE(Store::Exists(image));
}

TEST_F(StoreDamageTest, DoesNotTakeALostDatabaseForNoRun) {
  const std::string image = dir_.Path("image");
  ASSERT_OK(MakeDirs(image));
  ASSERT_OK(WriteFileAtomic(JoinPath(image, kRunStateName), EncodeRunState({3, 100, 10})));
  EXPECT_TRUE(Store::Exists(image));
  EXPECT_THAT(OpenImage(image), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(Store::Create(image, TestHeader()), StatusIs(absl::StatusCode::kDataLoss));
}

// Random flips, and cuts, of each file: the environment's QUIPU_DAMAGES (tests/soak/faults.sh), or 2.
int Damages() {
  const char* text = std::getenv("QUIPU_DAMAGES");
  int damages = 2;
  if (text != nullptr && !absl::SimpleAtoi(text, &damages)) damages = 2;
  return damages;
}

TEST_F(StoreDamageTest, NeverLosesInSilenceWhateverFileIsDamaged) {
  Rng rng(TestFingerprint(), "damage");
  std::vector<std::string> damages = {"delete", "empty", "halve"};
  for (int i = 0; i < Damages(); ++i) damages.push_back("flip");
  for (int i = 2; i < Damages(); ++i) damages.push_back("cut");
  int cases = 0;
  std::vector<std::string> names;
  const std::string original = Image();
  for (const auto& entry : fs::directory_iterator(original)) {
    const std::string name = entry.path().filename().string();
    // LOCK is empty, LOG is for people.
    if (name != "LOCK" && !absl::StartsWith(name, "LOG")) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  EXPECT_THAT(names, ::testing::Contains(::testing::EndsWith(".sst")));
  EXPECT_THAT(names, ::testing::Contains(::testing::EndsWith(".blob")));
  for (const std::string& name : names) {
    for (const std::string& damage : damages) {
      ++cases;
      const std::string image = Image();
      const std::string file = JoinPath(image, name);
      const uint64_t size = fs::file_size(file);
      uint64_t byte = 0;
      if (damage == "delete") {
        ASSERT_OK(RemoveTree(file));
      } else if (damage == "empty") {
        CutFile(file, 0);
      } else if (damage == "halve") {
        CutFile(file, size / 2);
      } else if (size > 0) {
        byte = rng.Below(size);
        if (damage == "flip") FlipBit(file, byte);
        if (damage == "cut") CutFile(file, byte);
      }
      EXPECT_EQ(Judge(image), "") << damage << " " << name << " of " << size << " bytes at "
                                  << byte;
      ASSERT_OK(RemoveTree(image));
    }
  }
  std::cout << cases << " damaged files\n";
}

TEST_F(StoreDamageTest, NeverLosesBelowTheMarkWhateverBitOfTheLogIsFlipped) {
  Rng rng(TestFingerprint(), "log bits");
  const uint64_t size = fs::file_size(LiveLog(path_));
  for (int i = 0; i < 20 * Damages(); ++i) {
    const std::string image = Image();
    const uint64_t byte = rng.Below(size);
    FlipBit(LiveLog(image), byte);
    EXPECT_EQ(Judge(image), "") << "byte " << byte << " of " << size;
    ASSERT_OK(RemoveTree(image));
  }
}

// Findings of CheckIntegrity, one inconsistency at a time.

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
             RecordType::kSequence, sequence);
  batch->Put(Family::kSequences, SequenceSummaryKey(sequence.kind(), sequence.index()),
             RecordType::kSequenceSummary, EncodeNumber(sequence.input_ids_size()));
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

TEST_F(StoreDamageTest, FindsEveryInconsistency) {
  EXPECT_THAT(store_->CheckIntegrity(), IsOkAndHolds(IsEmpty()));
  ASSERT_OK(store_->Close());
  for (const Inconsistency& inconsistency : kInconsistencies) {
    SCOPED_TRACE(inconsistency.name);
    const std::string image = Image();
    {
      ASSERT_OK_AND_ASSIGN(auto db, Database::Open(image, Database::Mode::kWrite));
      Batch batch;
      inconsistency.write(tasks_, &batch);
      ASSERT_OK(db->Write(batch, /*sync=*/false));
    }
    StoreOptions read_only;
    read_only.read_only = true;
    ASSERT_OK_AND_ASSIGN(auto opened, StoreImpl::Open(image, read_only, &clock_));
    EXPECT_THAT(opened->CheckIntegrity(),
                IsOkAndHolds(::testing::Contains(HasSubstr(inconsistency.finding))));
    ASSERT_OK(opened->Close());
    ASSERT_OK(RemoveTree(image));
  }
}

}  // namespace
}  // namespace quipu::storage
