// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "storage/high_water.h"

#include <string>

#include "base/file.h"
#include "gtest/gtest.h"
#include "tests/support/fake_clock.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::storage {
namespace {

using quipu::testing::FakeClock;
using quipu::testing::StatusIs;
using quipu::testing::TempDir;

RunState State(uint64_t epoch, uint64_t sequence, uint64_t results) {
  RunState state;
  state.epoch = epoch;
  state.sequence = sequence;
  state.results = results;
  return state;
}

TEST(RunState, HasTheBytesOfFormatMd) {
  EXPECT_EQ(EncodeRunState(State(3, 1234, 210)),
            "quipu run state 1\nepoch 3\nsequence 1234\nresults 210\ncrc32 "
            "418721b1\n");
}

TEST(RunState, ComesBackFromTheDirectory) {
  TempDir dir;
  ASSERT_OK_AND_ASSIGN(const auto none, ReadRunState(dir.path()));
  EXPECT_FALSE(none.has_value());
  ASSERT_OK(WriteRunState(dir.path(), State(3, 1ull << 55, 210)));
  ASSERT_OK_AND_ASSIGN(const auto state, ReadRunState(dir.path()));
  ASSERT_TRUE(state.has_value());
  EXPECT_EQ(state->epoch, 3u);
  EXPECT_EQ(state->sequence, 1ull << 55);
  EXPECT_EQ(state->results, 210u);
  EXPECT_FALSE(state->accepted);
}

TEST(RunState, NoticesEveryFlippedBitAndCut) {
  const std::string bytes = EncodeRunState(State(3, 1234, 210));
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string flipped = bytes;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    EXPECT_THAT(DecodeRunState(flipped, "RUN_STATE"),
                StatusIs(absl::StatusCode::kDataLoss, "RUN_STATE is damaged"))
        << "bit " << bit;
  }
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_THAT(DecodeRunState(bytes.substr(0, size), "RUN_STATE"),
                StatusIs(absl::StatusCode::kDataLoss));
  }
}

TEST(RunState, RefusesAnotherVersionNamingBoth) {
  EXPECT_THAT(DecodeRunState("quipu run state 2\nepoch 3\nmore 5\ncrc32 a242a960\n", "RUN_STATE"),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       "RUN_STATE has format version 2, this quipu reads version 1"));
}

TEST(RunState, TakesAnOperatorsWord) {
  ASSERT_OK_AND_ASSIGN(const RunState state, DecodeRunState("accept\n", "RUN_STATE"));
  EXPECT_TRUE(state.accepted);
  EXPECT_THAT(DecodeRunState("accepted", "RUN_STATE"), StatusIs(absl::StatusCode::kDataLoss));
}

TEST(RunState, MustBeReached) {
  EXPECT_OK(CheckAgainst(State(3, 100, 20), State(3, 100, 20), "s"));
  EXPECT_OK(CheckAgainst(State(3, 100, 20), State(4, 101, 21), "s"));
  EXPECT_THAT(CheckAgainst(State(3, 100, 20), State(3, 99, 20), "s"),
              StatusIs(absl::StatusCode::kDataLoss,
                       "store s has lost acknowledged writes: its sequence number is 99, "
                       "RUN_STATE says 100"));
  EXPECT_THAT(CheckAgainst(State(3, 100, 20), State(2, 100, 20), "s"),
              StatusIs(absl::StatusCode::kDataLoss, "epoch"));
  EXPECT_THAT(CheckAgainst(State(3, 100, 20), State(3, 100, 19), "s"),
              StatusIs(absl::StatusCode::kDataLoss, "results"));
  EXPECT_THAT(MarkLost("s"), StatusIs(absl::StatusCode::kDataLoss, "lost its RUN_STATE"));
}

TEST(HighWater, IsWrittenEveryTenSecondsOfActivity) {
  FakeClock clock;
  int writes = 0;
  HighWater high_water(&clock, [&] {
    ++writes;
    return absl::OkStatus();
  });
  EXPECT_OK(high_water.AfterCommit());
  clock.Advance(HighWater::kInterval - absl::Milliseconds(1));
  EXPECT_OK(high_water.AfterCommit());
  EXPECT_EQ(writes, 0);
  clock.Advance(absl::Milliseconds(1));
  EXPECT_OK(high_water.AfterCommit());
  EXPECT_OK(high_water.AfterCommit());
  EXPECT_EQ(writes, 1);
  EXPECT_OK(high_water.Write());
  EXPECT_EQ(writes, 2);
}

TEST(HighWater, TellsTheCommitterWhatWentWrong) {
  FakeClock clock;
  HighWater high_water(&clock, [] { return absl::ResourceExhaustedError("disk full"); });
  clock.Advance(HighWater::kInterval);
  EXPECT_THAT(high_water.AfterCommit(), StatusIs(absl::StatusCode::kResourceExhausted));
}

}  // namespace
}  // namespace quipu::storage
