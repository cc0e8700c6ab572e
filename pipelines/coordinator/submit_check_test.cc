// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/coordinator/submit_check.h"

#include <memory>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "generator/chunks/task_chunks.h"
#include "generator/pairs/task_kind.h"
#include "gtest/gtest.h"
#include "inference/scripted/engine.h"
#include "pipelines/coordinator/lease_ticket.h"
#include "pipelines/coordinator/run_store.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines::internal {
namespace {

using testing::IsOk;
using testing::StatusIs;
using testing::TempDir;

constexpr char kSecret[] = "a secret of thirty-two characters";

// A run of one document with one task of two chunks, in a real store.
class SubmitCheckTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (int i = 0; i < 40; ++i) {
      absl::StrAppend(document_.mutable_text(), "The keeper of house ", i, " counted ", 7 * i + 1,
                      " silver coins behind the bridge of Tarn. ");
    }
    document_.set_id(std::string(16, 'd'));
    task_.set_id(std::string(16, 't'));
    task_.set_document_id(document_.id());
    task_.set_kind(v1::TASK_KIND_TWO_CHUNKS);
    task_.set_form(v1::ANSWER_FORM_SHORT);
    task_.set_language("en");
    SetSpan(0, 500, task_.mutable_chunk());
    SetSpan(1200, 1700, task_.add_more_chunks());
    header_.set_run_id(std::string(16, 'r'));
    ASSERT_OK_AND_ASSIGN(store_, storage::Store::Create(dir_.Path("store"), header_));
    storage::IngestBatch batch;
    batch.progress.set_source("corpus");
    batch.documents.push_back(document_);
    ASSERT_OK(store_->Ingest(batch));
    v1::DocumentPlan plan;
    plan.set_document_id(document_.id());
    *plan.add_tasks() = task_;
    ASSERT_OK(store_->AddPlan(plan));
    ASSERT_OK_AND_ASSIGN(run_store_, MakeRunStore(store_.get()));
    chunks_ = std::make_unique<ChunkCache>(run_store_.get(), 1 << 20);
  }

  static void SetSpan(uint64_t begin, uint64_t end, v1::Span* span) {
    span->set_begin(begin);
    span->set_end(end);
  }

  // What an honest worker makes of the task with the text that it was sent.
  v1::Result Make(const v1::Task& task, const std::string& text) {
    auto engine = inference::CreateScriptedEngine({});
    EXPECT_OK(engine.status());
    auto result = generator::MakeResult(**engine, header_.spec(), text, task);
    EXPECT_OK(result.status());
    return result.value_or(v1::Result());
  }

  // The verdict on a submitted result.
  absl::Status Submit(const v1::Result& result) {
    v1::LeaseTicket ticket;
    ticket.set_run_id(header_.run_id());
    ticket.set_document_id(document_.id());
    ticket.set_chunk_index(task_.chunk_index());
    ticket.set_worker("ann");
    v1::LeaseResults lease;
    *lease.mutable_ticket() = SignTicket(kSecret, ticket);
    *lease.add_results() = result;
    auto checked = SubmitChecker(store_->header(), kSecret, chunks_.get()).Check("ann", &lease);
    EXPECT_OK(checked.status());
    EXPECT_OK(checked->ticket);
    return checked->results[0].problem;
  }

  TempDir dir_;
  v1::Document document_;
  v1::Task task_;
  v1::RunHeader header_;
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<RunStore> run_store_;
  std::unique_ptr<ChunkCache> chunks_;
};

TEST_F(SubmitCheckTest, TakesAResultOfTheChunksThatWereSent) {
  ASSERT_OK_AND_ASSIGN(const ChunkContent sent, run_store_->ReadChunk([&] {
    v1::ChunkId id;
    id.set_document_id(document_.id());
    return id;
  }()));
  EXPECT_EQ(sent.text,
            absl::StrCat(document_.text().substr(0, 500), document_.text().substr(1200, 500)));
  EXPECT_THAT(Submit(Make(task_, sent.text)), IsOk());
}

TEST_F(SubmitCheckTest, KeepsAMessageThatActsOnNoTerminalWithinItsLimit) {
  v1::LeaseResults lease;
  lease.set_message(absl::StrCat("out of memory\x1b[2J\n", std::string(1000, '\x07')));

  auto checked = SubmitChecker(store_->header(), kSecret, chunks_.get()).Check("ann", &lease);

  ASSERT_OK(checked.status());
  EXPECT_EQ(checked->message.substr(0, 22), "out of memory\\x1b[2J\\n") << checked->message;
  EXPECT_LE(checked->message.size(), kMaxAttemptMessageBytes);
  for (const char c : checked->message) EXPECT_TRUE(absl::ascii_isprint(c)) << checked->message;
}

TEST_F(SubmitCheckTest, RefusesAResultWithAnotherSpanOfTheSecondChunk) {
  v1::Task elsewhere = task_;
  SetSpan(1000, 1500, elsewhere.mutable_more_chunks(0));
  ASSERT_OK_AND_ASSIGN(const std::string text, generator::LeasedText(document_.text(), elsewhere));

  EXPECT_THAT(Submit(Make(elsewhere, text)),
              StatusIs(absl::StatusCode::kInvalidArgument, "not the planned one"));
}

TEST_F(SubmitCheckTest, RefusesAPairOfAnotherText) {
  const std::string other(1000, 'x');
  v1::Result result = Make(task_, other);
  result.set_question("How many silver coins did the keeper of house 999 count?");
  result.set_answer("6994");
  result.clear_reject();
  result.mutable_scores()->set_grounded_share(1);
  EXPECT_THAT(Submit(result), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(SubmitCheckTest, RefusesATwoChunkResultAsAPairOfOneChunk) {
  v1::Task one = task_;
  one.set_kind(v1::TASK_KIND_PAIR);
  one.clear_more_chunks();
  EXPECT_THAT(Submit(Make(one, document_.text().substr(0, 500))),
              StatusIs(absl::StatusCode::kInvalidArgument, "not the planned one"));
}

}  // namespace
}  // namespace quipu::pipelines::internal
