// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/worker/chunk_runner.h"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "base/clock.h"
#include "generator/words/language.h"
#include "gtest/gtest.h"
#include "inference/scripted/engine.h"
#include "tests/support/stack_limit.h"
#include "tests/support/status_matchers.h"

namespace quipu::pipelines {
namespace {

using testing::StatusIs;

constexpr int kTasks = 3;

std::string TextOf(int chunk) {
  std::string text;
  for (int i = 0; i < 40; ++i) {
    absl::StrAppend(&text, "The keeper of house ", chunk, " counted ", 7 * i + chunk,
                    " silver coins behind the bridge. ");
  }
  return text;
}

// Records the outcomes of chunks, and the threads that reported them.
class Outcomes {
 public:
  ChunkRunner::Events Events() {
    return {[this](const ChunkRunner::ChunkPtr&, v1::Result result) {
              absl::MutexLock lock(&mutex_);
              threads_.insert(std::this_thread::get_id());
              results_[result.task().id()] = result.SerializeAsString();
              reasons_.push_back(result.reject().reason());
            },
            [this](const ChunkRunner::ChunkPtr&, const absl::Status& status) {
              absl::MutexLock lock(&mutex_);
              failures_.push_back(absl::Status(status.code(), status.message()));
            }};
  }
  std::map<std::string, std::string> results() {
    absl::MutexLock lock(&mutex_);
    return results_;
  }
  std::vector<v1::RejectReason> reasons() {
    absl::MutexLock lock(&mutex_);
    return reasons_;
  }
  std::vector<absl::Status> failures() {
    absl::MutexLock lock(&mutex_);
    return failures_;
  }
  bool ToldBy(std::thread::id thread) {
    absl::MutexLock lock(&mutex_);
    return threads_.count(thread) > 0;
  }

 private:
  absl::Mutex mutex_;
  std::map<std::string, std::string> results_ ABSL_GUARDED_BY(mutex_);
  std::vector<v1::RejectReason> reasons_ ABSL_GUARDED_BY(mutex_);
  std::vector<absl::Status> failures_ ABSL_GUARDED_BY(mutex_);
  std::set<std::thread::id> threads_ ABSL_GUARDED_BY(mutex_);
};

class ChunkRunnerTest : public ::testing::Test {
 protected:
  void Start(const inference::ScriptedEngineOptions& options) {
    ASSERT_OK_AND_ASSIGN(engine_, inference::CreateScriptedEngine(options));
    ASSERT_OK_AND_ASSIGN(without_, generator::OpenWithoutChunk(*engine_, spec_));
    ASSERT_OK_AND_ASSIGN(runner_,
                         ChunkRunner::Create(engine_.get(), spec_, without_, outcomes_.Events()));
  }

  ChunkRunner::ChunkPtr Chunk(int number, absl::string_view language = "") {
    v1::LeasedChunk chunk;
    chunk.mutable_ticket()->set_ticket(absl::StrCat("ticket-", number));
    chunk.set_ttl_ms(60000);
    chunk.set_text(TextOf(number));
    for (int i = 0; i < kTasks; ++i) {
      v1::Task& task = *chunk.add_tasks();
      task.set_id(absl::StrCat("task-", number + 1000, "-", i + 100000));
      task.mutable_id()->resize(16, '.');
      task.set_language(std::string(language));
      task.set_form(i == 0 ? v1::ANSWER_FORM_SHORT : v1::ANSWER_FORM_LONG);
    }
    leases_.Add(std::move(chunk), Clock::Real()->Monotonic());
    return leases_.TakeWaiting();
  }

