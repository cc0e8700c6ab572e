// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Jinja's operators, filters, tests and methods, as far as chat templates use them on
// plain conversations.
//
//   ASSIGN_OR_RETURN(Value trimmed, ApplyFilter("trim", Value(" a "), {}));
//   ASSIGN_OR_RETURN(Value sum, ApplyOperator("+", Value("a"), Value("b")));
//
// UNIMPLEMENTED names what is not known; INVALID_ARGUMENT is what Python would raise.
// Pure, thread-safe.
#ifndef QUIPU_INFERENCE_TEXT_JINJA_BUILTINS_H_
#define QUIPU_INFERENCE_TEXT_JINJA_BUILTINS_H_

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/limits.h"
#include "inference/text/jinja/value.h"

namespace quipu::inference::jinja {

// What one value may hold: two of the longest records. The steps of a rendering bound what all
// values hold together.
inline constexpr size_t kMaxValueBytes = 2 * kMaxRecordBytes;
// RESOURCE_EXHAUSTED.
absl::Status TooLarge();

struct Arguments {
  std::vector<Value> values;
  Value::Entries named;

  // By place or by name; nullptr if it is not given.
  const Value* Get(size_t place, absl::string_view name) const;
};

// Arithmetic, comparisons, "in" and "not in"; not "and" and "or".
absl::StatusOr<Value> ApplyOperator(absl::string_view op, const Value& a, const Value& b);
absl::StatusOr<Value> ApplyFilter(absl::string_view name, const Value& value,
                                  const Arguments& arguments);
absl::StatusOr<bool> ApplyTest(absl::string_view name, const Value& value,
                               const Arguments& arguments);
absl::StatusOr<Value> CallMethod(const Value::Method& method, const Arguments& arguments);

// The items that a for loop goes through: of a list, a dictionary's keys, the
// characters of a string; none of an undefined value.
absl::StatusOr<Value::Items> Iterate(const Value& value);
// value[index]; undefined if there is no such item.
absl::StatusOr<Value> Subscript(const Value& value, const Value& index);
// value.name: a method, or an entry.
absl::StatusOr<Value> Attribute(const Value& value, absl::string_view name);
// value[begin:end:step], as Python counts.
absl::StatusOr<Value> Slice(const Value& value, std::optional<int64_t> begin,
                            std::optional<int64_t> end, std::optional<int64_t> step);

}  // namespace quipu::inference::jinja

#endif  // QUIPU_INFERENCE_TEXT_JINJA_BUILTINS_H_
