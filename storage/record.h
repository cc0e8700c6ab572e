// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The envelope around every stored value: format version, type, length,
// payload, CRC of all of these. Byte-exact in FORMAT.md.
//
//   std::string value = EncodeRecord(RecordType::kResult, SerializeDeterministic(result));
//   ASSIGN_OR_RETURN(absl::string_view payload,
//                    DecodeRecord(RecordType::kResult, value, "results/R..."));
//
// Pure functions.
#ifndef QUIPU_STORAGE_RECORD_H_
#define QUIPU_STORAGE_RECORD_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message_lite.h"

namespace quipu::storage {

// Version of FORMAT.md. It is in the run's header, in every envelope and in
// RUN_STATE.
inline constexpr uint32_t kFormatVersion = 1;

// What a value is. Do not renumber or reuse: on disk.
enum class RecordType : uint8_t {
  kRunHeader = 1,
  kStageDone = 2,
  kInputProgress = 3,
  kEpoch = 4,
  kDocument = 5,
  kDocumentSummary = 6,
  kShortRow = 7,
  kBadRecord = 8,
  kDocumentPlan = 9,
  kTaskPlace = 10,
  kResult = 11,
  kResultSummary = 12,
  kTrainingRow = 13,
  kTrainingRowSummary = 14,
  kRejectedRow = 15,
  kRowSummary = 16,
  kEngineCounters = 17,
  kAttempt = 18,
  kLeaseUpdate = 19,
};

// Bytes that an envelope adds to its payload.
inline constexpr size_t kRecordOverhead = 12;

// Returns the value to store. REQUIRES: payload under 4 GiB.
std::string EncodeRecord(RecordType type, absl::string_view payload);
// The same of SerializeDeterministic(message), without a second copy of a large message.
std::string EncodeRecord(RecordType type, const google::protobuf::MessageLite& message);

// Returns the payload, a view into `value`. DATA_LOSS, naming `key`, if the
// value is cut, its checksum is wrong or it has another type;
// FAILED_PRECONDITION if it is intact but has another format version.
absl::StatusOr<absl::string_view> DecodeRecord(RecordType type, absl::string_view value,
                                               absl::string_view key);

// The type in an envelope, unchecked. REQUIRES: kRecordOverhead bytes.
RecordType RecordTypeOf(absl::string_view value);

// Parses a payload. DATA_LOSS, naming `key`, if it does not parse.
absl::Status ParsePayload(absl::string_view payload, absl::string_view key,
                          google::protobuf::MessageLite* message);

// Fixed-size payloads are big-endian integers.
void AppendU32(uint32_t value, std::string* out);
void AppendU64(uint64_t value, std::string* out);
// REQUIRES: 4 or 8 bytes at `bytes`.
uint32_t ReadU32(const char* bytes);
uint64_t ReadU64(const char* bytes);

}  // namespace quipu::storage

#endif  // QUIPU_STORAGE_RECORD_H_