  v1::RunSpec spec_;
  ActiveLeases leases_{Clock::Real()};
  Outcomes outcomes_;
  std::unique_ptr<inference::Engine> engine_;
  std::shared_ptr<inference::Prefix> without_;
  std::unique_ptr<ChunkRunner> runner_;
};

TEST_F(ChunkRunnerTest, MakesOfEachTaskWhatRunTaskMakesOfIt) {
  inference::ScriptedEngineOptions options;
  options.latency = absl::Milliseconds(1);
  Start(options);
  std::vector<ChunkRunner::ChunkPtr> chunks;
  for (int i = 0; i < 20; ++i) chunks.push_back(Chunk(i));

  for (const ChunkRunner::ChunkPtr& chunk : chunks) runner_->Run(chunk);
  runner_->AwaitFewerThan(1);

  std::map<std::string, std::string> expected;
  for (const ChunkRunner::ChunkPtr& chunk : chunks) {
    ASSERT_OK_AND_ASSIGN(const auto prefixes,
                         generator::OpenChunk(*engine_, spec_, chunk->leased.text(), without_));
    for (const v1::Task& task : chunk->leased.tasks()) {
      ASSERT_OK_AND_ASSIGN(const v1::Result result, generator::RunTask(*engine_, *prefixes, spec_,
                                                                       chunk->leased.text(), task));
      expected[task.id()] = result.SerializeAsString();
    }
  }
  EXPECT_EQ(outcomes_.results(), expected);
  EXPECT_EQ(outcomes_.reasons().size(), 20u * kTasks);
  EXPECT_TRUE(outcomes_.failures().empty());
}

// Each language has its own prefix without a chunk; several chunks may need it at once.
TEST_F(ChunkRunnerTest, MakesOfADocumentInAnotherLanguageWhatRunTaskMakesOfIt) {
  Start({});
  std::vector<ChunkRunner::ChunkPtr> chunks;
  for (int i = 0; i < 6; ++i) chunks.push_back(Chunk(i, "fr"));

  for (const ChunkRunner::ChunkPtr& chunk : chunks) runner_->Run(chunk);
  runner_->AwaitFewerThan(1);

  const generator::Language french = generator::LanguageOfTaskCode("fr");
  ASSERT_OK_AND_ASSIGN(const auto without, generator::OpenWithoutChunk(*engine_, spec_, french));
  std::map<std::string, std::string> expected;
  for (const ChunkRunner::ChunkPtr& chunk : chunks) {
    const std::string& text = chunk->leased.text();
    ASSERT_OK_AND_ASSIGN(const auto prefixes,
                         generator::OpenChunk(*engine_, spec_, text, without, french));
    for (const v1::Task& task : chunk->leased.tasks()) {
      ASSERT_OK_AND_ASSIGN(const v1::Result result,
                           generator::RunTask(*engine_, *prefixes, spec_, text, task));
      expected[task.id()] = result.SerializeAsString();
    }
  }
  EXPECT_EQ(outcomes_.results(), expected);
  EXPECT_TRUE(outcomes_.failures().empty());
}

// An engine that answers before its calls return must not have the caller's
// thread do the work.
TEST_F(ChunkRunnerTest, WorksOnItsOwnThreads) {
  Start({});

  runner_->Run(Chunk(1));
  runner_->AwaitFewerThan(1);

  EXPECT_EQ(outcomes_.results().size(), static_cast<size_t>(kTasks));
  EXPECT_FALSE(outcomes_.ToldBy(std::this_thread::get_id()));
}

TEST_F(ChunkRunnerTest, GivesEveryTaskOfATooLargeChunkAResult) {
  inference::ScriptedEngineOptions options;
  options.context_tokens = 1000;
  Start(options);

  runner_->Run(Chunk(1));
  runner_->AwaitFewerThan(1);

  EXPECT_EQ(outcomes_.reasons(),
            std::vector<v1::RejectReason>(kTasks, v1::REJECT_REASON_ENGINE_LIMIT));
  EXPECT_TRUE(outcomes_.failures().empty());
}

TEST_F(ChunkRunnerTest, EndsSoonWhenTheEngineIsShutDown) {
  Start({});
  inference::ScriptedEngineOptions slow;
  slow.latency = absl::Hours(1);
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<inference::Engine> engine,
                       inference::CreateScriptedEngine(slow));
  ASSERT_OK_AND_ASSIGN(std::unique_ptr<ChunkRunner> runner,
                       ChunkRunner::Create(engine.get(), spec_, without_, outcomes_.Events()));
  for (int i = 0; i < 10; ++i) runner->Run(Chunk(i));

  engine->Shutdown();
  runner.reset();

  EXPECT_EQ(outcomes_.failures().size(), 10u);
  for (const absl::Status& failure : outcomes_.failures()) {
    EXPECT_THAT(failure, StatusIs(absl::StatusCode::kCancelled));
  }
}

TEST_F(ChunkRunnerTest, SaysThatItsThreadsCannotBeStarted) {
  Start({});
  const testing::NoMoreThreads none;

  EXPECT_THAT(
      ChunkRunner::Create(engine_.get(), spec_, without_, outcomes_.Events()).status(),
      StatusIs(absl::StatusCode::kResourceExhausted, "thread \"chunks/0\" cannot be started"));
}

}  // namespace
}  // namespace quipu::pipelines
