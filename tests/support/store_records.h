// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Records for tests of the store. They are functions of small numbers: the
// number determines the bytes.
//
//   for (const v1::Task& task : AddPlannedDocument(store, /*number=*/1, /*tasks=*/3)) {
//     ASSERT_OK(Commit(store, TestResult(task)));
//   }
#ifndef QUIPU_TESTS_SUPPORT_STORE_RECORDS_H_
#define QUIPU_TESTS_SUPPORT_STORE_RECORDS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "protos/document.pb.h"
#include "protos/sample.pb.h"
#include "protos/store.pb.h"
#include "protos/task.pb.h"
#include "protos/training_row.pb.h"
#include "storage/store.h"

namespace quipu::testing {

v1::RunHeader TestHeader();
// A document of about `text_bytes` bytes; its tokens are text_bytes / 4.
v1::Document TestDocument(uint64_t number, size_t text_bytes = 200);
v1::ShortRow TestRow(uint64_t number);
v1::DocumentPlan TestPlan(const v1::Document& document, uint32_t tasks);
// Accepted, with an answer that depends on the task; every third is rejected.
v1::Result TestResult(const v1::Task& task);
v1::TrainingRow TestLongRow(const v1::Result& result, uint64_t index);
v1::TrainingRow TestPackedRow(const std::vector<v1::ShortRow>& rows, uint64_t index);

// Stores the document and its plan; returns the tasks.
std::vector<v1::Task> AddPlannedDocument(storage::Store* store, uint64_t number, uint32_t tasks);

// Commits results of this process durably, by CommitJournaled, as the product
// does.
absl::Status CommitAll(storage::Store* store, const std::vector<v1::Result>& results);
absl::Status Commit(storage::Store* store, const v1::Result& result);

}  // namespace quipu::testing

#endif  // QUIPU_TESTS_SUPPORT_STORE_RECORDS_H_
