// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "storage/record.h"

#include <limits>

#include "absl/strings/str_cat.h"
#include "base/crc32.h"
#include "base/log.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"

namespace quipu::storage {
namespace {

// Offsets in an envelope: version, type, two zero bytes, length, payload, CRC.
constexpr size_t kTypeAt = 1;
constexpr size_t kReservedAt = 2;
constexpr size_t kLengthAt = 4;
constexpr size_t kPayloadAt = 8;
constexpr size_t kCrcBytes = 4;
static_assert(kPayloadAt + kCrcBytes == kRecordOverhead);

absl::Status Broken(absl::string_view key, absl::string_view what) {
  return absl::DataLossError(absl::StrCat("value of ", key, ": ", what));
}

}  // namespace

void AppendU32(uint32_t value, std::string* out) {
  for (int shift = 24; shift >= 0; shift -= 8) out->push_back(static_cast<char>(value >> shift));
}

void AppendU64(uint64_t value, std::string* out) {
  AppendU32(static_cast<uint32_t>(value >> 32), out);
  AppendU32(static_cast<uint32_t>(value), out);
}

uint32_t ReadU32(const char* bytes) {
  uint32_t value = 0;
  for (int i = 0; i < 4; ++i) value = value << 8 | static_cast<uint8_t>(bytes[i]);
  return value;
}

uint64_t ReadU64(const char* bytes) {
  return static_cast<uint64_t>(ReadU32(bytes)) << 32 | ReadU32(bytes + 4);
}

namespace {

// The bytes before the payload; `value` has room for it and for the checksum.
std::string BeginRecord(RecordType type, size_t payload_bytes) {
  QUIPU_CHECK(payload_bytes <= std::numeric_limits<uint32_t>::max())
      << "payload of " << payload_bytes << " bytes";
  std::string value;
  value.reserve(payload_bytes + kRecordOverhead);
  value.push_back(static_cast<char>(kFormatVersion));
  value.push_back(static_cast<char>(type));
  value.append(kLengthAt - kReservedAt, '\0');
  AppendU32(static_cast<uint32_t>(payload_bytes), &value);
  return value;
}

}  // namespace

std::string EncodeRecord(RecordType type, absl::string_view payload) {
  std::string value = BeginRecord(type, payload.size());
  value.append(payload.data(), payload.size());
  AppendU32(Crc32(value), &value);
  return value;
}

std::string EncodeRecord(RecordType type, const google::protobuf::MessageLite& message) {
  std::string value = BeginRecord(type, message.ByteSizeLong());
  google::protobuf::io::StringOutputStream stream(&value);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  QUIPU_CHECK(message.SerializeToCodedStream(&coded)) << "message of 2 GiB or more";
  coded.Trim();
  AppendU32(Crc32(value), &value);
  return value;
}

RecordType RecordTypeOf(absl::string_view value) {
  return static_cast<RecordType>(static_cast<uint8_t>(value[kTypeAt]));
}

absl::StatusOr<absl::string_view> DecodeRecord(RecordType type, absl::string_view value,
                                               absl::string_view key) {
  if (value.size() < kRecordOverhead) {
    return Broken(key, absl::StrCat("has ", value.size(), " bytes, an envelope has at least ",
                                    kRecordOverhead));
  }
  // The checksum first: it comes last in every version, and the version of a
  // value that fails it means nothing.
  const absl::string_view covered = value.substr(0, value.size() - kCrcBytes);
  const uint32_t stored = ReadU32(value.data() + covered.size());
  const uint32_t actual = Crc32(covered);
  if (stored != actual) {
    return Broken(key,
                  absl::StrCat("checksum mismatch (stored ", absl::Hex(stored, absl::kZeroPad8),
                               ", actual ", absl::Hex(actual, absl::kZeroPad8), ")"));
  }
  const uint32_t version = static_cast<uint8_t>(value[0]);
  if (version != kFormatVersion) {
    return absl::FailedPreconditionError(absl::StrCat("value of ", key, " has format version ",
                                                      version, ", this quipu reads version ",
                                                      kFormatVersion));
  }
  if (static_cast<uint8_t>(value[kTypeAt]) != static_cast<uint8_t>(type)) {
    return Broken(key, absl::StrCat("has type ", static_cast<uint8_t>(value[kTypeAt]),
                                    ", expected type ", static_cast<uint8_t>(type)));
  }
  const uint64_t length = ReadU32(value.data() + kLengthAt);
  if (value[kReservedAt] != 0 || value[kReservedAt + 1] != 0 ||
      length != value.size() - kRecordOverhead) {
    return Broken(key, absl::StrCat("says length ", length, ", has ",
                                    value.size() - kRecordOverhead, ", or reserved bytes are set"));
  }
  return value.substr(kPayloadAt, length);
}

absl::Status ParsePayload(absl::string_view payload, absl::string_view key,
                          google::protobuf::MessageLite* message) {
  if (payload.size() > static_cast<size_t>(std::numeric_limits<int>::max()) ||
      !message->ParseFromArray(payload.data(), static_cast<int>(payload.size()))) {
    return Broken(key, absl::StrCat("is not a ", message->GetTypeName()));
  }
  return absl::OkStatus();
}

}  // namespace quipu::storage
