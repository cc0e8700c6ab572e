// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/work_queue.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"

namespace quipu {

absl::StatusOr<std::unique_ptr<WorkQueue>> WorkQueue::Create(int threads, absl::string_view name) {
  std::unique_ptr<WorkQueue> queue(new WorkQueue());
  for (int i = 0; i < threads; ++i) {
    ASSIGN_OR_RETURN(Thread thread, Thread::Start(absl::StrCat(name, "/", i),
                                                  [queue = queue.get()] { queue->Run(); }));
    queue->threads_.push_back(std::move(thread));
  }
  return queue;
}

WorkQueue::~WorkQueue() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  for (Thread& thread : threads_) thread.Join();
}

void WorkQueue::Post(std::function<void()> work) {
  absl::MutexLock lock(&mutex_);
  posted_.push_back(std::move(work));
}

void WorkQueue::Run() {
  while (true) {
    std::function<void()> work;
    {
      absl::MutexLock lock(&mutex_);
      mutex_.Await(absl::Condition(this, &WorkQueue::HasNews));
      if (posted_.empty()) return;
      work = std::move(posted_.front());
      posted_.pop_front();
    }
    work();
  }
}

}  // namespace quipu
