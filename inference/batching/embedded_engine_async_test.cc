// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Asynchronous calls of the embedded engine.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/mutex.h"
#include "gtest/gtest.h"
#include "inference/batching/embedded_engine.h"
#include "inference/text/byte_tokenizer.h"
#include "tests/support/fake_model.h"
#include "tests/support/stack_limit.h"
#include "tests/support/status_matchers.h"
#include "tests/support/test_engine.h"
#include "tests/support/thread_count.h"

namespace quipu::inference {
namespace {

using ::quipu::testing::FakeModel;
using ::quipu::testing::kPageBytes;
using ::quipu::testing::NoMoreThreads;
using ::quipu::testing::Request;
using ::quipu::testing::StatusIs;
using ::quipu::testing::TestEngine;
using ::quipu::testing::ThreadCount;
using ::quipu::testing::ToString;
using ::quipu::testing::Verdict;

// The results of calls, in the order in which they ended.
class Ends {
 public:
  void Add(const absl::Status& status) {
    absl::MutexLock lock(&mutex_);
    statuses_.push_back(absl::Status(status.code(), status.message()));
  }
  std::vector<absl::Status> Await(size_t count) {
    absl::MutexLock lock(&mutex_);
    const auto all = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
      return statuses_.size() >= count;
    };
    mutex_.Await(absl::Condition(&all));
    return statuses_;
  }

 private:
  absl::Mutex mutex_;
  std::vector<absl::Status> statuses_ ABSL_GUARDED_BY(mutex_);
};

TEST(EmbeddedEngineAsync, KeepsNoThreadForACall) {
  TestEngine test(/*pages=*/1000, /*max_step_tokens=*/256);
  const std::unique_ptr<Prefix> prefix = test.Open(std::string(100, 'x'));
  const int before = ThreadCount();
  Ends ends;

  test.model->Hold();
  for (int i = 0; i < 200; ++i) {
    test.engine->CompleteAsync(*prefix, Request(i), [&ends](absl::StatusOr<Completion> completion) {
      ends.Add(completion.status());
    });
  }
  test.model->AwaitHeld();
  const int during = ThreadCount();
  test.model->Release();

  for (const absl::Status& status : ends.Await(200)) EXPECT_OK(status);
  EXPECT_EQ(during, before);
}

TEST(EmbeddedEngineAsync, GivesTheSameBytesToBothFormsOfACall) {
  TestEngine test;
  const std::unique_ptr<Prefix> prefix = test.Open(std::string(100, 'x'));
  const std::string completed = ToString(test.engine->Complete(*prefix, Request(1)));
  const std::string scored = ToString(test.engine->Score(*prefix, Verdict(1)));
  std::string async_completed;
  std::string async_scored;
  absl::BlockingCounter both(2);

  test.engine->CompleteAsync(*prefix, Request(1), [&](absl::StatusOr<Completion> completion) {
    async_completed = ToString(completion);
    both.DecrementCount();
  });
  test.engine->ScoreAsync(*prefix, Verdict(1), [&](absl::StatusOr<ScoreResult> result) {
    async_scored = ToString(result);
    both.DecrementCount();
  });
  both.Wait();

  EXPECT_EQ(async_completed, completed);
  EXPECT_EQ(async_scored, scored);
}

// A task as a chain of calls, each made by the previous one, which also closes
// its own prefix.
TEST(EmbeddedEngineAsync, LetsDoneMakeCallsAndClosePrefixes) {
  TestEngine test;
  Ends ends;
  std::shared_ptr<Prefix> prefix;

  test.engine->OpenPrefixAsync({"", "A text"}, [&](absl::StatusOr<std::unique_ptr<Prefix>> opened) {
    EXPECT_OK(opened);
    prefix = *std::move(opened);
    test.engine->CompleteAsync(*prefix, Request(1), [&](absl::StatusOr<Completion> completion) {
      EXPECT_OK(completion);
      test.engine->ScoreAsync(*prefix, Verdict(1), [&](absl::StatusOr<ScoreResult> scored) {
        prefix.reset();
        ends.Add(scored.status());
      });
    });
  });

  EXPECT_OK(ends.Await(1)[0]);
}

TEST(EmbeddedEngineAsync, OpensAPrefixThatIsOpenBeforeTheCallReturns) {
  TestEngine test;
  const std::unique_ptr<Prefix> first = test.Open("A text");
  std::unique_ptr<Prefix> second;

  test.engine->OpenPrefixAsync({"", "A text"}, [&](absl::StatusOr<std::unique_ptr<Prefix>> opened) {
    second = *std::move(opened);
  });

  ASSERT_NE(second, nullptr);
  EXPECT_EQ(second->num_tokens(), first->num_tokens());
}

TEST(EmbeddedEngineAsync, CancelsEachCallOnceOnShutdown) {
  Ends ends;
  {
    TestEngine test;
    const std::unique_ptr<Prefix> prefix = test.Open(std::string(100, 'x'));
    test.model->Hold();
    for (int i = 0; i < 20; ++i) {
      test.engine->CompleteAsync(*prefix, Request(i), [&](absl::StatusOr<Completion> completion) {
        ends.Add(completion.status());
      });
      test.engine->OpenPrefixAsync(
          {"", absl::StrCat("text ", i)},
          [&](absl::StatusOr<std::unique_ptr<Prefix>> opened) { ends.Add(opened.status()); });
    }
    test.model->AwaitHeld();
    test.engine->Shutdown();
    test.model->Release();
    ends.Await(40);
    test.engine->ScoreAsync(*prefix, Verdict(1),
                            [&](absl::StatusOr<ScoreResult> scored) { ends.Add(scored.status()); });
  }

  const std::vector<absl::Status> statuses = ends.Await(41);
  EXPECT_EQ(statuses.size(), 41u);
  for (const absl::Status& status : statuses) {
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kCancelled));
  }
}

TEST(EmbeddedEngineAsync, SaysThatItsThreadCannotBeStarted) {
  EngineParts parts{nullptr, std::make_unique<FakeModel>(300), CreateByteTokenizer(),
                    *ChatTemplate::FromName("chatml"), EngineInfo()};
  EmbeddedEngineOptions options;
  options.threads = 1;
  options.kv_type = KvType::kF32;
  options.kv_bytes = 10 * kPageBytes;
  const NoMoreThreads none;

  EXPECT_THAT(CreateEmbeddedEngine(std::move(parts), options),
              StatusIs(absl::StatusCode::kResourceExhausted, "thread \"quipu-step\""));
}

}  // namespace
}  // namespace quipu::inference
