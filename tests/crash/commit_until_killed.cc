// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The victim of store_kill_test: commits results from several threads until it
// is killed, and writes each acknowledged task to standard output.
//
//   commit_until_killed STORE FIRST_DOCUMENT
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/log.h"
#include "storage/store.h"
#include "tests/support/store_records.h"

namespace {

using quipu::storage::JournalBatch;
using quipu::storage::Store;
using quipu::testing::AddPlannedDocument;
using quipu::testing::TestResult;

constexpr int kThreads = 4;
constexpr uint32_t kTasksPerDocument = 40;

// One write of a short line into a pipe is atomic.
void Acknowledge(uint64_t document, uint32_t index) {
  const std::string line = absl::StrCat(document, " ", index, "\n");
  if (write(STDOUT_FILENO, line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
    _exit(3);
  }
}

// A result, its maker, and an update of the journal.
void Add(const quipu::v1::Task& task, JournalBatch* batch) {
  batch->results.emplace_back();
  batch->results.back().result = TestResult(task);
  batch->results.back().by.set_worker("victim");
  batch->updates.emplace_back();
  batch->updates.back().mutable_paused()->set_reason(absl::StrCat("task ", task.index()));
}

void CommitForever(Store* store, std::atomic<uint64_t>* next_document) {
  for (;;) {
    const uint64_t document = next_document->fetch_add(1);
    const std::vector<quipu::v1::Task> tasks =
        AddPlannedDocument(store, document, kTasksPerDocument);
    for (uint32_t i = 0; i < tasks.size(); i += 2) {
      // Like the coordinator: alternately one result without a sync, which the
      // next commit makes durable, and two together.
      JournalBatch batch;
      Add(tasks[i], &batch);
      absl::Status status;
      if (i % 4 == 0) {
        status = store->CommitJournaled(batch, /*sync=*/false);
        batch = {};
      }
      Add(tasks[i + 1], &batch);
      if (status.ok()) status = store->CommitJournaled(batch, /*sync=*/true);
      QUIPU_CHECK(status.ok()) << status;
      Acknowledge(document, i);
      Acknowledge(document, i + 1);
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  uint64_t first = 0;
  QUIPU_CHECK(argc == 3 && absl::SimpleAtoi(argv[2], &first)) << "STORE FIRST_DOCUMENT";
  auto store = Store::Open(argv[1], {});
  QUIPU_CHECK(store.ok()) << store.status();
  std::atomic<uint64_t> next_document{first};
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back(CommitForever, store->get(), &next_document);
  }
  for (std::thread& thread : threads) thread.join();
}
