// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// How an export treats its store and its folder: what it reads, when it refuses, and
// what it leaves in place.
#include <cstdint>
#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pipelines/export/exporter.h"
#include "tests/support/export_fixture.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines {
namespace {

using ::quipu::testing::ExportFixture;
using ::quipu::testing::StatusIs;
using ::quipu::testing::TempDir;

constexpr uint64_t kMaxBytes = 1 << 24;

std::string Read(const std::string& path) { return ReadFile(path, kMaxBytes).value_or("CANNOT"); }

// A store that counts how often each thing is read, by id or kind and index.
class CountingStore : public ::quipu::testing::MemoryStore {
 public:
  explicit CountingStore(const MemoryStore& store) : MemoryStore(store) {}

  absl::StatusOr<v1::Document> GetDocument(absl::string_view id) const override {
    ++documents_read[std::string(id)];
    return MemoryStore::GetDocument(id);
  }
  absl::StatusOr<v1::Result> GetResult(absl::string_view id) const override {
    ++results_read[std::string(id)];
    return MemoryStore::GetResult(id);
  }
  absl::StatusOr<v1::ShortRow> GetShortRow(absl::string_view id) const override {
    ++short_rows_read[std::string(id)];
    return MemoryStore::GetShortRow(id);
  }
  absl::StatusOr<v1::TrainingRow> GetTrainingRow(v1::TrainingRow::Kind kind,
                                                 uint64_t index) const override {
    ++rows_read[absl::StrCat(kind, "/", index)];
    return MemoryStore::GetTrainingRow(kind, index);
  }
  absl::Status ForEachTrainingRow(
      v1::TrainingRow::Kind kind,
      absl::FunctionRef<absl::Status(const v1::TrainingRow&)> fn) const override {
    return MemoryStore::ForEachTrainingRow(kind, [&](const v1::TrainingRow& row) {
      ++rows_read[absl::StrCat(kind, "/", row.index())];
      return fn(row);
    });
  }

  mutable std::map<std::string, int> documents_read;
  mutable std::map<std::string, int> results_read;
  mutable std::map<std::string, int> short_rows_read;
  mutable std::map<std::string, int> rows_read;
};

TEST(Export, ReadsEachRowAndWhatItComesFromOnce) {
  for (const bool shuffle : {true, false}) {
    TempDir dir;
    ExportFixture run;
    run.spec().mutable_export_()->set_shuffle(shuffle);
    const CountingStore store(run.store());

    ASSERT_OK(Export(store, run.target(), dir.Path("export")));

    const auto once = ::testing::Each(::testing::Pair(::testing::_, 1));
    EXPECT_THAT(store.documents_read, ::testing::AllOf(::testing::SizeIs(2), once));
    EXPECT_THAT(store.results_read, ::testing::AllOf(::testing::SizeIs(3), once));
    EXPECT_THAT(store.short_rows_read, ::testing::AllOf(::testing::SizeIs(6), once));
    EXPECT_THAT(store.rows_read, ::testing::AllOf(::testing::SizeIs(6), once));
  }
}

TEST(Export, WaitsForPacking) {
  TempDir dir;
  ExportFixture run;
  run.store().packed = false;

  EXPECT_THAT(Export(run.store(), run.target(), dir.Path("export")),
              StatusIs(absl::StatusCode::kFailedPrecondition, "not packed yet"));
  EXPECT_FALSE(IsDirectory(dir.Path("export")));
}

TEST(Export, LeavesForeignDirectoriesAlone) {
  TempDir dir;
  ExportFixture run;
  ASSERT_OK(MakeDirs(dir.Path("mine")));
  ASSERT_OK(WriteFileAtomic(dir.Path("mine/thesis.txt"), "years of work"));

  EXPECT_THAT(Export(run.store(), run.target(), dir.Path("mine")),
              StatusIs(absl::StatusCode::kAlreadyExists, "thesis.txt"));
  EXPECT_EQ(Read(dir.Path("mine/thesis.txt")), "years of work");
}

TEST(Export, LeavesTheOldOneInPlaceWhenItFails) {
  TempDir dir;
  ExportFixture run;
  ASSERT_OK(Export(run.store(), run.target(), dir.Path("export")));
  const std::string before = Read(dir.Path("export/MANIFEST.json"));
  run.store().short_rows.clear();

  EXPECT_THAT(Export(run.store(), run.target(), dir.Path("export")),
              StatusIs(absl::StatusCode::kDataLoss, "row "));
  EXPECT_EQ(Read(dir.Path("export/MANIFEST.json")), before);
  ASSERT_OK_AND_ASSIGN(const auto files, ExpandInputs(dir.path()));
  EXPECT_EQ(files.size(), 5u);
}

TEST(Export, RefusesRowsThatContradictThemselves) {
  const auto export_with = [](auto change) {
    TempDir dir;
    ExportFixture run;
    change(run.store().packs[0]);
    return Export(run.store(), run.target(), dir.Path("export")).status();
  };
  EXPECT_THAT(export_with([](v1::TrainingRow& s) { s.mutable_segments(0)->set_length(3); }),
              StatusIs(absl::StatusCode::kDataLoss, "packed row 0: "));
  EXPECT_THAT(export_with([](v1::TrainingRow& s) { s.set_padded_length(10); }),
              StatusIs(absl::StatusCode::kDataLoss, "a padded length of 10"));
  EXPECT_THAT(export_with([](v1::TrainingRow& s) { s.clear_segments(); }),
              StatusIs(absl::StatusCode::kDataLoss, "no segments"));
  EXPECT_THAT(export_with([](v1::TrainingRow& s) {
                s.mutable_segments(0)->mutable_trained(0)->set_begin(0);
              }),
              StatusIs(absl::StatusCode::kDataLoss, "trained tokens [0"));
}

}  // namespace
}  // namespace quipu::pipelines
