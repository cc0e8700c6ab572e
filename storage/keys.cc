// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "storage/keys.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/fingerprint.h"
#include "base/log.h"
#include "storage/record.h"

namespace quipu::storage {
namespace {

constexpr size_t kIndexBytes = 4;
constexpr size_t kNumberBytes = 8;

std::string IdKey(char prefix, absl::string_view id) {
  QUIPU_CHECK(id.size() == kIdBytes) << "id of " << id.size() << " bytes in a key";
  std::string key(1, prefix);
  key.append(id.data(), id.size());
  return key;
}

std::string IndexKey(char prefix, absl::string_view id, uint32_t index) {
  std::string key = IdKey(prefix, id);
  AppendU32(index, &key);
  return key;
}

std::string KindPrefix(char prefix, v1::TrainingRow::Kind kind) {
  return {prefix, static_cast<char>(kind)};
}

std::string KindKey(char prefix, v1::TrainingRow::Kind kind, uint64_t index) {
  std::string key = KindPrefix(prefix, kind);
  AppendU64(index, &key);
  return key;
}

std::string SourceId(absl::string_view source) {
  return FingerprintBuilder("input").Add(source).Build().ToBytes();
}

}  // namespace

std::string HeaderKey() { return std::string(1, kHeaderPrefix); }

std::string EpochKey() { return std::string(1, kEpochPrefix); }

std::string StageKey(v1::Stage stage) { return {kStagePrefix, static_cast<char>(stage)}; }

std::string WorkKey() { return std::string(1, kWorkPrefix); }

std::string InputKey(absl::string_view source) { return IdKey(kInputPrefix, SourceId(source)); }

std::string DocumentKey(absl::string_view document_id) {
  return IdKey(kDocumentPrefix, document_id);
}

std::string DocumentSummaryKey(absl::string_view document_id) {
  return IdKey(kDocumentSummaryPrefix, document_id);
}

std::string RowKey(absl::string_view row_id) { return IdKey(kRowPrefix, row_id); }

std::string RowSummaryKey(absl::string_view row_id) { return IdKey(kRowSummaryPrefix, row_id); }

std::string BadRecordKey(const v1::BadRecord& record) {
  std::string key = IdKey(kBadRecordPrefix, SourceId(record.provenance().source()));
  AppendU64(record.provenance().offset(), &key);
  AppendU64(record.provenance().line(), &key);
  AppendU64(FingerprintBuilder("bad record").Add(record.message()).Build().high, &key);
  return key;
}

std::string PlanKey(absl::string_view document_id) { return IdKey(kPlanPrefix, document_id); }

std::string TaskPlaceKey(absl::string_view task_id) { return IdKey(kTaskPlacePrefix, task_id); }

std::string AttemptKey(absl::string_view document_id, uint32_t index) {
  return IndexKey(kAttemptPrefix, document_id, index);
}

std::string ResultKey(absl::string_view document_id, uint32_t index) {
  return IndexKey(kResultPrefix, document_id, index);
}

std::string ResultSummaryKey(absl::string_view document_id, uint32_t index) {
  return IndexKey(kResultSummaryPrefix, document_id, index);
}

std::string SequenceKey(v1::TrainingRow::Kind kind, uint64_t index) {
  return KindKey(kTrainingRowPrefix, kind, index);
}

std::string SequenceSummaryKey(v1::TrainingRow::Kind kind, uint64_t index) {
  return KindKey(kTrainingRowSummaryPrefix, kind, index);
}

std::string RejectedRowKey(absl::string_view row_id) { return IdKey(kRejectedRowPrefix, row_id); }

std::string UpdateKey(uint64_t number) {
  std::string key(1, kUpdatePrefix);
  AppendU64(number, &key);
  return key;
}

std::optional<TaskPlace> TaskPlaceOf(absl::string_view key) {
  if (key.size() != 1 + kIdBytes + kIndexBytes) return std::nullopt;
  return TaskPlace{std::string(key.substr(1, kIdBytes)), ReadU32(key.data() + 1 + kIdBytes)};
}

std::optional<uint64_t> UpdateNumberOf(absl::string_view key) {
  if (key.size() != 1 + kNumberBytes || key[0] != kUpdatePrefix) return std::nullopt;
  return ReadU64(key.data() + 1);
}

std::string ResultPrefixOf(absl::string_view document_id) {
  return IdKey(kResultPrefix, document_id);
}

std::string SequencePrefixOf(v1::TrainingRow::Kind kind) {
  return KindPrefix(kTrainingRowPrefix, kind);
}

std::string SequenceSummaryPrefixOf(v1::TrainingRow::Kind kind) {
  return KindPrefix(kTrainingRowSummaryPrefix, kind);
}

std::string WithPrefix(char prefix, absl::string_view key) {
  std::string result(key);
  if (!result.empty()) result[0] = prefix;
  return result;
}

std::string EndOfPrefix(absl::string_view prefix) {
  std::string end(prefix);
  while (!end.empty() && static_cast<uint8_t>(end.back()) == 0xff) end.pop_back();
  if (!end.empty()) end.back() = static_cast<char>(static_cast<uint8_t>(end.back()) + 1);
  return end;
}

std::string DescribeKey(Family family, absl::string_view key) {
  std::string text = absl::StrCat(kFamilyNames[static_cast<int>(family)], "/");
  if (key.empty()) return text;
  // The type is a letter in our keys; in a damaged key it may be anything.
  text += absl::CHexEscape(key.substr(0, 1));
  const absl::string_view id = key.substr(1, kIdBytes);
  if (!id.empty()) absl::StrAppend(&text, " ", absl::BytesToHexString(id));
  if (key.size() > 1 + kIdBytes) {
    absl::StrAppend(&text, " ", absl::BytesToHexString(key.substr(1 + kIdBytes)));
  }
  return text;
}

}  // namespace quipu::storage
