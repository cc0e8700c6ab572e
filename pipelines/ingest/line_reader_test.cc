// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/ingest/line_reader.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "base/rng.h"
#include "gtest/gtest.h"
#include "tests/support/random.h"
#include "tests/support/status_matchers.h"

namespace quipu::pipelines {
namespace {

using ::quipu::testing::IsOkAndHolds;
using ::quipu::testing::StatusIs;

// `size` bytes of `fill`, then `tail`; no memory for either.
class GeneratedSource : public ByteSource {
 public:
  GeneratedSource(uint64_t size, char fill, std::string tail, size_t step = 1 << 20)
      : left_(size), fill_(fill), tail_(std::move(tail)), step_(step) {}

  absl::StatusOr<size_t> Read(char* buffer, size_t size) override {
    largest_ = std::max(largest_, size);
    size = std::min(size, step_);
    if (left_ > 0) {
      const size_t count = static_cast<size_t>(std::min<uint64_t>(size, left_));
      std::memset(buffer, fill_, count);
      left_ -= count;
      return count;
    }
    const size_t count = std::min(size, tail_.size());
    std::memcpy(buffer, tail_.data(), count);
    tail_.erase(0, count);
    return count;
  }

  size_t largest() const { return largest_; }

 private:
  uint64_t left_;
  char fill_;
  std::string tail_;
  size_t step_;
  size_t largest_ = 0;
};

class BrokenSource : public ByteSource {
 public:
  absl::StatusOr<size_t> Read(char* buffer, size_t /*size*/) override {
    if (read_) return absl::DataLossError("broken");
    read_ = true;
    std::memcpy(buffer, "ab\ncd", 5);
    return 5;
  }

 private:
  bool read_ = false;
};

struct Got {
  std::string text;
  uint64_t length;
  uint64_t number;
  uint64_t offset;
  uint64_t next;
  bool too_long;
};

std::vector<Got> Read(std::string bytes, uint64_t limit = 100, size_t step = 1 << 20,
                      uint64_t offset = 0, uint64_t line_number = 0) {
  LineReader reader(std::make_unique<GeneratedSource>(0, ' ', std::move(bytes), step), offset,
                    line_number, limit);
  std::vector<Got> lines;
  Line line;
  while (true) {
    const absl::StatusOr<bool> more = reader.Next(&line);
    EXPECT_OK(more);
    if (!more.ok() || !*more) return lines;
    lines.push_back({std::string(line.text), line.length, line.number, line.offset,
                     line.next_offset, line.too_long});
  }
}

std::vector<std::string> Texts(const std::vector<Got>& lines) {
  std::vector<std::string> texts;
  for (const Got& line : lines) texts.push_back(line.too_long ? "TOO LONG" : line.text);
  return texts;
}

using Strings = std::vector<std::string>;

TEST(LineReader, KnowsLineEnds) {
  EXPECT_EQ(Texts(Read("")), Strings({}));
  EXPECT_EQ(Texts(Read("\n")), Strings({""}));
  EXPECT_EQ(Texts(Read("a")), Strings({"a"}));
  EXPECT_EQ(Texts(Read("a\n")), Strings({"a"}));
  EXPECT_EQ(Texts(Read("a\nb")), Strings({"a", "b"}));
  EXPECT_EQ(Texts(Read("a\r\nb\r\n")), Strings({"a", "b"}));
  EXPECT_EQ(Texts(Read("a\r\r\nb\rc\n")), Strings({"a\r", "b\rc"}));
  EXPECT_EQ(Texts(Read("\n\r\n\n")), Strings({"", "", ""}));
  EXPECT_EQ(Texts(Read("a\r")), Strings({"a\r"}));
}

TEST(LineReader, GivesExactPlaces) {
  const std::vector<Got> lines = Read("ab\r\n\ncdef\ng");

  ASSERT_EQ(lines.size(), 4u);
  EXPECT_EQ(lines[0].offset, 0u);
  EXPECT_EQ(lines[0].next, 4u);
  EXPECT_EQ(lines[1].offset, 4u);
  EXPECT_EQ(lines[2].offset, 5u);
  EXPECT_EQ(lines[2].length, 4u);
  EXPECT_EQ(lines[3].number, 4u);
  EXPECT_EQ(lines[3].offset, 10u);
  EXPECT_EQ(lines[3].next, 11u);
}

TEST(LineReader, ResumesFromAnOffset) {
  const std::vector<Got> lines = Read("x\ny", 100, 1 << 20, 1000, 7);

  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0].offset, 1000u);
  EXPECT_EQ(lines[0].number, 8u);
  EXPECT_EQ(lines[1].offset, 1002u);
}

