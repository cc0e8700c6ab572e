// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Summaries: small fixed-size payloads, read instead of large values.
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "storage/store_impl.h"

namespace quipu::storage {
namespace {

constexpr size_t kResultSummaryBytes = 9;
constexpr size_t kNumberBytes = 8;
constexpr size_t kTaskPlaceBytes = kIdBytes + 4;

absl::Status CheckSize(absl::string_view payload, size_t expected, absl::string_view key) {
  if (payload.size() == expected) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat("value of ", key, ": payload has ", payload.size(),
                                          " bytes, expected ", expected));
}

}  // namespace

ResultSummary SummaryOf(const v1::Result& result) {
  ResultSummary summary;
  summary.accepted = !result.has_reject();
  summary.reason = result.reject().reason();
  summary.sampled_tokens = result.sampled_tokens();
  return summary;
}

std::string EncodeResultSummary(const ResultSummary& summary) {
  std::string payload(1, summary.accepted ? '\1' : '\0');
  AppendU32(static_cast<uint32_t>(summary.reason), &payload);
  AppendU32(summary.sampled_tokens, &payload);
  return payload;
}

absl::StatusOr<ResultSummary> DecodeResultSummary(absl::string_view payload,
                                                  absl::string_view key) {
  RETURN_IF_ERROR(CheckSize(payload, kResultSummaryBytes, key));
  ResultSummary summary;
  summary.accepted = payload[0] != '\0';
  // An unknown reason, from a newer quipu, is kept as a number, as in the record.
  summary.reason = static_cast<v1::RejectReason>(ReadU32(payload.data() + 1));
  summary.sampled_tokens = ReadU32(payload.data() + 5);
  return summary;
}

std::string EncodeNumber(uint64_t number) {
  std::string payload;
  AppendU64(number, &payload);
  return payload;
}

absl::StatusOr<uint64_t> DecodeNumber(absl::string_view payload, absl::string_view key) {
  RETURN_IF_ERROR(CheckSize(payload, kNumberBytes, key));
  return ReadU64(payload.data());
}

std::string EncodeTaskPlace(const TaskPlace& place) {
  std::string payload = place.document_id;
  AppendU32(place.index, &payload);
  return payload;
}

absl::StatusOr<TaskPlace> DecodeTaskPlace(absl::string_view payload, absl::string_view key) {
  RETURN_IF_ERROR(CheckSize(payload, kTaskPlaceBytes, key));
  return TaskPlace{std::string(payload.substr(0, kIdBytes)), ReadU32(payload.data() + kIdBytes)};
}

}  // namespace quipu::storage
