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
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
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

// What Python has; calls of those that are not here are refused by name.
constexpr absl::string_view kTextMethods[] = {
    "capitalize",   "casefold",    "center",    "count",      "encode",       "endswith",
    "expandtabs",   "find",        "format",    "format_map", "index",        "isalnum",
    "isalpha",      "isascii",     "isdecimal", "isdigit",    "isidentifier", "islower",
    "isnumeric",    "isprintable", "isspace",   "istitle",    "isupper",      "join",
    "ljust",        "lower",       "lstrip",    "maketrans",  "partition",    "removeprefix",
    "removesuffix", "replace",     "rfind",     "rindex",     "rjust",        "rpartition",
    "rsplit",       "rstrip",      "split",     "splitlines", "startswith",   "strip",
    "swapcase",     "title",       "translate", "upper",      "zfill",
};
// Not those that change a value: to transformers' environment they are undefined.
constexpr absl::string_view kListMethods[] = {"copy", "count", "index"};
constexpr absl::string_view kDictMethods[] = {"copy", "fromkeys", "get", "items", "keys", "values"};

// A text that is cut into more parts would fill memory with them.
constexpr size_t kMaxParts = 1 << 16;

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
  while (left && !text.empty()) {
    size_t end = 0;
    NextCodePoint(text, &end);
    if (!IsOneOf(text.substr(0, end), set)) break;
    text.remove_prefix(end);
  }
  while (right && !text.empty()) {
    const size_t begin = FloorToCodePoint(text, text.size() - 1);
    if (!IsOneOf(text.substr(begin), set)) break;
    text = text.substr(0, begin);
  }
  return Value(text);
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
    if (parts.size() == kMaxParts) return TooLarge();
    parts.emplace_back(text.substr(0, at));
    text.remove_prefix(at + separator->text().size());
    --left;
  }
  parts.emplace_back(text);
  return Value::List(std::move(parts));
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

// str.title(): what follows something else than a letter is a word. ASCII.
absl::StatusOr<Value> Title(absl::string_view text) {
  std::string title;
  bool begins = true;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80) return absl::UnimplementedError("the method title of such text");
    title.push_back(begins ? absl::ascii_toupper(byte) : absl::ascii_tolower(byte));
    begins = !absl::ascii_isalpha(byte);
  }
  return Value(std::move(title));
}

// str.format() where each field is "{}".
absl::StatusOr<Value> Format(absl::string_view text, const Arguments& arguments) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, "{}");
  if (!arguments.named.empty() || parts.size() > arguments.values.size() + 1 ||
      std::any_of(parts.begin(), parts.end(), [](absl::string_view part) {
        return part.find_first_of("{}") != absl::string_view::npos;
      })) {
    return absl::UnimplementedError("such a call of format");
  }
  std::string made(parts[0]);
  for (size_t i = 1; i < parts.size(); ++i) {
    ASSIGN_OR_RETURN(const std::string value, arguments.values[i - 1].Print());
    absl::StrAppend(&made, value, parts[i]);
    if (made.size() > kMaxValueBytes) return TooLarge();
  }
  return Value(std::move(made));
}

// Methods with one argument, a text.
absl::StatusOr<Value> CallWithText(absl::string_view name, absl::string_view text,
                                   absl::string_view argument) {
  if (name == "startswith") return Value(absl::StartsWith(text, argument));
  if (name == "endswith") return Value(absl::EndsWith(text, argument));
  if (name == "removeprefix") return Value(absl::StripPrefix(text, argument));
  if (name == "removesuffix") return Value(absl::StripSuffix(text, argument));
  if (name == "find") {
    const size_t at = text.find(argument);
    if (at == absl::string_view::npos) return Value(int64_t{-1});
    return Value(static_cast<int64_t>(CountCodePoints(text.substr(0, at))));
  }
  return absl::UnimplementedError(absl::StrCat("such a call of ", name));
}

