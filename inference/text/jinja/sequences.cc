// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Indices, slices and methods of strings, lists and dictionaries; as Python's, in
// characters and not in bytes.
#include <algorithm>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "base/utf8.h"
#include "inference/text/jinja/builtins.h"
#include "inference/text/jinja/python_strip.h"

namespace quipu::inference::jinja {
namespace {

std::vector<absl::string_view> Characters(absl::string_view text) {
  std::vector<absl::string_view> characters;
  for (size_t at = 0; at < text.size();) {
    const size_t begin = at;
    NextCodePoint(text, &at);
    characters.push_back(text.substr(begin, at - begin));
  }
  return characters;
}

constexpr absl::string_view kTextMethods[] = {"strip",    "lstrip",     "rstrip", "split",
                                              "replace",  "startswith", "upper",  "lower",
                                              "endswith", "find",       "title",  "capitalize"};

constexpr absl::string_view kDictMethods[] = {"items", "keys", "values", "get"};

// Whether the character is one of `set`'s.
bool IsOneOf(absl::string_view character, const std::vector<absl::string_view>& set) {
  return std::find(set.begin(), set.end(), character) != set.end();
}

Value Strip(absl::string_view text, const Value* chars, bool left, bool right) {
  if (chars == nullptr || !chars->IsString()) {
    if (left) text = PythonStripLeft(text);
    return Value(right ? PythonStripRight(text) : text);
  }
  const std::vector<absl::string_view> set = Characters(chars->text());
  std::vector<absl::string_view> characters = Characters(text);
  size_t begin = 0, end = characters.size();
  while (left && begin < end && IsOneOf(characters[begin], set)) ++begin;
  while (right && end > begin && IsOneOf(characters[end - 1], set)) --end;
  return Value(absl::StrJoin(characters.begin() + begin, characters.begin() + end, ""));
}

absl::StatusOr<Value> Split(absl::string_view text, const Arguments& arguments) {
  const Value* const separator = arguments.Get(0, "sep");
  if (separator == nullptr || !separator->IsString() || separator->text().empty()) {
    return absl::UnimplementedError("split without a separator");
  }
  const Value* const most = arguments.Get(1, "maxsplit");
  int64_t left = most != nullptr && most->IsInt() && most->integer() >= 0 ? most->integer() : -1;
  Value::Items parts;
  while (left != 0) {
    const size_t at = text.find(separator->text());
    if (at == absl::string_view::npos) break;
    parts.emplace_back(text.substr(0, at));
    text.remove_prefix(at + separator->text().size());
    --left;
  }
  parts.emplace_back(text);
  return Value::List(std::move(parts));
}

absl::StatusOr<Value> Affix(absl::string_view name, absl::string_view text, const Value* wanted) {
  if (wanted == nullptr || !wanted->IsString()) {
    return absl::UnimplementedError(absl::StrCat(name, " of what is no string"));
  }
  return Value(name == "startswith" ? absl::StartsWith(text, wanted->text())
                                    : absl::EndsWith(text, wanted->text()));
}

// REQUIRES: `old` is not empty.
absl::StatusOr<Value> ReplaceAll(absl::string_view text, absl::string_view old,
                                 absl::string_view with) {
  std::string replaced;
  for (size_t at = 0;;) {
    const size_t found = text.find(old, at);
    absl::StrAppend(&replaced, text.substr(at, found - at));
    if (found == absl::string_view::npos) return Value(std::move(replaced));
    if (replaced.size() + with.size() > kMaxValueBytes) return TooLarge();
    absl::StrAppend(&replaced, with);
    at = found + old.size();
  }
}

absl::StatusOr<Value> CallOnText(absl::string_view name, const std::string& text,
                                 const Arguments& arguments) {
  const Value* const first = arguments.Get(0, "");
  if (name == "strip") return Strip(text, first, true, true);
  if (name == "lstrip") return Strip(text, first, true, false);
  if (name == "rstrip") return Strip(text, first, false, true);
  if (name == "split") return Split(text, arguments);
  if (name == "startswith" || name == "endswith") return Affix(name, text, first);
  if (name == "replace" && arguments.values.size() == 2 && arguments.values[0].IsString() &&
      arguments.values[1].IsString() && !arguments.values[0].text().empty()) {
    return ReplaceAll(text, arguments.values[0].text(), arguments.values[1].text());
  }
  if (arguments.values.empty() && (name == "upper" || name == "lower" || name == "capitalize")) {
    return ApplyFilter(name, Value(text), arguments);
  }
  return absl::UnimplementedError(absl::StrCat("such a call of ", name));
}

absl::StatusOr<Value> CallOnDict(absl::string_view name, const Value& dict,
                                 const Arguments& arguments) {
  if (name == "get") {
    const Value* const key = arguments.Get(0, "");
    const Value* const found = key != nullptr && key->IsString() ? dict.Find(key->text()) : nullptr;
    if (found != nullptr) return *found;
    const Value* const instead = arguments.Get(1, "");
    return instead == nullptr ? Value::MakeNone() : *instead;
  }
  Value::Items items;
  for (const auto& [key, value] : dict.entries()) {
    if (name == "keys") items.emplace_back(key);
    if (name == "values") items.push_back(value);
    if (name == "items") items.push_back(Value::List({Value(key), value}));
  }
  return Value::List(std::move(items));
}

}  // namespace

absl::StatusOr<Value> CallMethod(const Value::Method& method, const Arguments& arguments) {
  if (method.object.IsString()) return CallOnText(method.name, method.object.text(), arguments);
  if (method.object.IsDict()) return CallOnDict(method.name, method.object, arguments);
  return absl::UnimplementedError(
      absl::StrCat("the method ", Snippet(method.name, 40), " of ", method.object.KindName()));
}

absl::StatusOr<Value::Items> Iterate(const Value& value) {
  if (value.IsList()) return value.items();
  Value::Items items;
  if (value.IsUndefined()) return items;
  if (value.IsString()) {
    for (const absl::string_view character : Characters(value.text())) {
      items.emplace_back(character);
    }
    return items;
  }
  if (!value.IsDict()) {
    return absl::InvalidArgumentError(absl::StrCat("the items of ", value.KindName()));
  }
  for (const auto& [key, item] : value.entries()) items.emplace_back(key);
  return items;
}

absl::StatusOr<Value> Subscript(const Value& value, const Value& index) {
  if (index.IsString()) {
    if (const Value* const found = value.Find(index.text())) return *found;
    if (value.IsDict() || value.name_space() != nullptr) return Value();
  } else if (index.IsInt() && (value.IsList() || value.IsString())) {
    ASSIGN_OR_RETURN(const Value::Items items, Iterate(value));
    const auto size = static_cast<int64_t>(items.size());
    const int64_t at = index.integer() < 0 ? index.integer() + size : index.integer();
    return at < 0 || at >= size ? Value() : items[static_cast<size_t>(at)];
  }
  return absl::InvalidArgumentError(
      absl::StrCat(index.KindName(), " as an index of ", value.KindName()));
}

absl::StatusOr<Value> Attribute(const Value& value, absl::string_view name) {
  if (value.IsUndefined() || value.IsNone()) {
    return absl::InvalidArgumentError(absl::StrCat(Snippet(name, 40), " of ", value.KindName()));
  }
  const auto has = [name](const auto& methods) {
    return std::find(std::begin(methods), std::end(methods), name) != std::end(methods);
  };
  if ((value.IsString() && has(kTextMethods)) || (value.IsDict() && has(kDictMethods))) {
    return Value::MakeMethod(value, name);
  }
  if (const Value* const found = value.Find(name)) return *found;
  if (value.IsList()) return Value::MakeMethod(value, name);  // Refused when it is called.
  return Value();
}

absl::StatusOr<Value> Slice(const Value& value, std::optional<int64_t> begin,
                            std::optional<int64_t> end, std::optional<int64_t> step) {
  if (!value.IsList() && !value.IsString()) {
    return absl::InvalidArgumentError(absl::StrCat("a slice of ", value.KindName()));
  }
  ASSIGN_OR_RETURN(const Value::Items items, Iterate(value));
  const auto size = static_cast<int64_t>(items.size());
  const int64_t by = step.value_or(1);
  if (by == 0) return absl::InvalidArgumentError("a slice with step 0");
  // The places between which indices are clamped.
  const int64_t low = by > 0 ? 0 : -1, high = by > 0 ? size : size - 1;
  const auto place = [&](std::optional<int64_t> index, int64_t absent) {
    if (!index.has_value()) return absent;
    return std::clamp(*index < 0 ? *index + size : *index, low, high);
  };
  const int64_t last = place(end, by > 0 ? high : low);
  Value::Items chosen;
  for (int64_t at = place(begin, by > 0 ? low : high); by > 0 ? at < last : at > last; at += by) {
    chosen.push_back(items[static_cast<size_t>(at)]);
  }
  if (value.IsList()) return Value::List(std::move(chosen));
  std::string text;
  for (const Value& character : chosen) text += character.text();
  return Value(std::move(text));
}

}  // namespace quipu::inference::jinja
