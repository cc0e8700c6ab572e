// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Canonical JSON: the same values give the same bytes, everywhere.
//
//   std::string line;
//   JsonWriter json(&line);
//   json.BeginObject();
//   json.Key("id").String(id);
//   json.Key("depth").Double(0.5);
//   json.EndObject();
//   RETURN_IF_ERROR(json.Finish());
//
// Keys appear in call order. No white space (with an indent, one element per
// line). Numbers use the shortest form that reads back the same, doubles always
// with a point or an exponent so that a column of them is never read as
// integers. Strings escape only what JSON requires. Nulls, NaN and infinities
// cannot be written. Thread-compatible.
#ifndef QUIPU_BASE_JSON_WRITER_H_
#define QUIPU_BASE_JSON_WRITER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace quipu {

class JsonWriter {
 public:
  // Appends to `*out`, which must outlive this. `indent`: spaces per level, or
  // 0 for a single line.
  explicit JsonWriter(std::string* out, int indent = 0) : out_(out), indent_(indent) {}

  JsonWriter& BeginObject() { return Begin('{'); }
  JsonWriter& EndObject() { return End('}'); }
  JsonWriter& BeginArray() { return Begin('['); }
  JsonWriter& EndArray() { return End(']'); }

  // The key of the next value. REQUIRES: valid UTF-8.
  JsonWriter& Key(absl::string_view key);

  JsonWriter& String(absl::string_view value);
  JsonWriter& Int(int64_t value);
  JsonWriter& Uint(uint64_t value);
  JsonWriter& Double(double value);
  JsonWriter& Bool(bool value);
  // An array of numbers on one line.
  JsonWriter& Ints(absl::Span<const int32_t> values);

  // Returns INVALID_ARGUMENT, naming the key, if a string was not valid UTF-8
  // or a number was not finite. REQUIRES: everything begun has been ended.
  absl::Status Finish() const;

 private:
  JsonWriter& Begin(char bracket);
  JsonWriter& End(char bracket);
  // Writes what separates this value from the last one.
  void Separate();
  void NewLine();
  void AppendQuoted(absl::string_view text);
  void Fail(absl::string_view what);

  std::string* const out_;
  const int indent_;
  std::vector<bool> has_elements_;  // By level.
  bool after_key_ = false;
  std::string key_;  // The last one.
  absl::Status status_;
};

}  // namespace quipu

#endif  // QUIPU_BASE_JSON_WRITER_H_
