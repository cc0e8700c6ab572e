// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/run/retry_quarantined.h"

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/stop.h"
#include "generator/spec/run_spec.h"
#include "gtest/gtest.h"
#include "pipelines/run/build.h"
#include "pipelines/run/merge.h"
#include "tests/support/quarantine.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines {
namespace {

using testing::IsOkAndHolds;
using testing::StatusIs;
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

  // Also undoes what the later stages of the finished run rejected.
  void Quarantine() {
    ASSERT_OK_AND_ASSIGN(const auto store, storage::Store::Open(spec_.store(), {}));
    ASSERT_OK_AND_ASSIGN(quarantined_, testing::QuarantineHalf(store.get()));
    ASSERT_OK(store->Close());
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
  Quarantine();
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

// Bug: a run killed between a worker's quarantine and the withdrawal of its results kept them if
// all tasks had results: the next start made no coordinator.
TEST_F(RetryQuarantinedTest, ResultsOfAQuarantinedWorkerAreWithdrawnThoughNoTaskIsOpen) {
  ASSERT_OK_AND_ASSIGN(const BuildSummary clean, Build(spec_, {}));
  const std::string want = Exported();
  {
    ASSERT_OK_AND_ASSIGN(const auto store, storage::Store::Open(spec_.store(), {}));
    ASSERT_OK(store->ReopenGeneration());
    storage::JournalBatch forged;
    ASSERT_OK(store->ForEachResult([&](const v1::Result& result) {
      if (result.has_reject() || forged.results.size() >= 3) return absl::OkStatus();
      forged.withdrawn.push_back(result.task().id());
      storage::JournalBatch::Made& made = forged.results.emplace_back();
      made.result = result;
      made.result.set_answer("It is forged.");
      made.by.set_worker("liar");
      made.by.set_token(1);
      return absl::OkStatus();
    }));
    ASSERT_EQ(forged.results.size(), 3u);
    v1::WorkerQuarantined& liar = *forged.updates.emplace_back().mutable_worker_quarantined();
    liar.set_worker("liar");
    liar.set_reason("a test says so");
    ASSERT_OK(store->CommitJournaled(forged, /*sync=*/true));
    ASSERT_OK(store->Close());
  }

  ASSERT_OK_AND_ASSIGN(const BuildSummary again, Build(spec_, {}));

  EXPECT_EQ(again.counts.accepted, clean.counts.accepted);
  EXPECT_EQ(Exported(), want);
}

// The benchmark has what the scripted engine answers with two sentences of the text.
TEST_F(RetryQuarantinedTest, APairThatABenchmarkHasIsRejectedAlsoWhenItIsRetried) {
  std::string records;
  for (int i = 0; i < 200; ++i) {
    absl::StrAppend(&records, "{\"question\":\"What did they do on day ", i, "?\",\"answer\":\"");
    for (const int k : {i, i + 1}) {
      absl::StrAppend(&records, "Engineer ", k, " measured the near pier ", k % 17, " and ",
                      k * 7 % 101, " into the blue ledger. ");
    }
    records += "\"}\n";
  }
  ASSERT_OK(WriteFileAtomic(dir_.Path("benchmark.jsonl"), records));
  spec_.mutable_decontamination()->add_benchmarks(dir_.Path("benchmark.jsonl"));
  ASSERT_OK_AND_ASSIGN(const BuildSummary clean, Build(spec_, {}));
  const auto contaminated = [](const BuildSummary& summary) {
    const auto& rejects = summary.counts.rejects_by_reason;
    const auto found = rejects.find(v1::REJECT_REASON_CONTAMINATED);
    return found == rejects.end() ? 0 : found->second;
  };
  ASSERT_GT(contaminated(clean), 0u);
  ASSERT_GT(clean.counts.accepted, 0u);
  const std::string want = Exported();
  Quarantine();
  ASSERT_OK_AND_ASSIGN(const BuildSummary less, Build(spec_, {}));
  ASSERT_LT(contaminated(less), contaminated(clean)) << "the test quarantines some of them";

  {
    ASSERT_OK_AND_ASSIGN(const auto store, storage::Store::Open(spec_.store(), {}));
    EXPECT_THAT(RetryQuarantined(store.get()), IsOkAndHolds(quarantined_));
    EXPECT_THAT(store->IsStageDone(v1::STAGE_DECONTAMINATE), IsOkAndHolds(false));
    ASSERT_OK(store->Close());
  }
  ASSERT_OK_AND_ASSIGN(const BuildSummary again, Build(spec_, {}));

  EXPECT_EQ(contaminated(again), contaminated(clean));
  EXPECT_EQ(Exported(), want);
}

TEST_F(RetryQuarantinedTest, AfterAMergeTooAndMergingAgainIsRefusedUntilTheyAreMade) {
  ASSERT_OK(WriteFileAtomic(dir_.Path("b.txt"), MakeText(150)));
  spec_.mutable_documents(0)->set_path(dir_.Path("*.txt"));
  ASSERT_OK(Build(spec_, {}).status());
  const std::string want = Exported();
  ASSERT_OK(RemoveTree(spec_.store()));
  uint64_t quarantined = 0;
  for (uint32_t i = 0; i < 2; ++i) {
    BuildOptions options;
    options.partition.emplace().set_index(i);
    options.partition->set_count(2);
    ASSERT_OK_AND_ASSIGN(const BuildSummary part, Build(spec_, options));
    ASSERT_OK_AND_ASSIGN(const auto store, storage::Store::Open(part.store, {}));
    ASSERT_OK_AND_ASSIGN(const uint64_t pairs, testing::QuarantineHalf(store.get()));
    quarantined += pairs;
    ASSERT_OK(store->MarkStageDone(v1::STAGE_GENERATE));
    ASSERT_OK(store->Close());
  }
  ASSERT_GT(quarantined, 2u);
  ASSERT_OK_AND_ASSIGN(const BuildSummary less, Merge(spec_, {}));
  ASSERT_EQ(less.counts.rejects_by_reason.at(v1::REJECT_REASON_QUARANTINED), quarantined);
  ASSERT_NE(Exported(), want);

  {
    ASSERT_OK_AND_ASSIGN(const auto store, storage::Store::Open(spec_.store(), {}));
    EXPECT_THAT(RetryQuarantined(store.get()), IsOkAndHolds(quarantined));
    EXPECT_THAT(RetryQuarantined(store.get()), IsOkAndHolds(0u));
    ASSERT_OK(store->Close());
  }

  EXPECT_THAT(Merge(spec_, {}).status(),
              StatusIs(absl::StatusCode::kFailedPrecondition, "quipu build SPEC"));
  ASSERT_OK(Build(spec_, {}).status());
  EXPECT_EQ(Exported(), want);
  EXPECT_OK(Merge(spec_, {}).status());
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