absl::StatusOr<Value> CallOnText(absl::string_view name, const std::string& text,
                                 const Arguments& arguments) {
  const size_t given = arguments.values.size() + arguments.named.size();
  const Value* const first = arguments.Get(0, "");
  const bool strips = name == "strip" || name == "lstrip" || name == "rstrip";
  if (strips && given == arguments.values.size() && given <= 1) {
    return Strip(text, first, name != "rstrip", name != "lstrip");
  }
  if (name == "split") return Split(text, arguments);
  if (name == "format") return Format(text, arguments);
  if (name == "title" && given == 0) return Title(text);
  if (name == "join" && given == 1 && first != nullptr && first->IsList()) {
    return ApplyFilter("join", *first, {{Value(text)}, {}});
  }
  if (name == "replace" && arguments.values.size() == 2 && arguments.values[0].IsString() &&
      arguments.values[1].IsString() && !arguments.values[0].text().empty()) {
    return ReplaceAll(text, arguments.values[0].text(), arguments.values[1].text());
  }
  if (arguments.values.empty() && (name == "upper" || name == "lower" || name == "capitalize")) {
    return ApplyFilter(name, Value(text), arguments);
  }
  if (given == 1 && first != nullptr && first->IsString()) {
    return CallWithText(name, text, first->text());
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
  if (name != "keys" && name != "values" && name != "items") {
    return absl::UnimplementedError(absl::StrCat("the method ", name, " of a dictionary"));
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
    // A value for each character takes a hundred times its size.
    if (value.text().size() > kMaxParts) return TooLarge();
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

namespace {

template <size_t kSize>
bool IsAmong(absl::string_view name, const absl::string_view (&names)[kSize]) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

bool HasMethod(const Value& value, absl::string_view name) {
  return (value.IsString() && IsAmong(name, kTextMethods)) ||
         (value.IsList() && IsAmong(name, kListMethods)) ||
         (value.IsDict() && IsAmong(name, kDictMethods));
}

// `text` from character `begin` on, up to character `end`. REQUIRES: begin <= end.
absl::string_view Between(absl::string_view text, int64_t begin, int64_t end) {
  size_t first = 0;
  for (int64_t i = 0; i < begin && first < text.size(); ++i) NextCodePoint(text, &first);
  size_t last = first;
  for (int64_t i = begin; i < end && last < text.size(); ++i) NextCodePoint(text, &last);
  return text.substr(first, last - first);
}

Value CharacterAt(absl::string_view text, int64_t index) {
  const auto size = static_cast<int64_t>(CountCodePoints(text));
  const int64_t at = index < 0 ? index + size : index;
  return at < 0 || at >= size ? Value() : Value(Between(text, at, at + 1));
}

}  // namespace

absl::StatusOr<Value> Subscript(const Value& value, const Value& index) {
  if (value.IsUndefined()) {
    return absl::InvalidArgumentError(
        absl::StrCat(index.KindName(), " as an index of ", value.KindName()));
  }
  if (index.IsString()) {
    if (const Value* const found = value.Find(index.text())) return *found;
    // What is no item may be a method.
    return HasMethod(value, index.text()) ? Value::MakeMethod(value, index.text()) : Value();
  }
  if (!index.IsInt()) {
    return absl::UnimplementedError(absl::StrCat(index.KindName(), " as an index"));
  }
  if (value.IsString()) return CharacterAt(value.text(), index.integer());
  if (!value.IsList()) return Value();
  const auto size = static_cast<int64_t>(value.items().size());
  const int64_t at = index.integer() < 0 ? index.integer() + size : index.integer();
  return at < 0 || at >= size ? Value() : value.items()[static_cast<size_t>(at)];
}

absl::StatusOr<Value> Attribute(const Value& value, absl::string_view name) {
  if (value.IsUndefined()) {
    return absl::InvalidArgumentError(absl::StrCat(Snippet(name, 40), " of ", value.KindName()));
  }
  if (HasMethod(value, name)) return Value::MakeMethod(value, name);
  const Value* const found = value.Find(name);
  return found == nullptr ? Value() : *found;
}

absl::StatusOr<Value> Slice(const Value& value, std::optional<int64_t> begin,
                            std::optional<int64_t> end, std::optional<int64_t> step) {
  if (value.IsUndefined()) {
    return absl::InvalidArgumentError(absl::StrCat("a slice of ", value.KindName()));
  }
  const int64_t by = step.value_or(1);
  if (by == 0) return absl::InvalidArgumentError("a slice with step 0");
  if (!value.IsList() && !value.IsString()) return Value();
  const auto size =
      static_cast<int64_t>(value.IsString() ? CountCodePoints(value.text()) : value.items().size());
  // The places between which indices are clamped.
  const int64_t low = by > 0 ? 0 : -1, high = by > 0 ? size : size - 1;
  const auto place = [&](std::optional<int64_t> index, int64_t absent) {
    if (!index.has_value()) return absent;
    return std::clamp(*index < 0 ? *index + size : *index, low, high);
  };
  const int64_t first = place(begin, by > 0 ? low : high);
  const int64_t last = place(end, by > 0 ? high : low);
  if (value.IsString() && by == 1) {
    return Value(Between(value.text(), first, std::max(first, last)));
  }
  ASSIGN_OR_RETURN(const Value::Items items, Iterate(value));
  if (static_cast<int64_t>(items.size()) != size) {
    return absl::InvalidArgumentError("a slice of a text that is not UTF-8");
  }
  Value::Items chosen;
  for (int64_t at = first; by > 0 ? at < last : at > last; at += by) {
    chosen.push_back(items[static_cast<size_t>(at)]);
  }
  if (value.IsList()) return Value::List(std::move(chosen));
  std::string text;
  for (const Value& character : chosen) text += character.text();
  return Value(std::move(text));
}

}  // namespace quipu::inference::jinja
