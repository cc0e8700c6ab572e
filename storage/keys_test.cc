// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The layouts are on disk: these bytes must never change.
#include "storage/keys.h"

#include <optional>
#include <set>
#include <string>

#include "absl/strings/escaping.h"
#include "gtest/gtest.h"

namespace quipu::storage {
namespace {

const char kIdHex[] = "000102030405060708090a0b0c0d0e0f";
const std::string kId = absl::HexStringToBytes(kIdHex);

std::string Hex(const std::string& key) { return absl::BytesToHexString(key); }

TEST(Keys, HaveTheBytesOfFormatMd) {
  EXPECT_EQ(HeaderKey(), "H");
  EXPECT_EQ(EpochKey(), "E");
  EXPECT_EQ(Hex(StageKey(v1::STAGE_PACK)), "5305");
  EXPECT_EQ(WorkKey(), "W");
  EXPECT_EQ(Hex(InputKey("corpus/a.jsonl")), "492f2825c6b283cceab294a8cc83f42924");
  EXPECT_EQ(Hex(DocumentKey(kId)), std::string("44") + kIdHex);
  EXPECT_EQ(Hex(DocumentSummaryKey(kId)), std::string("64") + kIdHex);
  EXPECT_EQ(Hex(RowKey(kId)), std::string("52") + kIdHex);
  EXPECT_EQ(Hex(RowSummaryKey(kId)), std::string("72") + kIdHex);
  EXPECT_EQ(Hex(PlanKey(kId)), std::string("50") + kIdHex);
  EXPECT_EQ(Hex(TaskPlaceKey(kId)), std::string("4b") + kIdHex);
  EXPECT_EQ(Hex(AttemptKey(kId, 258)), std::string("41") + kIdHex + "00000102");
  EXPECT_EQ(Hex(UpdateKey(258)), "4a0000000000000102");
  EXPECT_EQ(Hex(ResultKey(kId, 258)), std::string("52") + kIdHex + "00000102");
  EXPECT_EQ(Hex(ResultSummaryKey(kId, 258)), std::string("72") + kIdHex + "00000102");
  EXPECT_EQ(Hex(SequenceKey(v1::TrainingRow::KIND_LONG, 258)), "53010000000000000102");
  EXPECT_EQ(Hex(SequenceSummaryKey(v1::TrainingRow::KIND_PACKED, 258)), "73020000000000000102");
  EXPECT_EQ(Hex(RejectedRowKey(kId)), std::string("58") + kIdHex);
}

TEST(Keys, HavePrefixesOfADocumentsResultsAndOfAKindsSequences) {
  EXPECT_EQ(Hex(ResultPrefixOf(kId)), std::string("52") + kIdHex);
  EXPECT_EQ(Hex(SequencePrefixOf(v1::TrainingRow::KIND_LONG)), "5301");
  EXPECT_EQ(Hex(SequenceSummaryPrefixOf(v1::TrainingRow::KIND_PACKED)), "7302");
  const std::string packed = SequencePrefixOf(v1::TrainingRow::KIND_PACKED);
  EXPECT_EQ(SequenceKey(v1::TrainingRow::KIND_PACKED, 7).substr(0, packed.size()), packed);
  EXPECT_NE(SequenceKey(v1::TrainingRow::KIND_LONG, 7).substr(0, packed.size()), packed);
}

TEST(Keys, KeepBadRecordsApartByPlaceAndMessage) {
  v1::BadRecord record;
  record.mutable_provenance()->set_source("a.jsonl");
  record.mutable_provenance()->set_offset(1000);
  record.mutable_provenance()->set_line(7);
  record.set_message("broken JSON");
  const std::string key = BadRecordKey(record);
  EXPECT_EQ(key.size(), 1 + kIdBytes + 24);
  EXPECT_EQ(BadRecordKey(record), key);
  EXPECT_EQ(Hex(key).substr(2 + 32, 32), "00000000000003e80000000000000007");
  std::set<std::string> keys = {key};
  v1::BadRecord other = record;
  other.set_message("invalid UTF-8");
  keys.insert(BadRecordKey(other));
  other = record;
  other.mutable_provenance()->set_line(8);
  keys.insert(BadRecordKey(other));
  other = record;
  other.mutable_provenance()->set_source("b.jsonl");
  keys.insert(BadRecordKey(other));
  EXPECT_EQ(keys.size(), 4u);
}

TEST(Keys, SortAsTasksAndSequencesDo) {
  EXPECT_LT(ResultKey(kId, 255), ResultKey(kId, 256));
  EXPECT_LT(SequenceKey(v1::TrainingRow::KIND_LONG, 1ull << 40),
            SequenceKey(v1::TrainingRow::KIND_PACKED, 0));
  EXPECT_LT(SequenceKey(v1::TrainingRow::KIND_LONG, 255),
            SequenceKey(v1::TrainingRow::KIND_LONG, 1ull << 40));
}

TEST(Keys, EndsAPrefixAfterAllItsKeys) {
  EXPECT_EQ(EndOfPrefix("R"), "S");
  EXPECT_EQ(EndOfPrefix("a\xff\xff"), "b");
  EXPECT_EQ(EndOfPrefix("\xff\xff"), "");
  EXPECT_EQ(EndOfPrefix(""), "");
}

TEST(Keys, SwapAPrefix) {
  EXPECT_EQ(WithPrefix(kResultSummaryPrefix, ResultKey(kId, 3)), ResultSummaryKey(kId, 3));
  EXPECT_EQ(WithPrefix('x', ""), "");
}

TEST(Keys, GiveBackPlacesAndNumbers) {
  const std::optional<TaskPlace> place = TaskPlaceOf(AttemptKey(kId, 258));
  ASSERT_TRUE(place.has_value());
  EXPECT_EQ(place->document_id, kId);
  EXPECT_EQ(place->index, 258u);
  EXPECT_FALSE(TaskPlaceOf(PlanKey(kId)).has_value());
  EXPECT_FALSE(TaskPlaceOf(AttemptKey(kId, 1) + "x").has_value());
  EXPECT_EQ(UpdateNumberOf(UpdateKey(1ull << 40)), 1ull << 40);
  EXPECT_FALSE(UpdateNumberOf("J").has_value());
  EXPECT_FALSE(UpdateNumberOf("K00000000").has_value());
  EXPECT_FALSE(UpdateNumberOf(UpdateKey(1) + "x").has_value());
}

TEST(Keys, AreDescribedForMessages) {
  EXPECT_EQ(DescribeKey(Family::kResults, ResultKey(kId, 258)),
            std::string("results/R ") + kIdHex + " 00000102");
  EXPECT_EQ(DescribeKey(Family::kMeta, HeaderKey()), "meta/H");
  EXPECT_EQ(DescribeKey(Family::kMeta, std::string("\x01\x02", 2)), "meta/\\x01 02");
  EXPECT_EQ(DescribeKey(Family::kMeta, ""), "meta/");
}

TEST(Keys, NameTheFamilies) {
  EXPECT_STREQ(kFamilyNames[static_cast<int>(Family::kMeta)], "meta");
  EXPECT_STREQ(kFamilyNames[static_cast<int>(Family::kSequences)], "sequences");
  EXPECT_STREQ(kFamilyNames[static_cast<int>(Family::kEvents)], "events");
}

}  // namespace
}  // namespace quipu::storage
