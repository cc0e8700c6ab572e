// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/run/retry_quarantined.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "base/stop.h"
#include "generator/reject.h"
#include "generator/run_spec.h"
#include "gtest/gtest.h"
#include "pipelines/coordinator/run_store.h"
#include "pipelines/run/build.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines {
namespace {

using testing::IsOkAndHolds;
using testing::TempDir;

std::string MakeText(int sentences) {
  std::string text;
  for (int i = 0; i < sentences; ++i) {
    absl::StrAppend(&text, "Engineer ", i, " measured the water near pier ", i % 17, " and wrote ",
                    i * 7 % 101, " into the blue ledger. ");
  }
  return text;
}

class RetryQuarantinedTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ResetStopForTest();
    ASSERT_OK(WriteFileAtomic(dir_.Path("a.txt"), MakeText(200)));
    ASSERT_OK_AND_ASSIGN(
        spec_, generator::ParseRunSpec(
                   absl::StrCat("seed: 3 store: \"", dir_.Path("store"), "\" export_dir: \"",
                                dir_.Path("export"), "\" documents { path: \"", dir_.Path("a.txt"),
                                "\" } engine { kind: SCRIPTED } chunks { ",
                                "min_tokens: 100 max_tokens: 300 tokens_per_chunk: 500 }"),
                   "test"));
  }

  std::string Exported() {
    return absl::StrCat(
        ReadFile(dir_.Path("export/messages-00000.jsonl"), 1 << 30).value_or("none"),
        ReadFile(dir_.Path("export/tokens-00000.jsonl"), 1 << 30).value_or("none"));
  }

  // As a coordinator quarantines every second chunk, in place of its results.
  absl::Status Quarantine(storage::Store* store) {
    RETURN_IF_ERROR(store->ReopenGeneration());
    RETURN_IF_ERROR(RestoreAll(store));
    const auto run_store = MakeRunStore(store);
    if (!run_store.ok()) return run_store.status();
    storage::JournalBatch batch;
    int number = 0;
    RETURN_IF_ERROR((*run_store)->ForEachChunk([&](const v1::ChunkAdded& chunk) {
      if (++number % 2 == 0) return absl::OkStatus();
      v1::ChunkQuarantined& update = *batch.updates.emplace_back().mutable_quarantined();
      *update.mutable_chunk() = chunk.chunk();
      update.set_reason("a test says so");
      const auto plan = store->GetPlan(chunk.chunk().document_id());
      if (!plan.ok()) return plan.status();
      for (uint32_t i = 0; i < chunk.num_tasks(); ++i) {
        const v1::Task& task = plan->tasks(static_cast<int>(chunk.first_task() + i));
        update.set_open(update.open() | uint64_t{1} << i);
        batch.withdrawn.push_back(task.id());
        v1::Result& result = batch.results.emplace_back().result;
        *result.mutable_task() = task;
        *result.mutable_reject() =
            generator::MakeReject(v1::REJECT_REASON_QUARANTINED, update.reason());
      }
      return absl::OkStatus();
    }));
    quarantined_ = batch.results.size();
    return store->CommitJournaled(batch, /*sync=*/true);
  }

  // What earlier stages of the finished run rejected.
  static absl::Status RestoreAll(storage::Store* store) {
    return store->ForEachDocumentSummary([&](const std::string& id, uint64_t) -> absl::Status {
      const auto results = store->GetResults(id);
      if (!results.ok()) return results.status();
      for (v1::Result result : *results) {
        if (!generator::IsRejectedLater(result.reject().reason())) continue;
        result.clear_reject();
        RETURN_IF_ERROR(store->RestoreResults(id, {result}));
      }
      return absl::OkStatus();
    });
  }

  TempDir dir_;
  v1::RunSpec spec_;
  uint64_t quarantined_ = 0;
};

TEST_F(RetryQuarantinedTest, AfterwardsTheDatasetIsThatOfARunWithoutAQuarantine) {
  ASSERT_OK_AND_ASSIGN(const BuildSummary clean, Build(spec_, {}));
  ASSERT_GT(clean.counts.rejects_by_reason.at(v1::REJECT_REASON_DUPLICATE_QUESTION), 0u)
      << "the test needs pairs that depend on others";
  const std::string want = Exported();
  {
    ASSERT_OK_AND_ASSIGN(const auto store, storage::Store::Open(spec_.store(), {}));
    ASSERT_OK(Quarantine(store.get()));
    ASSERT_OK(store->Close());
  }
  ASSERT_OK_AND_ASSIGN(const BuildSummary less, Build(spec_, {}));
  ASSERT_EQ(less.counts.rejects_by_reason.at(v1::REJECT_REASON_QUARANTINED), quarantined_);
  ASSERT_NE(Exported(), want);

  {
    ASSERT_OK_AND_ASSIGN(const auto store, storage::Store::Open(spec_.store(), {}));
    EXPECT_THAT(RetryQuarantined(store.get()), IsOkAndHolds(quarantined_));
    ASSERT_OK(store->Close());
  }
  ASSERT_OK_AND_ASSIGN(const BuildSummary again, Build(spec_, {}));

  EXPECT_EQ(again.counts.accepted, clean.counts.accepted);
  EXPECT_EQ(again.counts.rejects_by_reason, clean.counts.rejects_by_reason);
  EXPECT_EQ(Exported(), want);
}

TEST_F(RetryQuarantinedTest, WithNothingQuarantinedTheRunStaysDone) {
  ASSERT_OK(Build(spec_, {}).status());
  ASSERT_OK_AND_ASSIGN(const auto store, storage::Store::Open(spec_.store(), {}));

  EXPECT_THAT(RetryQuarantined(store.get()), IsOkAndHolds(0u));

  EXPECT_THAT(store->IsStageDone(v1::STAGE_PACK), IsOkAndHolds(true));
}

}  // namespace
}  // namespace quipu::pipelines
