// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Records and damage for this folder's tests. Records are functions of small
// numbers: whoever knows the number knows the bytes.
#ifndef QUIPU_STORAGE_TEST_DATA_H_
#define QUIPU_STORAGE_TEST_DATA_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "protos/document.pb.h"
#include "protos/sample.pb.h"
#include "protos/store.pb.h"
#include "protos/task.pb.h"
#include "protos/training_row.pb.h"
#include "storage/store.h"

namespace quipu::storage::testing {

v1::RunHeader TestHeader();
// A document of about `text_bytes`; its tokens are text_bytes / 4.
v1::Document TestDocument(uint64_t number, size_t text_bytes = 200);
v1::ShortRow TestRow(uint64_t number);
v1::DocumentPlan TestPlan(const v1::Document& document, uint32_t tasks);
// Accepted, with an answer that depends on the task; every third is rejected.
v1::Result TestResult(const v1::Task& task);
v1::TrainingRow TestLongSequence(const v1::Result& result, uint64_t index);
v1::TrainingRow TestPackedSequence(const std::vector<v1::ShortRow>& rows, uint64_t index);

// Stores the document and its plan; returns the tasks.
std::vector<v1::Task> AddPlannedDocument(Store* store, uint64_t number, uint32_t tasks);

// Copies a directory's files: of an open store, what a crash would leave.
void CopyDirectory(const std::string& from, const std::string& to);
// Files in `dir` whose names end in `suffix`, with their paths, sorted.
std::vector<std::string> FilesEndingIn(const std::string& dir, absl::string_view suffix);
// The newest log: the one with the largest number that is not empty.
std::string LiveLog(const std::string& dir);
void FlipBit(const std::string& file, uint64_t byte);
void CutFile(const std::string& file, uint64_t new_size);
// Names and sizes of all files of a directory.
std::vector<std::string> ListDirectory(const std::string& dir);

}  // namespace quipu::storage::testing

#endif  // QUIPU_STORAGE_TEST_DATA_H_
