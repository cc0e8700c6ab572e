// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/coordinator/run_store.h"

#include <algorithm>
#include <iostream>
#include <thread>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/clock.h"
#include "base/fingerprint.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pipelines/coordinator/document_cache.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines {
namespace {

using quipu::testing::StatusIs;
using quipu::testing::TempDir;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// A document of lines, and a plan with these numbers of tasks per chunk: chunk
// i is line i.
v1::Document DocumentOf(int number, int chunks) {
  v1::Document document;
  for (int i = 0; i < chunks; ++i) {
    absl::StrAppend(document.mutable_text(), "line ", i % 10, " of document \xc3\xa9\n");
  }
  document.set_id(
      FingerprintBuilder("test document").Add(static_cast<uint64_t>(number)).Build().ToBytes());
  document.set_tokens(chunks);
  return document;
}

v1::DocumentPlan PlanOf(const v1::Document& document, const std::vector<int>& tasks_of_chunks) {
  v1::DocumentPlan plan;
  plan.set_document_id(document.id());
  const size_t line = std::string("line 0 of document \xc3\xa9\n").size();
  for (size_t chunk = 0; chunk < tasks_of_chunks.size(); ++chunk) {
    for (int i = 0; i < tasks_of_chunks[chunk]; ++i) {
      v1::Task& task = *plan.add_tasks();
      task.set_document_id(document.id());
      task.set_index(plan.tasks_size() - 1);
      task.set_chunk_index(static_cast<uint32_t>(chunk));
      task.mutable_chunk()->set_begin(chunk * line);
      task.mutable_chunk()->set_end((chunk + 1) * line);
      task.set_id(FingerprintBuilder("test task")
                      .Add(document.id())
                      .Add(static_cast<uint64_t>(task.index()))
                      .Build()
                      .ToBytes());
    }
  }
  return plan;
}

v1::Result ResultOf(const v1::Task& task) {
  v1::Result result;
  *result.mutable_task() = task;
  result.set_question("who?");
  result.set_answer("the weaver");
  return result;
}

storage::JournalBatch::Made MadeBy(const std::string& worker, const v1::Task& task) {
  storage::JournalBatch::Made made;
  made.result = ResultOf(task);
  made.by.set_worker(worker);
  made.by.set_token(1);
  return made;
}

class RunStoreTest : public ::testing::Test {
 protected:
  void SetUp() override {
    v1::RunHeader header;
    header.set_run_id(std::string(16, 'r'));
    ASSERT_OK_AND_ASSIGN(store_, storage::Store::Create(dir_.Path("store"), header));
    ASSERT_OK_AND_ASSIGN(run_store_, MakeRunStore(store_.get()));
  }
  // Plans them all, in the order of their ids: that of the run store.
  void Add(std::vector<std::pair<v1::Document, v1::DocumentPlan>> planned) {
    storage::IngestBatch batch;
    batch.progress.set_source("corpus");
    for (const auto& [document, plan] : planned) batch.documents.push_back(document);
    ASSERT_OK(store_->Ingest(batch));
    for (const auto& [document, plan] : planned) ASSERT_OK(store_->AddPlan(plan));
    std::sort(planned.begin(), planned.end(), [](const auto& a, const auto& b) {
      return a.second.document_id() < b.second.document_id();
    });
    for (auto& [document, plan] : planned) plans_.push_back(std::move(plan));
  }
  void AddPlanned(int number, const std::vector<int>& tasks_of_chunks) {
    const v1::Document document = DocumentOf(number, static_cast<int>(tasks_of_chunks.size()));
    Add({{document, PlanOf(document, tasks_of_chunks)}});
  }
  absl::StatusOr<std::vector<v1::ChunkAdded>> Chunks() {
    std::vector<v1::ChunkAdded> chunks;
    const absl::Status status = run_store_->ForEachChunk([&](const v1::ChunkAdded& added) {
      chunks.push_back(added);
      return absl::OkStatus();
    });
    if (!status.ok()) return status;
    return chunks;
  }
  v1::ChunkId ChunkIdOf(int plan, uint32_t chunk) {
    v1::ChunkId id;
    id.set_document_id(plans_[plan].document_id());
    id.set_chunk_index(chunk);
    return id;
  }

