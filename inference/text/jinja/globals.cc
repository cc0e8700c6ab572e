// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/text/jinja/globals.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <tuple>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"

namespace quipu::inference::jinja {
namespace {

constexpr int64_t kMaxRange = 100000;
// Where a range may begin and end.
constexpr int64_t kMaxRangeBound = int64_t{1} << 31;
constexpr size_t kMaxDateFormat = 64;

constexpr absl::string_view kGlobals[] = {"namespace", "raise_exception", "range", "strftime_now"};

absl::StatusOr<Value> MakeNamespace(const Arguments& arguments) {
  Value::Entries entries;
  for (const Value& given : arguments.values) {
    if (!given.IsDict()) return absl::UnimplementedError("such a namespace");
    entries.insert(entries.end(), given.entries().begin(), given.entries().end());
  }
  // The last of a name counts.
  for (const auto& [name, value] : arguments.named) {
    RETURN_IF_ERROR(CheckMember(value));
    const auto same = [&name = name](const auto& entry) { return entry.first == name; };
    entries.erase(std::remove_if(entries.begin(), entries.end(), same), entries.end());
    entries.emplace_back(name, value);
  }
  return Value::MakeNamespace(std::move(entries));
}

absl::StatusOr<Value> Range(const Arguments& arguments) {
  int64_t parts[3] = {0, 0, 1};  // From, to, step.
  const size_t given = arguments.values.size();
  if (given < 1 || given > 3) return absl::UnimplementedError("such a range");
  for (size_t i = 0; i < given; ++i) {
    if (!arguments.values[i].IsInt()) return absl::UnimplementedError("such a range");
    parts[given == 1 ? 1 : i] = arguments.values[i].integer();
    if (std::abs(arguments.values[i].integer()) > kMaxRangeBound) {
      return absl::ResourceExhaustedError("a long range");
    }
  }
  const auto [from, to, step] = std::tuple(parts[0], parts[1], parts[2]);
  if (step == 0) return absl::InvalidArgumentError("a range with step 0");
  if ((to - from) / step > kMaxRange) return absl::ResourceExhaustedError("a long range");
  Value::Items items;
  for (int64_t i = from; step > 0 ? i < to : i > to; i += step) items.emplace_back(i);
  return Value::List(std::move(items));
}

// Every day is the same one, so that a dataset does not depend on when it is made:
// that of Llama 3.1's template, 26 Jul 2024, a Friday.
absl::StatusOr<Value> FormatDate(const Arguments& arguments) {
  const Value* const format = arguments.Get(0, "format");
  if (format == nullptr || !format->IsString() || format->text().size() > kMaxDateFormat) {
    return absl::InvalidArgumentError("strftime_now without a short format");
  }
  std::tm day = {};
  day.tm_year = 2024 - 1900;
  day.tm_mon = 6;
  day.tm_mday = 26;
  day.tm_wday = 5;
  day.tm_yday = 207;
  char text[8 * kMaxDateFormat];
  const size_t size = std::strftime(text, sizeof(text), format->text().c_str(), &day);
  return Value(absl::string_view(text, size));
}

}  // namespace

bool IsGlobal(absl::string_view name) {
  return std::find(std::begin(kGlobals), std::end(kGlobals), name) != std::end(kGlobals);
}

absl::Status CheckMember(const Value& value) {
  if (value.name_space() == nullptr) return absl::OkStatus();
  return absl::UnimplementedError("a namespace inside another value");
}

absl::StatusOr<Value> CallGlobal(absl::string_view name, const Arguments& arguments) {
  if (name == "namespace") return MakeNamespace(arguments);
  if (name == "range") return Range(arguments);
  if (name == "strftime_now") return FormatDate(arguments);
  const Value* const message = arguments.Get(0, "message");
  return absl::FailedPreconditionError(
      message != nullptr && message->IsString() ? Snippet(message->text(), 200) : "raised");
}

}  // namespace quipu::inference::jinja
