// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/ingest/bad_records.h"

#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace quipu::pipelines {
namespace {

using ::quipu::testing::StatusIs;

constexpr absl::string_view kEntry = "documents[0] (c/*)";

v1::InputProgress File(uint64_t records, uint64_t bad) {
  v1::InputProgress file;
  file.set_records(records);
  file.set_bad_records(bad);
  return file;
}

v1::InputProgress Unreadable() {
  v1::InputProgress file = File(1, 1);
  file.set_unreadable(true);
  return file;
}

absl::Status Check(const EntryCounts& counts, double share = 0.001) {
  return CheckEntry(kEntry, counts, {share, 10}, "\n  c/a:1: why");
}

TEST(BadRecords, CountOverAllFilesOfAnEntry) {
  EntryCounts counts;
  counts.files = 4;
  for (int i = 0; i < 3; ++i) counts.Add(File(10, 4));

  EXPECT_THAT(Check(counts), StatusIs(absl::StatusCode::kInvalidArgument,
                                      "documents[0] (c/*): 12 of 30 records are bad, over the "
                                      "limit of 0.1 % (read.max_bad_share, --max-bad-share); the "
                                      "first:\n  c/a:1: why"));
  EXPECT_OK(Check(counts, 0.4));
}

TEST(BadRecords, AreAllowedUpToTheNumberOrTheShare) {
  EntryCounts counts;
  counts.files = 1;
  counts.Add(File(20, 10));
  EXPECT_OK(Check(counts));
  counts.bad_records = 11;
  EXPECT_THAT(Check(counts), StatusIs(absl::StatusCode::kInvalidArgument));
  counts.records = 11000;
  EXPECT_OK(Check(counts));
}

TEST(BadRecords, ThatAreAllOfAnEntryAreTooMany) {
  EntryCounts counts;
  counts.files = 2;
  counts.Add(File(1, 1));
  EXPECT_OK(Check(counts));  // The other file may have good ones.
  counts.Add(File(1, 1));
  EXPECT_THAT(Check(counts),
              StatusIs(absl::StatusCode::kInvalidArgument, "2 of 2 records are bad"));
  EXPECT_OK(Check(counts, 1));
}

TEST(BadRecords, ThatAreMostOfAnEntryAreTooMany) {
  EntryCounts counts;
  counts.files = 2;
  counts.Add(File(4, 3));
  EXPECT_OK(Check(counts));  // The other file may have more good ones.
  counts.Add(File(2, 0));
  EXPECT_OK(Check(counts));
  counts.bad_records = 4;
  EXPECT_THAT(Check(counts),
              StatusIs(absl::StatusCode::kInvalidArgument, "4 of 6 records are bad"));
}

TEST(BadRecords, OfAnEmptyEntryAreNone) {
  EntryCounts counts;
  counts.files = 1;
  counts.Add(File(0, 0));
  EXPECT_OK(Check(counts, 0));
}

TEST(UnreadableFiles, AreASmallShareOfTheFilesOrTooMany) {
  EntryCounts counts;
  counts.files = 100;
  counts.Add(Unreadable());
  EXPECT_THAT(Check(counts),
              StatusIs(absl::StatusCode::kInvalidArgument, "1 of 100 files cannot be read"));
  EXPECT_OK(Check(counts, 0.01));
  counts.files = 1000;
  EXPECT_OK(Check(counts));
}

}  // namespace
}  // namespace quipu::pipelines
