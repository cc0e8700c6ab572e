// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A fresh store for each test.
//
//   TEST_F(StoreTest, RemembersStages) { Reopen(); }
#ifndef QUIPU_TESTS_SUPPORT_STORE_FIXTURE_H_
#define QUIPU_TESTS_SUPPORT_STORE_FIXTURE_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/serialize.h"
#include "gtest/gtest.h"
#include "storage/store.h"
#include "tests/support/status_matchers.h"
#include "tests/support/store_damage.h"
#include "tests/support/store_records.h"
#include "tests/support/temp_dir.h"

namespace quipu::testing {

class StoreTest : public ::testing::Test {
 protected:
  // Creating a store syncs many files: done once for all tests, which work on
  // copies.
  static void SetUpTestSuite() {
    empty_dir_ = new TempDir;
    ASSERT_OK_AND_ASSIGN(auto store,
                         storage::Store::Create(empty_dir_->Path("store"), TestHeader()));
    ASSERT_OK(store->Close());
  }
  static void TearDownTestSuite() {
    delete empty_dir_;
    empty_dir_ = nullptr;
  }

  void SetUp() override {
    CopyDirectory(empty_dir_->Path("store"), path_);
    ASSERT_OK_AND_ASSIGN(store_, storage::Store::Open(path_, {}));
  }
  void Reopen() {
    ASSERT_OK(store_->Close());
    store_.reset();
    auto opened = storage::Store::Open(path_, {});
    ASSERT_OK(opened);
    store_ = std::move(*opened);
  }
  storage::IngestBatch BatchOf(std::vector<v1::Document> documents,
                               std::vector<v1::ShortRow> rows) {
    storage::IngestBatch batch;
    batch.documents = std::move(documents);
    batch.rows = std::move(rows);
    batch.progress.set_source("corpus/a.jsonl");
    return batch;
  }
  std::vector<std::string> Findings(const storage::Store& store) {
    auto findings = store.CheckIntegrity();
    EXPECT_OK(findings);
    return findings.ok() ? *findings : std::vector<std::string>{"no findings"};
  }

  static inline TempDir* empty_dir_ = nullptr;
  TempDir dir_;
  const std::string path_ = dir_.Path("store");
  std::unique_ptr<storage::Store> store_;
};

inline std::string Bytes(const google::protobuf::MessageLite& message) {
  return SerializeDeterministic(message);
}

}  // namespace quipu::testing

#endif  // QUIPU_TESTS_SUPPORT_STORE_FIXTURE_H_