  TempDir dir_;
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<RunStore> run_store_;
  std::vector<v1::DocumentPlan> plans_;
};

TEST_F(RunStoreTest, GoesThroughChunksWithWhatIsDone) {
  const v1::Document a = DocumentOf(1, 3), b = DocumentOf(2, 0), c = DocumentOf(3, 1);
  Add({{a, PlanOf(a, {2, 64, 1})}, {b, PlanOf(b, {})}, {c, PlanOf(c, {3})}});
  storage::JournalBatch batch;
  const auto plan = [&](const v1::Document& document) -> const v1::DocumentPlan& {
    return *std::find_if(plans_.begin(), plans_.end(),
                         [&](const auto& p) { return p.document_id() == document.id(); });
  };
  for (const int index : {1, 2, 65, 66}) batch.results.push_back(MadeBy("", plan(a).tasks(index)));
  batch.results.push_back(MadeBy("ann", plan(c).tasks(0)));
  ASSERT_OK(run_store_->Commit(batch, /*sync=*/true));

  ASSERT_OK_AND_ASSIGN(const auto chunks, Chunks());
  std::vector<std::tuple<std::string, uint32_t, uint32_t, uint32_t, uint64_t>> seen,
      expected = {
          {a.id(), 0, 0, 2, 2},
          {a.id(), 1, 2, 64, (uint64_t{1} << 63) | 1},
          {a.id(), 2, 66, 1, 1},
          {c.id(), 0, 0, 3, 1},
      };
  for (const v1::ChunkAdded& added : chunks) {
    seen.emplace_back(added.chunk().document_id(), added.chunk().chunk_index(), added.first_task(),
                      added.num_tasks(), added.done());
  }
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(seen, expected);
  EXPECT_THAT(run_store_->ForEachChunk(
                  [](const v1::ChunkAdded&) { return absl::CancelledError("enough"); }),
              StatusIs(absl::StatusCode::kCancelled));
}

TEST_F(RunStoreTest, RefusesPlansThatAreNotChunkByChunk) {
  const v1::Document document = DocumentOf(1, 3);
  v1::DocumentPlan plan = PlanOf(document, {1, 1, 1});
  plan.mutable_tasks(2)->set_chunk_index(0);
  Add({{document, plan}});
  EXPECT_THAT(Chunks().status(),
              StatusIs(absl::StatusCode::kDataLoss, "task 2 belongs to chunk 0"));
  EXPECT_THAT(
      run_store_->ForEachAttempt([](const auto&, auto, auto, auto) { return absl::OkStatus(); }),
      StatusIs(absl::StatusCode::kDataLoss));
}

TEST_F(RunStoreTest, RefusesChunksWithMoreTasksThanAWordHasBits) {
  AddPlanned(1, {65});
  EXPECT_THAT(Chunks().status(),
              StatusIs(absl::StatusCode::kDataLoss, "chunk 0 has 65 tasks, limit 64"));
}

TEST_F(RunStoreTest, ReportsTheMakersOfStoredResults) {
  AddPlanned(1, {2, 3});
  storage::JournalBatch batch;
  batch.results = {MadeBy("ann", plans_[0].tasks(0)), MadeBy("", plans_[0].tasks(1)),
                   MadeBy("bob", plans_[0].tasks(2)), MadeBy("ann", plans_[0].tasks(3)),
                   MadeBy("bob", plans_[0].tasks(4))};
  batch.audited = {plans_[0].tasks(4).id()};
  ASSERT_OK(run_store_->Commit(batch, true));
  std::vector<std::tuple<uint32_t, std::string, uint64_t, uint64_t>> attempts;
  ASSERT_OK(run_store_->ForEachAttempt(
      [&](const v1::ChunkId& chunk, absl::string_view worker, uint64_t made, uint64_t audited) {
        EXPECT_EQ(chunk.document_id(), plans_[0].document_id());
        attempts.emplace_back(chunk.chunk_index(), worker, made, audited);
        return absl::OkStatus();
      }));
  EXPECT_THAT(attempts,
              ElementsAre(std::make_tuple(0, "ann", 1, 0), std::make_tuple(1, "bob", 5, 4),
                          std::make_tuple(1, "ann", 2, 0)));
}

TEST_F(RunStoreTest, ReadsTheTextAndTasksOfAChunk) {
  AddPlanned(1, {1, 2});
  ASSERT_OK_AND_ASSIGN(const ChunkContent content, run_store_->ReadChunk(ChunkIdOf(0, 1)));
  EXPECT_EQ(content.text, "line 1 of document \xc3\xa9\n");
  ASSERT_THAT(content.tasks, SizeIs(2));
  EXPECT_EQ(content.tasks[0].index(), 1u);
  EXPECT_EQ(content.tasks[1].index(), 2u);
  EXPECT_THAT(run_store_->ReadChunk(ChunkIdOf(0, 2)).status(),
              StatusIs(absl::StatusCode::kNotFound, "is not planned"));
  v1::ChunkId stranger = ChunkIdOf(0, 0);
  stranger.set_document_id(std::string(16, 'x'));
  EXPECT_THAT(run_store_->ReadChunk(stranger).status(), StatusIs(absl::StatusCode::kNotFound));
  stranger.set_document_id("x");
  EXPECT_THAT(run_store_->ReadChunk(stranger).status(),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(RunStoreTest, RefusesSpansThatDoNotFitTheText) {
  const size_t line = std::string("line 0 of document \xc3\xa9\n").size();
  struct Case {
    uint64_t begin, end;
  };
  // Past the end, empty, the wrong way round, inside a character.
  const std::vector<Case> cases = {
      {0, 2 * line + 1}, {3, 3}, {5, 2}, {line - 2, line}, {0, line - 2}};
  for (size_t i = 0; i < cases.size(); ++i) {
    const v1::Document document = DocumentOf(static_cast<int>(i), 2);
    v1::DocumentPlan plan = PlanOf(document, {1});
    plan.mutable_tasks(0)->mutable_chunk()->set_begin(cases[i].begin);
    plan.mutable_tasks(0)->mutable_chunk()->set_end(cases[i].end);
    plans_.clear();
    Add({{document, plan}});
    EXPECT_THAT(run_store_->ReadChunk(ChunkIdOf(0, 0)).status(),
                StatusIs(absl::StatusCode::kDataLoss, "planned as bytes"))
        << i;
  }
  const v1::Document document = DocumentOf(100, 2);
  v1::DocumentPlan plan = PlanOf(document, {2});
  plan.mutable_tasks(1)->mutable_chunk()->set_end(line + 1);
  plans_.clear();
  Add({{document, plan}});
  EXPECT_THAT(run_store_->ReadChunk(ChunkIdOf(0, 0)).status(),
              StatusIs(absl::StatusCode::kDataLoss, "disagree on its position"));
}

TEST_F(RunStoreTest, PassesOnTheJournalTheEpochAndRefusals) {
  AddPlanned(1, {2});
  EXPECT_EQ(run_store_->epoch(), store_->epoch());
  EXPECT_EQ(run_store_->header().run_id(), std::string(16, 'r'));
  const uint64_t before = run_store_->commit_number();
  JournalBatch batch;
  batch.results = {MadeBy("ann", plans_[0].tasks(0))};
  batch.updates.emplace_back();
  batch.updates[0].mutable_paused()->set_reason("why");
  ASSERT_OK(run_store_->Commit(batch, true));
  EXPECT_GT(run_store_->commit_number(), before);
  EXPECT_THAT(run_store_->Commit(batch, true), StatusIs(absl::StatusCode::kAlreadyExists));
  std::vector<std::string> reasons;
  ASSERT_OK(run_store_->ForEachUpdate([&](const v1::LeaseUpdate& update) {
    reasons.push_back(update.paused().reason());
    return absl::OkStatus();
  }));
  EXPECT_THAT(reasons, ElementsAre("why"));
  ASSERT_OK_AND_ASSIGN(const v1::Result stored, run_store_->GetResult(plans_[0].tasks(0).id()));
  EXPECT_TRUE(SameResult(stored, batch.results[0].result));
  EXPECT_THAT(run_store_->GetResult(plans_[0].tasks(1).id()).status(),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(RunStoreTest, SumsWorkFromManyThreads) {
  v1::EngineCounters work;
  work.set_sampled_tokens(3);
  work.set_steps(1);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 50; ++i) EXPECT_OK(run_store_->AddCounters(work));
    });
  }
  for (std::thread& thread : threads) thread.join();
  ASSERT_OK_AND_ASSIGN(const v1::EngineCounters sum, store_->GetEngineCounters());
  EXPECT_EQ(sum.sampled_tokens(), 600u);
  EXPECT_EQ(sum.steps(), 200u);
}

TEST_F(RunStoreTest, ReadsARunOfAHundredThousandTasksAtOnce) {
  std::vector<std::pair<v1::Document, v1::DocumentPlan>> planned;
  for (int i = 0; i < 1250; ++i) {
    const v1::Document document = DocumentOf(i, 10);
    planned.emplace_back(document, PlanOf(document, std::vector<int>(10, 8)));
  }
  Add(std::move(planned));
  uint64_t done = 0;
  for (const v1::DocumentPlan& plan : plans_) {
    storage::JournalBatch batch;
    for (int i = 0; i < plan.tasks_size(); i += 2) {
      batch.results.push_back(MadeBy(i % 4 == 0 ? "ann" : "bob", plan.tasks(i)));
    }
    done += batch.results.size();
    ASSERT_OK(run_store_->Commit(batch, /*sync=*/false));
  }
  const absl::Duration begin = Clock::Real()->Monotonic();
  uint64_t chunks = 0, seen = 0, made = 0;
  ASSERT_OK(run_store_->ForEachChunk([&](const v1::ChunkAdded& added) {
    ++chunks;
    seen += __builtin_popcountll(added.done());
    return absl::OkStatus();
  }));
  const absl::Duration middle = Clock::Real()->Monotonic();
  ASSERT_OK(run_store_->ForEachAttempt(
      [&](const v1::ChunkId&, absl::string_view, uint64_t bits, uint64_t) {
        made += __builtin_popcountll(bits);
        return absl::OkStatus();
      }));
  std::cout << "chunks of 100,000 tasks read in " << middle - begin << ", their attempts in "
            << Clock::Real()->Monotonic() - middle << "\n";
  EXPECT_EQ(chunks, 12500u);
  EXPECT_EQ(seen, done);
  EXPECT_EQ(made, done);
}

TEST_F(RunStoreTest, ComparesResultsByTheirBytes) {
  AddPlanned(1, {1});
  const v1::Result result = ResultOf(plans_[0].tasks(0));
  v1::Result other = result;
  EXPECT_TRUE(SameResult(result, other));
  other.mutable_scores()->set_verdict_margin(1e-9);
  EXPECT_FALSE(SameResult(result, other));
}

// The cache.

class DocumentCacheTest : public RunStoreTest {};

TEST_F(DocumentCacheTest, KeepsTheLastOnesWithinItsBytes) {
  for (int i = 0; i < 4; ++i) AddPlanned(i, {1, 1, 1});
  DocumentCache probe(store_.get(), 1);
  ASSERT_OK(probe.Get(plans_[0].document_id()).status());
  const size_t one = probe.bytes();
  ASSERT_GT(one, 0u);
  ASSERT_OK(probe.Get(plans_[1].document_id()).status());
  EXPECT_EQ(probe.bytes(), one) << "over the limit, the last one alone is kept";

  DocumentCache cache(store_.get(), 2 * one);
  const auto get = [&](int i) {
    ASSERT_OK_AND_ASSIGN(const auto planned, cache.Get(plans_[i].document_id()));
    EXPECT_EQ(planned->document.id(), plans_[i].document_id());
    EXPECT_EQ(planned->plan.tasks_size(), 3);
    EXPECT_LE(cache.bytes(), 2 * one);
  };
  get(0);
  get(1);
  get(0);
  EXPECT_EQ(cache.reads(), 2u);
  get(2);  // In place of 1.
  get(0);
  EXPECT_EQ(cache.reads(), 3u);
  get(1);
  EXPECT_EQ(cache.reads(), 4u);
}

TEST_F(DocumentCacheTest, ServesManyThreads) {
  for (int i = 0; i < 8; ++i) AddPlanned(i, {1});
  constexpr size_t kMostBytes = 2000;  // Of some of the eight.
  DocumentCache cache(store_.get(), kMostBytes);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 200; ++i) {
        const std::string& id = plans_[(i * 7 + t) % 8].document_id();
        auto planned = cache.Get(id);
        ASSERT_OK(planned.status());
        EXPECT_EQ((*planned)->document.id(), id);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_LE(cache.bytes(), kMostBytes);
  EXPECT_THAT(cache.Get(std::string(16, 'x')).status(), StatusIs(absl::StatusCode::kNotFound));
}

}  // namespace
}  // namespace quipu::pipelines