TEST(LineReader, HoldsTheLimitExactly) {
  for (const size_t step : {1, 2, 3, 1000}) {
    for (const std::string end : {"\n", "\r\n"}) {
      EXPECT_EQ(Texts(Read("12345" + end + "b", 5, step)), Strings({"12345", "b"}));
      const std::vector<Got> lines = Read("123456" + end + "b", 5, step);
      EXPECT_EQ(Texts(lines), Strings({"TOO LONG", "b"}));
      EXPECT_EQ(lines[0].length, 6u);
      EXPECT_EQ(lines[1].offset, 6u + end.size());
    }
    EXPECT_EQ(Texts(Read("12345", 5, step)), Strings({"12345"}));
    EXPECT_EQ(Texts(Read("123456", 5, step)), Strings({"TOO LONG"}));
    EXPECT_EQ(Read("12345678901234", 5, step)[0].length, 14u);
    EXPECT_EQ(Read("1234567890\r\n", 5, step)[0].length, 10u);
  }
}

// Compares with plain splitting of the whole text, over random texts, steps and
// limits.
TEST(LineReader, AgreesWithSplittingTheWhole) {
  Rng rng(::quipu::testing::TestFingerprint(), "lines");
  for (int round = 0; round < 300; ++round) {
    std::string bytes;
    const uint64_t size = rng.Below(400);
    for (uint64_t i = 0; i < size; ++i) bytes += "ab\r\n"[rng.Below(4)];
    const uint64_t limit = 1 + rng.Below(12);
    const size_t step = 1 + rng.Below(20);

    Strings expected;
    for (size_t begin = 0; begin < bytes.size();) {
      const size_t newline = bytes.find('\n', begin);
      std::string line = bytes.substr(begin, newline - begin);
      if (newline != std::string::npos && !line.empty() && line.back() == '\r') line.pop_back();
      expected.push_back(line.size() > limit ? "TOO LONG" : line);
      begin = newline == std::string::npos ? bytes.size() : newline + 1;
    }

    const std::vector<Got> lines = Read(bytes, limit, step);
    EXPECT_EQ(Texts(lines), expected);
    uint64_t offset = 0;
    for (const Got& line : lines) {
      EXPECT_EQ(line.offset, offset);
      offset = line.next;
    }
    EXPECT_EQ(offset, bytes.size());
  }
}

TEST(LineReader, SkipsAHugeLineInBoundedMemory) {
  constexpr uint64_t kHuge = uint64_t{200} << 20;
  auto source = std::make_unique<GeneratedSource>(kHuge, 'x', "\nnext\n");
  const GeneratedSource* watched = source.get();
  LineReader reader(std::move(source), 0, 0);
  Line line;

  ASSERT_THAT(reader.Next(&line), IsOkAndHolds(true));
  EXPECT_TRUE(line.too_long);
  EXPECT_EQ(line.length, kHuge);
  ASSERT_THAT(reader.Next(&line), IsOkAndHolds(true));
  EXPECT_EQ(line.text, "next");
  EXPECT_EQ(line.offset, kHuge + 1);
  EXPECT_THAT(reader.Next(&line), IsOkAndHolds(false));
  // The buffer never had more room than one record.
  EXPECT_LE(watched->largest(), kMaxRecordBytes + 2);
}

TEST(LineReader, PassesOnTheSourcesError) {
  LineReader reader(std::make_unique<BrokenSource>(), 0, 0);
  Line line;

  ASSERT_THAT(reader.Next(&line), IsOkAndHolds(true));
  EXPECT_EQ(line.text, "ab");
  EXPECT_THAT(reader.Next(&line), StatusIs(absl::StatusCode::kDataLoss, "broken"));
}

}  // namespace
}  // namespace quipu::pipelines
