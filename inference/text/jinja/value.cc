// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/text/jinja/value.h"

#include <algorithm>
#include <limits>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace quipu::inference::jinja {

Value Value::MakeNone() {
  Value value;
  value.data_ = None{};
  return value;
}

void Value::Contain(const Value& other) {
  depth_ = std::max(depth_, other.depth_ + 1);
  const uint32_t left = std::numeric_limits<uint32_t>::max() - count_;
  count_ += std::min(left, other.count_);
}

Value Value::List(Items items) {
  Value value;
  for (const Value& item : items) value.Contain(item);
  value.data_ = std::make_shared<const Items>(std::move(items));
  return value;
}

Value Value::Dict(Entries entries) {
  Value value;
  for (const auto& [key, item] : entries) value.Contain(item);
  value.data_ = std::make_shared<const Entries>(std::move(entries));
  return value;
}

Value Value::MakeNamespace(Entries entries) {
  Value value;
  value.data_ = std::make_shared<Namespace>(Namespace{std::move(entries)});
  return value;
}

Value Value::MakeFunction(absl::string_view name) {
  Value value;
  value.data_ = Function{std::string(name)};
  return value;
}

Value Value::MakeMethod(Value object, absl::string_view name) {
  Value value;
  value.Contain(object);
  value.data_ = std::make_shared<const Method>(Method{std::move(object), std::string(name)});
  return value;
}

Value Value::MakeMacro(const Macro* macro) {
  Value value;
  value.data_ = macro;
  return value;
}

const Value::Method* Value::method() const {
  const auto* found = std::get_if<std::shared_ptr<const Method>>(&data_);
  return found == nullptr ? nullptr : found->get();
}

Value::Namespace* Value::name_space() const {
  const auto* found = std::get_if<std::shared_ptr<Namespace>>(&data_);
  return found == nullptr ? nullptr : found->get();
}

const Macro* Value::macro() const {
  const auto* found = std::get_if<const Macro*>(&data_);
  return found == nullptr ? nullptr : *found;
}

const Value* Value::Find(absl::string_view key) const {
  const Entries* entries = nullptr;
  if (IsDict()) entries = &this->entries();
  if (const Namespace* space = name_space()) entries = &space->entries;
  if (entries == nullptr) return nullptr;
  for (const auto& [name, value] : *entries) {
    if (absl::string_view(name) == key) return &value;
  }
  return nullptr;
}

bool Value::Truth() const {
  if (IsUndefined() || IsNone()) return false;
  if (IsBool()) return std::get<bool>(data_);
  if (IsInt()) return integer() != 0;
  if (IsString()) return !text().empty();
  if (IsList()) return !items().empty();
  if (IsDict()) return !entries().empty();
  return true;
}

bool Value::Equals(const Value& other) const {
  // True is 1, as in Python.
  const auto number = [](const Value& value) {
    return value.IsBool() ? int64_t{std::get<bool>(value.data_)} : value.integer();
  };
  if ((IsBool() || IsInt()) && (other.IsBool() || other.IsInt())) {
    return number(*this) == number(other);
  }
  if (data_.index() != other.data_.index()) return false;
  if (IsString()) return text() == other.text();
  if (IsList()) {
    if (items().size() != other.items().size()) return false;
    for (size_t i = 0; i < items().size(); ++i) {
      if (!items()[i].Equals(other.items()[i])) return false;
    }
    return true;
  }
  if (IsDict()) {
    for (const auto& [key, value] : entries()) {
      const Value* const found = other.Find(key);
      if (found == nullptr || !found->Equals(value)) return false;
    }
    return entries().size() == other.entries().size();
  }
  return IsUndefined() || IsNone();
}

absl::StatusOr<std::string> Value::Print() const {
  if (IsUndefined()) return std::string();
  if (IsNone()) return std::string("None");
  if (IsBool()) return std::string(Truth() ? "True" : "False");
  if (IsInt()) return absl::StrCat(integer());
  if (IsString()) return text();
  return absl::UnimplementedError(absl::StrCat("printing ", KindName()));
}

absl::string_view Value::KindName() const {
  if (IsUndefined()) return "an undefined value";
  if (IsNone()) return "none";
  if (IsBool()) return "a boolean";
  if (IsInt()) return "a number";
  if (IsString()) return "a string";
  if (IsList()) return "a list";
  if (IsDict()) return "a dictionary";
  if (name_space() != nullptr) return "a namespace";
  return "a function";
}

}  // namespace quipu::inference::jinja
