// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "storage/record.h"

#include <string>

#include "absl/strings/escaping.h"
#include "base/crc32.h"
#include "base/serialize.h"
#include "gtest/gtest.h"
#include "protos/store.pb.h"
#include "tests/support/status_matchers.h"

namespace quipu::storage {
namespace {

using quipu::testing::IsOkAndHolds;
using quipu::testing::StatusIs;

// A whole envelope with any first four bytes.
std::string Envelope(const std::string& head, const std::string& payload) {
  std::string value = head;
  AppendU32(static_cast<uint32_t>(payload.size()), &value);
  value += payload;
  AppendU32(Crc32(value), &value);
  return value;
}

TEST(Record, HasTheBytesOfFormatMd) {
  EXPECT_EQ(absl::BytesToHexString(EncodeRecord(RecordType::kResult, "knot")),
            "010b0000000000046b6e6f742db2ffe1");
}

TEST(Record, GivesThePayloadBack) {
  for (const std::string& payload : {std::string(), std::string("a"), std::string(100000, '\0')}) {
    const std::string value = EncodeRecord(RecordType::kDocument, payload);
    EXPECT_EQ(value.size(), payload.size() + kRecordOverhead);
    EXPECT_THAT(DecodeRecord(RecordType::kDocument, value, "k"), IsOkAndHolds(payload));
  }
}

TEST(Record, HasTheSameBytesOfAMessageAsOfItsPayload) {
  v1::InputProgress progress;
  for (const size_t size : {0, 1, 100, 100000}) {
    progress.set_source(std::string(size, 'x'));
    EXPECT_EQ(EncodeRecord(RecordType::kInputProgress, progress),
              EncodeRecord(RecordType::kInputProgress, SerializeDeterministic(progress)));
  }
}

TEST(Record, NoticesEveryFlippedBit) {
  const std::string value = EncodeRecord(RecordType::kResult, "the payload");
  for (size_t bit = 0; bit < value.size() * 8; ++bit) {
    std::string flipped = value;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    EXPECT_THAT(DecodeRecord(RecordType::kResult, flipped, "results/R 00"),
                StatusIs(absl::StatusCode::kDataLoss, "value of results/R 00: checksum mismatch"))
        << "bit " << bit;
  }
}

TEST(Record, NoticesEveryCut) {
  const std::string value = EncodeRecord(RecordType::kResult, "the payload");
  for (size_t size = 0; size < value.size(); ++size) {
    EXPECT_THAT(DecodeRecord(RecordType::kResult, value.substr(0, size), "k"),
                StatusIs(absl::StatusCode::kDataLoss));
  }
  EXPECT_THAT(DecodeRecord(RecordType::kResult, value + "x", "k"),
              StatusIs(absl::StatusCode::kDataLoss));
}

TEST(Record, RefusesAnotherVersionNamingBoth) {
  EXPECT_THAT(DecodeRecord(RecordType::kResult, Envelope(std::string("\2\13\0\0", 4), "x"), "k"),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       "value of k has format version 2, this quipu reads version 1"));
}

TEST(Record, RefusesAnotherTypeAndReservedBytes) {
  EXPECT_THAT(DecodeRecord(RecordType::kResult, EncodeRecord(RecordType::kDocument, "x"), "k"),
              StatusIs(absl::StatusCode::kDataLoss, "has type 5, expected type 11"));
  EXPECT_THAT(DecodeRecord(RecordType::kResult, Envelope(std::string("\1\13\1\0", 4), "x"), "k"),
              StatusIs(absl::StatusCode::kDataLoss, "reserved"));
}

TEST(Record, WritesBigEndianNumbers) {
  std::string bytes;
  AppendU32(0x01020304, &bytes);
  AppendU64(0xf0e0d0c0b0a09080, &bytes);
  EXPECT_EQ(absl::BytesToHexString(bytes), "01020304f0e0d0c0b0a09080");
  EXPECT_EQ(ReadU32(bytes.data()), 0x01020304u);
  EXPECT_EQ(ReadU64(bytes.data() + 4), 0xf0e0d0c0b0a09080u);
}

TEST(Record, SaysWhichPayloadDoesNotParse) {
  v1::InputProgress progress;
  progress.set_source("a");
  v1::InputProgress parsed;
  EXPECT_OK(ParsePayload(SerializeDeterministic(progress), "k", &parsed));
  EXPECT_EQ(parsed.source(), "a");
  EXPECT_THAT(
      ParsePayload("\xff\xff", "meta/I 01", &parsed),
      StatusIs(absl::StatusCode::kDataLoss, "value of meta/I 01: is not a quipu.v1.InputProgress"));
}

}  // namespace
}  // namespace quipu::storage
