// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/huggingface/config_object.h"

#include "absl/strings/str_cat.h"
#include "base/json_parser.h"

namespace quipu::inference {
namespace {

absl::string_view View(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace

ConfigObject::ConfigObject(const simdjson::dom::object& object, absl::string_view path,
                           absl::string_view prefix)
    : object_(object), path_(path), prefix_(prefix) {}

std::string ConfigObject::Where(absl::string_view key) const {
  return absl::StrCat(path_, ": ", prefix_, key);
}

absl::Status ConfigObject::Error(absl::string_view key, absl::string_view what) const {
  return absl::InvalidArgumentError(absl::StrCat(Where(key), " ", what));
}

absl::Status ConfigObject::Unsupported(absl::string_view key, absl::string_view what) const {
  return absl::UnimplementedError(absl::StrCat(Where(key), " ", what));
}

// The last of several, as Python's json takes it.
std::optional<simdjson::dom::element> ConfigObject::Find(absl::string_view key) const {
  std::optional<simdjson::dom::element> found;
  for (const auto field : object_) {
    if (View(field.key) == key) found = field.value;
  }
  return found;
}

std::optional<simdjson::dom::element> ConfigObject::Value(absl::string_view key) const {
  std::optional<simdjson::dom::element> found = Find(key);
  if (found.has_value() && found->is_null()) return std::nullopt;
  return found;
}

bool ConfigObject::Empty() const { return object_.size() == 0; }

bool ConfigObject::Has(absl::string_view key) const { return Value(key).has_value(); }

bool ConfigObject::IsNull(absl::string_view key) const {
  const std::optional<simdjson::dom::element> found = Find(key);
  return found.has_value() && found->is_null();
}

absl::StatusOr<int> ConfigObject::Integer(absl::string_view key, int64_t least, int64_t greatest,
                                          std::optional<int> otherwise) const {
  const std::optional<simdjson::dom::element> value = Value(key);
  if (!value.has_value()) {
    if (otherwise.has_value()) return *otherwise;
    return Error(key, "is missing");
  }
  int64_t number = 0;
  if (value->get(number) != simdjson::SUCCESS) {
    return Error(key, absl::StrCat("is ", JsonTypeName(*value), ", want an integer"));
  }
  if (number < least || number > greatest) {
    return Error(key, absl::StrCat("is ", number, ", want ", least, " to ", greatest));
  }
  return static_cast<int>(number);
}

absl::StatusOr<double> ConfigObject::Number(absl::string_view key, double least, double greatest,
                                            std::optional<double> otherwise) const {
  const std::optional<simdjson::dom::element> value = Value(key);
  if (!value.has_value()) {
    if (otherwise.has_value()) return *otherwise;
    return Error(key, "is missing");
  }
  double number = 0;
  if (value->get(number) != simdjson::SUCCESS) {
    return Error(key, absl::StrCat("is ", JsonTypeName(*value), ", want a number"));
  }
  if (!(number >= least && number <= greatest)) {
    return Error(key, absl::StrCat("is ", number, ", want ", least, " to ", greatest));
  }
  return number;
}

absl::StatusOr<bool> ConfigObject::Bool(absl::string_view key, bool otherwise) const {
  const std::optional<simdjson::dom::element> value = Value(key);
  if (!value.has_value()) return otherwise;
  bool flag = false;
  if (value->get(flag) != simdjson::SUCCESS) {
    return Error(key, absl::StrCat("is ", JsonTypeName(*value), ", want true or false"));
  }
  return flag;
}

absl::StatusOr<std::string> ConfigObject::String(absl::string_view key) const {
  const std::optional<simdjson::dom::element> value = Value(key);
  if (!value.has_value()) return std::string();
  std::string_view text;
  if (value->get(text) != simdjson::SUCCESS) {
    return Error(key, absl::StrCat("is ", JsonTypeName(*value), ", want a string"));
  }
  return std::string(text);
}

absl::StatusOr<std::vector<std::string>> ConfigObject::Strings(absl::string_view key) const {
  std::vector<std::string> strings;
  const std::optional<simdjson::dom::element> value = Value(key);
  if (!value.has_value()) return strings;
  simdjson::dom::array array;
  if (value->get(array) != simdjson::SUCCESS) {
    return Error(key, absl::StrCat("is ", JsonTypeName(*value), ", want an array of strings"));
  }
  for (const simdjson::dom::element element : array) {
    std::string_view text;
    if (element.get(text) != simdjson::SUCCESS) {
      return Error(key, absl::StrCat("has ", JsonTypeName(element), ", want strings"));
    }
    strings.emplace_back(text);
  }
  return strings;
}

absl::StatusOr<std::vector<int>> ConfigObject::Integers(absl::string_view key) const {
  std::vector<int> integers;
  const std::optional<simdjson::dom::element> value = Value(key);
  if (!value.has_value()) return integers;
  simdjson::dom::array array;
  if (value->get(array) != simdjson::SUCCESS) {
    return Error(key, absl::StrCat("is ", JsonTypeName(*value), ", want an array of integers"));
  }
  for (const simdjson::dom::element element : array) {
    int64_t number = 0;
    if (element.get(number) != simdjson::SUCCESS || number < INT32_MIN || number > INT32_MAX) {
      return Error(key, absl::StrCat("has ", JsonTypeName(element), ", want integers of 32 bits"));
    }
    integers.push_back(static_cast<int>(number));
  }
  return integers;
}

absl::StatusOr<std::optional<ConfigObject>> ConfigObject::Object(absl::string_view key) const {
  const std::optional<simdjson::dom::element> value = Value(key);
  if (!value.has_value()) return std::optional<ConfigObject>();
  simdjson::dom::object object;
  if (value->get(object) != simdjson::SUCCESS) {
    return Error(key, absl::StrCat("is ", JsonTypeName(*value), ", want an object"));
  }
  return std::make_optional<ConfigObject>(object, path_, absl::StrCat(prefix_, key, "."));
}

}  // namespace quipu::inference
