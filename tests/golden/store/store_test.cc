// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Today's code opens, checks and reads stores that an earlier quipu made
// (../README.md says how). A failure here means that users lose their stores.
#include "storage/store.h"

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/golden/store/record_digest.h"
#include "tests/support/status_matchers.h"
#include "tests/support/store_damage.h"
#include "tests/support/temp_dir.h"

namespace quipu::testing {
namespace {

using storage::RunCounts;
using storage::Store;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kGolden[] = "tests/golden/store";

class GoldenStoreTest : public ::testing::Test {
 protected:
  // Opening a store writes to it, so a copy is opened.
  std::string CopyOf(const std::string& run) {
    CopyDirectory(absl::StrCat(kGolden, "/", run, "/store"), dir_.Path(run));
    return dir_.Path(run);
  }

  TempDir dir_;
};

TEST_F(GoldenStoreTest, ReadsAFinishedRun) {
  ASSERT_OK_AND_ASSIGN(const auto store, Store::Open(CopyOf("finished"), {}));

  EXPECT_THAT(store->CheckIntegrity(), IsOkAndHolds(IsEmpty()));
  EXPECT_EQ(absl::BytesToHexString(store->header().run_id()), "4d5820956670a249b5ab858a1b83409f");
  for (int stage = v1::STAGE_READ; stage <= v1::STAGE_PACK; ++stage) {
    EXPECT_THAT(store->IsStageDone(static_cast<v1::Stage>(stage)), IsOkAndHolds(true)) << stage;
  }
  ASSERT_OK_AND_ASSIGN(const RunCounts counts, store->Count());
  EXPECT_EQ(counts.documents, 4u);
  EXPECT_EQ(counts.duplicates, 1u);
  EXPECT_EQ(counts.too_short, 1u);
  EXPECT_EQ(counts.bad_records, 1u);
  EXPECT_EQ(counts.tasks, 64u);
  EXPECT_EQ(counts.accepted, 35u);
  EXPECT_EQ(counts.rejected, 29u);
  EXPECT_EQ(counts.rejects_by_reason.at(v1::REJECT_REASON_DUPLICATE_QUESTION), 2u);
  EXPECT_EQ(counts.rejected_rows, 1u);
  EXPECT_EQ(counts.long_rows, 36u);
  EXPECT_EQ(counts.packed_rows, 1u);
  ASSERT_OK_AND_ASSIGN(const v1::EngineCounters counters, store->GetEngineCounters());
  EXPECT_GT(counters.ByteSizeLong(), 0u);
  EXPECT_THAT(DigestsOf(*store), ElementsAre("documents 4 d1ba7500c3a639abf0721a7faf54a206",
                                             "short rows 14 12ecbeb33f09c185f0f52751fdc8bfd6",
                                             "bad 1 127f3b8cf0e340233b0240e3d4221f7c",
                                             "plans 4 2e3886fcddfea137500ad65571d36644",
                                             "results 64 6eb30dff3466eaee6a07af336d22d26b",
                                             "long rows 36 368efe318f9a750a7484cf3e9d187597",
                                             "packs 1 b7901d283bfdb7e30d6ac628289a5220",
                                             "rejected rows 1 78e43862949fb01b6e515225b0d67df6"));
}

// Of today.textproto: several turns, summaries, two chunks, rows without an answer and of keys,
// metadata, a second answer.
TEST_F(GoldenStoreTest, ReadsTheNewestKindsOfRecords) {
  ASSERT_OK_AND_ASSIGN(const auto store, Store::Open(CopyOf("today"), {}));

  EXPECT_THAT(store->CheckIntegrity(), IsOkAndHolds(IsEmpty()));
  EXPECT_EQ(absl::BytesToHexString(store->header().run_id()), "431cd071554d98f369800169269e29bc");
  EXPECT_THAT(DigestsOf(*store), ElementsAre("documents 4 b956e887906a13f5646f98059969e58b",
                                             "short rows 14 12ecbeb33f09c185f0f52751fdc8bfd6",
                                             "bad 1 127f3b8cf0e340233b0240e3d4221f7c",
                                             "plans 4 ec8309f1dc9083f653608a268420276b",
                                             "results 96 e07dc10cd97752d580ff55747505fdf1",
                                             "long rows 7 74f37d29a3607570583ca5e6116b4504",
                                             "packs 2 d5053769ede1cef094e6f209596bf6de",
                                             "rejected rows 1 78e43862949fb01b6e515225b0d67df6"));
}

TEST_F(GoldenStoreTest, ReadsARunThatWasKilledHalfWay) {
  ASSERT_OK_AND_ASSIGN(const auto store, Store::Open(CopyOf("halfway"), {}));

  EXPECT_THAT(store->CheckIntegrity(), IsOkAndHolds(IsEmpty()));
  EXPECT_THAT(store->IsStageDone(v1::STAGE_PLAN), IsOkAndHolds(true));
  EXPECT_THAT(store->IsStageDone(v1::STAGE_GENERATE), IsOkAndHolds(false));
  ASSERT_OK_AND_ASSIGN(const RunCounts counts, store->Count());
  EXPECT_EQ(counts.tasks, 64u);
  EXPECT_EQ(counts.accepted, 17u);
  EXPECT_EQ(counts.rejected, 14u);
  // Who made the results, and the journal of their leases.
  std::set<std::string> workers;
  ASSERT_OK(
      store->ForEachAttempt([&](absl::string_view, uint32_t, const v1::AttemptRecord& attempt) {
        workers.insert(attempt.worker());
        return absl::OkStatus();
      }));
  EXPECT_THAT(workers, ElementsAre("one", "two"));
  RecordDigest updates;
  ASSERT_OK(store->ForEachUpdate(std::ref(updates)));
  EXPECT_EQ(updates.Finish(), "13 531327e207cb3f2440485bf2914829ff");
  EXPECT_THAT(DigestsOf(*store), ElementsAre("documents 4 d1ba7500c3a639abf0721a7faf54a206",
                                             "short rows 14 12ecbeb33f09c185f0f52751fdc8bfd6",
                                             "bad 1 127f3b8cf0e340233b0240e3d4221f7c",
                                             "plans 4 2e3886fcddfea137500ad65571d36644",
                                             "results 31 ce1d8483c13b560944dd2cb51933b572",
                                             "long rows 0 fa51073060dddfe8ec2fd4eaec0172f6",
                                             "packs 0 fa51073060dddfe8ec2fd4eaec0172f6",
                                             "rejected rows 0 fa51073060dddfe8ec2fd4eaec0172f6"));
}

}  // namespace
}  // namespace quipu::testing
