// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A fixed set of threads that run posted work, in the order of posting. For
// work that a callback must not do itself because other threads wait for its
// thread.
//
//   ASSIGN_OR_RETURN(auto queue, WorkQueue::Create(/*threads=*/2, "work"));
//   queue->Post([] { Use("on one of its threads"); });
//
// Thread-safe. Work may post more work. The destructor runs everything that was
// posted and joins the threads; from then on nobody else may post.
#ifndef QUIPU_BASE_WORK_QUEUE_H_
#define QUIPU_BASE_WORK_QUEUE_H_

#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "base/thread.h"

namespace quipu {

class WorkQueue {
 public:
  // Starts the threads. Errors of Thread::Start. REQUIRES: threads >= 1.
  static absl::StatusOr<std::unique_ptr<WorkQueue>> Create(int threads, absl::string_view name);
  ~WorkQueue();
  WorkQueue(const WorkQueue&) = delete;
  WorkQueue& operator=(const WorkQueue&) = delete;

  // Runs `work` on one of the threads, never on the caller's.
  void Post(std::function<void()> work);

 private:
  WorkQueue() = default;
  void Run();
  bool HasNews() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return stopping_ || !posted_.empty();
  }

  absl::Mutex mutex_;
  std::deque<std::function<void()>> posted_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<Thread> threads_;  // The last member: the threads use all the others.
};

}  // namespace quipu

#endif  // QUIPU_BASE_WORK_QUEUE_H_
