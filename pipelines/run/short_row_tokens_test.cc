// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/run/short_row_tokens.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/stop.h"
#include "gtest/gtest.h"
#include "inference/text/byte_tokenizer.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines {
namespace {

using testing::StatusIs;
using testing::TempDir;

class ShortRowTokensTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ResetStopForTest();
    v1::RunHeader header;
    header.set_run_id(std::string(16, 'r'));
    ASSERT_OK_AND_ASSIGN(store_, storage::Store::Create(dir_.Path("store"), header));
  }
  void TearDown() override { ResetStopForTest(); }

  // Adds rows of different lengths; each seventh has nothing to train.
  void AddRows(int count) {
    storage::IngestBatch batch;
    batch.progress.set_source("short_rows:a.jsonl");
    for (int i = 0; i < count; ++i) {
      v1::ShortRow row;
      row.set_id(absl::StrFormat("row-%012d", i));
      row.mutable_provenance()->set_line(i + 1);
      for (const char* role : {"user", "assistant"}) {
        v1::ChatMessage& message = *row.add_messages();
        message.set_role(role);
        message.set_content(absl::StrCat(role, " ", std::string(i % 100, 'x'), i));
      }
      if (i % 7 == 3) row.mutable_messages(1)->set_not_trained(true);
      batch.rows.push_back(std::move(row));
    }
    ASSERT_OK(store_->Ingest(std::move(batch)));
  }

  absl::StatusOr<std::unique_ptr<ShortRowTokens>> Make(uint32_t threads) {
    spec_.mutable_performance()->set_threads(threads);
    return ShortRowTokens::Make(spec_, target_, /*benchmarks=*/nullptr, *store_);
  }

  TempDir dir_;
  std::unique_ptr<storage::Store> store_;
  v1::RunSpec spec_;
  const generator::TargetModel target_ = {inference::CreateByteTokenizer(),
                                          *inference::ChatTemplate::FromName("chatml")};
};

TEST_F(ShortRowTokensTest, HasTheTokensOfEveryRowThatCanBeUsed) {
  AddRows(2500);  // More than two batches.
  ASSERT_OK_AND_ASSIGN(const auto rows, Make(2));

  size_t usable = 0;
  ASSERT_OK(store_->ForEachShortRow([&](const v1::ShortRow& row) -> absl::Status {
    auto built = generator::BuildShortInstance(row, spec_.packing(), spec_.instances().row_weight(),
                                               target_);
    EXPECT_OK(built.status());
    if (std::holds_alternative<v1::Reject>(*built)) return absl::OkStatus();
    const auto& instance = std::get<generator::ShortInstance>(*built);
    v1::TrainingRow read;
    EXPECT_OK(rows->AppendTo(usable, &read));
    EXPECT_EQ(read.segments(0).SerializeAsString(), instance.segment.SerializeAsString());
    EXPECT_EQ(std::vector<int32_t>(read.input_ids().begin(), read.input_ids().end()),
              instance.input_ids);
    EXPECT_EQ(rows->lengths()[usable], instance.segment.length());
    EXPECT_THAT(rows->IdOf(usable), testing::IsOkAndHolds(row.id()));
    ++usable;
    return absl::OkStatus();
  }));
  EXPECT_EQ(rows->lengths().size(), usable);
  EXPECT_EQ(rows->rejected().size(), 2500 - usable);
  EXPECT_EQ(rows->rejected()[0].provenance().line(), 4u);
}

TEST_F(ShortRowTokensTest, DoesNotDependOnTheThreads) {
  AddRows(300);
  ASSERT_OK_AND_ASSIGN(const auto one, Make(1));
  ASSERT_OK_AND_ASSIGN(const auto many, Make(5));

  ASSERT_EQ(one->lengths(), many->lengths());
  for (uint32_t i = 0; i < one->lengths().size(); ++i) {
    v1::TrainingRow a;
    v1::TrainingRow b;
    ASSERT_OK(one->AppendTo(i, &a));
    ASSERT_OK(many->AppendTo(i, &b));
    EXPECT_EQ(a.SerializeAsString(), b.SerializeAsString());
  }
}

TEST_F(ShortRowTokensTest, MayHaveNoRows) {
  ASSERT_OK_AND_ASSIGN(const auto rows, Make(2));
  EXPECT_TRUE(rows->lengths().empty());
}

TEST_F(ShortRowTokensTest, StopsWhenAsked) {
  AddRows(10);
  RequestStopForTest();
  EXPECT_THAT(Make(1).status(), StatusIs(absl::StatusCode::kCancelled));
}

}  // namespace
}  // namespace quipu::pipelines
