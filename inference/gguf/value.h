// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Metadata values of GGUF files: their types, and how to read their bytes. Only
// for gguf and gguf_parser. Thread-safe (pure functions).
#ifndef QUIPU_INFERENCE_GGUF_VALUE_H_
#define QUIPU_INFERENCE_GGUF_VALUE_H_

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace quipu::inference {

// The format's numbers for value types.
enum class ValueType : uint32_t {
  kUint8 = 0,
  kInt8 = 1,
  kUint16 = 2,
  kInt16 = 3,
  kUint32 = 4,
  kInt32 = 5,
  kFloat32 = 6,
  kBool = 7,
  kString = 8,
  kArray = 9,
  kUint64 = 10,
  kInt64 = 11,
  kFloat64 = 12,
};
inline constexpr uint32_t kLastValueType = 12;

inline constexpr const char* kValueTypeNames[] = {"uint8",  "int8",    "uint16", "int16",  "uint32",
                                                  "int32",  "float32", "bool",   "string", "array",
                                                  "uint64", "int64",   "float64"};

inline absl::string_view NameOf(ValueType type) {
  return kValueTypeNames[static_cast<uint32_t>(type)];
}

// Bytes of a fixed-size value; 0 for strings and arrays.
inline uint64_t SizeOf(ValueType type) {
  switch (type) {
    case ValueType::kUint8:
    case ValueType::kInt8:
    case ValueType::kBool:
      return 1;
    case ValueType::kUint16:
    case ValueType::kInt16:
      return 2;
    case ValueType::kUint32:
    case ValueType::kInt32:
    case ValueType::kFloat32:
      return 4;
    case ValueType::kUint64:
    case ValueType::kInt64:
    case ValueType::kFloat64:
      return 8;
    case ValueType::kString:
    case ValueType::kArray:
      return 0;
  }
  return 0;
}

inline bool IsInteger(ValueType type) {
  return SizeOf(type) != 0 && type != ValueType::kBool && type != ValueType::kFloat32 &&
         type != ValueType::kFloat64;
}

inline bool IsFloat(ValueType type) {
  return type == ValueType::kFloat32 || type == ValueType::kFloat64;
}

// Views into the file; numbers are decoded on access.
struct GgufValue {
  ValueType type = ValueType::kUint8;
  ValueType element_type = ValueType::kUint8;  // Of arrays.
  uint64_t count = 0;                          // Elements of arrays.
  absl::string_view bytes;                     // Numbers and strings: the value; arrays: all.
  std::vector<absl::string_view> strings;      // Arrays of strings.

  // "uint32" or "array of string", for messages.
  std::string TypeName() const {
    if (type != ValueType::kArray) return std::string(NameOf(type));
    return absl::StrCat("array of ", NameOf(element_type));
  }
};

template <typename T>
T Load(const char* bytes) {
  T value;
  std::memcpy(&value, bytes, sizeof(value));
  return value;
}

// An integer of any stored type: its two's complement bits and its sign.
struct Integer {
  uint64_t bits;
  bool negative;
};

template <typename T>
Integer Signed(const char* bytes) {
  const int64_t value = Load<T>(bytes);
  return {static_cast<uint64_t>(value), value < 0};
}

inline Integer LoadInteger(ValueType type, const char* bytes) {
  switch (type) {
    case ValueType::kUint8:
      return {Load<uint8_t>(bytes), false};
    case ValueType::kInt8:
      return Signed<int8_t>(bytes);
    case ValueType::kUint16:
      return {Load<uint16_t>(bytes), false};
    case ValueType::kInt16:
      return Signed<int16_t>(bytes);
    case ValueType::kUint32:
      return {Load<uint32_t>(bytes), false};
    case ValueType::kInt32:
      return Signed<int32_t>(bytes);
    case ValueType::kUint64:
      return {Load<uint64_t>(bytes), false};
    default:
      return Signed<int64_t>(bytes);
  }
}

inline double LoadFloat(ValueType type, const char* bytes) {
  return type == ValueType::kFloat32 ? Load<float>(bytes) : Load<double>(bytes);
}

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_GGUF_VALUE_H_
