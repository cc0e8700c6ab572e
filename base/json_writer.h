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
// Keys stand in the order of the calls. No white space (or, with an indent, one
// element a line); numbers in their shortest form that reads back the same,
// doubles always with a point or an exponent, so that a column of them is never
// taken for integers; in strings only what JSON demands is escaped. Neither
// nulls nor NaN nor infinities can be written. Thread-compatible.
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
  // Appends to `*out`, which must outlive this. `indent`: spaces a level; 0 for
  // everything on one line.
  explicit JsonWriter(std::string* out, int indent = 0) : out_(out), indent_(indent) {}

  JsonWriter& BeginObject() { return Begin('{'); }
  JsonWriter& EndObject() { return End('}'); }
  JsonWriter& BeginArray() { return Begin('['); }
  JsonWriter& EndArray() { return End(']'); }

  // The key of the value that is written next. REQUIRES: valid UTF-8.
  JsonWriter& Key(absl::string_view key);

  JsonWriter& String(absl::string_view value);
  JsonWriter& Int(int64_t value);
  JsonWriter& Uint(uint64_t value);
  JsonWriter& Double(double value);
  JsonWriter& Bool(bool value);
  // An array of numbers on one line.
  JsonWriter& Ints(absl::Span<const int32_t> values);

  // Returns INVALID_ARGUMENT, naming the key, if a string was not valid UTF-8
  // or a number not finite. REQUIRES: everything that was begun has been ended.
  absl::Status Finish() const;

 private:
  JsonWriter& Begin(char bracket);
  JsonWriter& End(char bracket);
  // What stands between the last value and this one.
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
