// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "tests/support/damaged_store.h"

#include <algorithm>
#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/serialize.h"
#include "gmock/gmock.h"
#include "protos/sample.pb.h"
#include "storage/high_water.h"
#include "tests/support/status_matchers.h"
#include "tests/support/store_damage.h"
#include "tests/support/store_records.h"

namespace quipu::testing {

using storage::StoreImpl;

void DamagedStoreTest::Shared::Fill() {
  large = TestDocument(2, 100000);
  ASSERT_OK_AND_ASSIGN(store, StoreImpl::Create(path, TestHeader(), &clock));
  tasks = AddPlannedDocument(store.get(), 1, 60);
  storage::IngestBatch batch;
  batch.documents = {large};
  batch.progress.set_source("corpus/b.jsonl");
  ASSERT_OK(store->Ingest(batch));
  for (int i = 0; i < 20; ++i) ASSERT_OK(Commit(store.get(), TestResult(tasks[i])));
  ASSERT_OK(store->Close());
  ASSERT_OK_AND_ASSIGN(store, StoreImpl::Open(path, {}, &clock));
  for (int i = 20; i < 39; ++i) ASSERT_OK(Commit(store.get(), TestResult(tasks[i])));
  clock.Advance(storage::HighWater::kInterval);
  ASSERT_OK(Commit(store.get(), TestResult(tasks[39])));
  CopyDirectory(path, pristine);
}

void DamagedStoreTest::SetUpTestSuite() {
  shared_ = new Shared;
  shared_->Fill();
}

void DamagedStoreTest::TearDownTestSuite() {
  delete shared_;
  shared_ = nullptr;
}

std::string DamagedStoreTest::Image() { return ImageOf(shared_->pristine); }

std::string DamagedStoreTest::ImageOfNow() { return ImageOf(shared_->path); }

std::string DamagedStoreTest::ImageOf(const std::string& directory) {
  const std::string image = dir_.Path(absl::StrCat("image", images_++));
  CopyDirectory(directory, image);
  return image;
}

std::vector<std::string> DamagedStoreTest::FileNames() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(shared_->pristine)) {
    const std::string name = entry.path().filename().string();
    // LOCK is empty, LOG is for people.
    if (name != "LOCK" && !absl::StartsWith(name, "LOG")) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  EXPECT_THAT(names, ::testing::Contains(::testing::EndsWith(".sst")));
  EXPECT_THAT(names, ::testing::Contains(::testing::EndsWith(".blob")));
  return names;
}

absl::StatusOr<std::unique_ptr<StoreImpl>> DamagedStoreTest::OpenImage(const std::string& image) {
  return StoreImpl::Open(image, {}, clock());
}

absl::Status DamagedStoreTest::ReadBack(const storage::Store& store, int count) {
  for (int i = 0; i < count; ++i) {
    absl::StatusOr<v1::Result> result = store.GetResult(tasks()[i].id());
    if (absl::IsDataLoss(result.status())) return result.status();
    if (!result.ok() ||
        SerializeDeterministic(*result) != SerializeDeterministic(TestResult(tasks()[i]))) {
      return absl::InternalError(
          absl::StrCat("result ", i, " is lost: ", result.status().ToString()));
    }
  }
  absl::StatusOr<v1::Document> document = store.GetDocument(shared_->large.id());
  if (absl::IsDataLoss(document.status())) return document.status();
  if (!document.ok() || document->text() != shared_->large.text()) {
    return absl::InternalError(absl::StrCat("document is lost: ", document.status().ToString()));
  }
  return absl::OkStatus();
}

std::string DamagedStoreTest::Judge(const std::string& image) {
  auto opened = OpenImage(image);
  if (!opened.ok()) {
    return absl::IsDataLoss(opened.status()) ? "" : opened.status().ToString();
  }
  const absl::Status read = ReadBack(**opened, 40);
  const auto findings = (*opened)->CheckIntegrity();
  std::string verdict;
  if (absl::IsInternal(read)) verdict = read.ToString();
  if (!findings.ok()) verdict = findings.status().ToString();
  if (!read.ok() && findings.ok() && findings->empty()) verdict = "check finds nothing";
  (*opened)->Close().IgnoreError();
  return verdict;
}

}  // namespace quipu::testing
