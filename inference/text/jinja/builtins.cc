// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Operators, filters and tests. sequences.cc has indices, slices and methods.
#include "inference/text/jinja/builtins.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "base/utf8.h"
#include "inference/text/jinja/python_strip.h"

namespace quipu::inference::jinja {
namespace {

// A product or a sum stays far from overflow.
constexpr int64_t kMaxInteger = int64_t{1} << 31;
// What one list may hold, so that doubling it again and again ends soon.
constexpr size_t kMaxItems = 1 << 16;

absl::Status CannotDo(absl::string_view what, const Value& a, const Value& b) {
  return absl::InvalidArgumentError(
      absl::StrCat(what, " of ", a.KindName(), " and ", b.KindName()));
}

absl::StatusOr<Value> Arithmetic(absl::string_view op, int64_t a, int64_t b) {
  if (std::max(std::abs(a), std::abs(b)) > kMaxInteger) {
    return absl::UnimplementedError("arithmetic of large numbers");
  }
  if (op == "+") return Value(a + b);
  if (op == "-") return Value(a - b);
  if (op == "*") return Value(a * b);
  if (b == 0) return absl::InvalidArgumentError("division by zero");
  const int64_t quotient = a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0);  // Rounds down.
  if (op == "//") return Value(quotient);
  if (op == "%") return Value(a - quotient * b);
  return absl::UnimplementedError(absl::StrCat("the operator ", op));
}

absl::StatusOr<Value> Compare(absl::string_view op, const Value& a, const Value& b) {
  int order = 0;
  if (a.IsInt() && b.IsInt()) {
    order = a.integer() < b.integer() ? -1 : a.integer() > b.integer() ? 1 : 0;
  } else if (a.IsString() && b.IsString()) {
    order = a.text().compare(b.text());
  } else {
    return CannotDo("comparison", a, b);
  }
  if (op == "<") return Value(order < 0);
  if (op == "<=") return Value(order <= 0);
  if (op == ">") return Value(order > 0);
  return Value(order >= 0);
}

// The operators that tests have names for.
struct ComparisonName {
  absl::string_view name;
  absl::string_view op;
};
constexpr ComparisonName kComparisonNames[] = {
    {"==", "=="}, {"eq", "=="}, {"equalto", "=="},    {"!=", "!="}, {"ne", "!="},
    {">", ">"},   {"gt", ">"},  {"greaterthan", ">"}, {">=", ">="}, {"ge", ">="},
    {"<", "<"},   {"lt", "<"},  {"lessthan", "<"},    {"<=", "<="}, {"le", "<="},
};

absl::StatusOr<bool> Contains(const Value& whole, const Value& part) {
  if (whole.IsString()) {
    if (!part.IsString()) return CannotDo("\"in\"", part, whole);
    return absl::StrContains(whole.text(), part.text());
  }
  if (whole.IsDict()) return part.IsString() && whole.Find(part.text()) != nullptr;
  if (!whole.IsList() && !whole.IsUndefined()) return CannotDo("\"in\"", part, whole);
  if (whole.IsUndefined()) return false;
  return std::any_of(whole.items().begin(), whole.items().end(),
                     [&](const Value& item) { return item.Equals(part); });
}

absl::StatusOr<std::string> TextOf(absl::string_view what, const Value* value) {
  if (value != nullptr && value->IsString()) return value->text();
  return absl::InvalidArgumentError(absl::StrCat(
      what, " of ", value == nullptr ? absl::string_view("nothing") : value->KindName()));
}

}  // namespace

const Value* Arguments::Get(size_t place, absl::string_view name) const {
  if (place < values.size()) return &values[place];
  for (const auto& [key, value] : named) {
    if (absl::string_view(key) == name) return &value;
  }
  return nullptr;
}

absl::Status TooLarge() { return absl::ResourceExhaustedError("a value grows too large"); }

absl::StatusOr<Value> ApplyOperator(absl::string_view op, const Value& a, const Value& b) {
  if (op == "==") return Value(a.Equals(b));
  if (op == "!=") return Value(!a.Equals(b));
  if (op == "in" || op == "not in") {
    ASSIGN_OR_RETURN(const bool contained, Contains(b, a));
    return Value(contained == (op == "in"));
  }
  if (op == "~") {
    ASSIGN_OR_RETURN(const std::string left, a.Print());
    ASSIGN_OR_RETURN(const std::string right, b.Print());
    if (left.size() + right.size() > kMaxValueBytes) return TooLarge();
    return Value(left + right);
  }
  if (op[0] == '<' || op[0] == '>') return Compare(op, a, b);
  if (a.IsInt() && b.IsInt()) return Arithmetic(op, a.integer(), b.integer());
  if (op == "+" && a.IsString() && b.IsString()) return ApplyOperator("~", a, b);
  if (op == "+" && a.IsList() && b.IsList()) {
    if (a.items().size() + b.items().size() > kMaxItems) return TooLarge();
    Value::Items items = a.items();
    items.insert(items.end(), b.items().begin(), b.items().end());
    return Value::List(std::move(items));
  }
  return CannotDo(absl::StrCat("\"", op, "\""), a, b);
}

// ---- Filters.

namespace {

// The filter's way: what follows white space, a hyphen or an opening bracket is a word. ASCII.
std::string TitleOf(absl::string_view text) {
  std::string title = absl::AsciiStrToLower(text);
  bool begins = true;
  for (char& c : title) {
    if (begins) c = absl::ascii_toupper(static_cast<unsigned char>(c));
    begins = absl::ascii_isspace(static_cast<unsigned char>(c)) || absl::StrContains("-({[<", c);
  }
  return title;
}

absl::StatusOr<Value> FilterText(absl::string_view name, const Value& value,
                                 const Arguments& arguments) {
  ASSIGN_OR_RETURN(const std::string text, value.Print());
  if (name == "trim") {
    const Value* const chars = arguments.Get(0, "chars");
    if (chars == nullptr || chars->IsNone()) return Value(PythonStrip(text));
    return CallMethod({Value(text), "strip"}, {{*chars}, {}});
  }
  if (name == "replace") return CallMethod({Value(text), "replace"}, arguments);
  const bool ascii = std::all_of(text.begin(), text.end(),
                                 [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (!ascii) return absl::UnimplementedError(absl::StrCat("the filter ", name, " of such text"));
  if (name == "upper") return Value(absl::AsciiStrToUpper(text));
  if (name == "title") return Value(TitleOf(text));
  std::string result = absl::AsciiStrToLower(text);
  if (name == "capitalize" && !result.empty()) {
    result[0] = absl::ascii_toupper(static_cast<unsigned char>(result[0]));
  }
  return Value(std::move(result));
}

absl::StatusOr<Value> Length(const Value& value) {
  if (value.IsDict()) return Value(static_cast<int64_t>(value.entries().size()));
  if (value.IsString()) {
    int64_t characters = 0;
    for (size_t at = 0; at < value.text().size(); ++characters) NextCodePoint(value.text(), &at);
    return Value(characters);
  }
  if (value.IsNone()) return absl::InvalidArgumentError("length of none");
  ASSIGN_OR_RETURN(const Value::Items items, Iterate(value));
  return Value(static_cast<int64_t>(items.size()));
}

absl::StatusOr<Value> Join(const Value& value, const Arguments& arguments) {
  if (arguments.Get(1, "attribute") != nullptr) {
    return absl::UnimplementedError("the filter join with an attribute");
  }
  ASSIGN_OR_RETURN(const Value::Items items, Iterate(value));
  std::string between;
  if (const Value* const separator = arguments.Get(0, "d")) {
    ASSIGN_OR_RETURN(between, TextOf("join", separator));
  }
  std::string joined;
  for (const Value& item : items) {
    if (&item != &items.front()) joined += between;
    ASSIGN_OR_RETURN(const std::string text, item.Print());
    joined += text;
    if (joined.size() > kMaxValueBytes) return TooLarge();
  }
  return Value(std::move(joined));
}

absl::StatusOr<Value> Default(const Value& value, const Arguments& arguments) {
  const Value* const instead = arguments.Get(0, "default_value");
  const Value* const boolean = arguments.Get(1, "boolean");
  const bool missing =
      value.IsUndefined() || (boolean != nullptr && boolean->Truth() && !value.Truth());
  if (!missing) return value;
  return instead == nullptr ? Value("") : *instead;
}

// The attribute "function.name" of an item; a number is an index.
absl::StatusOr<Value> AttributePath(Value item, absl::string_view path) {
  for (const absl::string_view part : absl::StrSplit(path, '.')) {
    int64_t index = 0;
    const bool digits = !part.empty() && std::all_of(part.begin(), part.end(), [](char c) {
      return absl::ascii_isdigit(static_cast<unsigned char>(c));
    });
    const bool number = digits && absl::SimpleAtoi(part, &index);
    ASSIGN_OR_RETURN(item, Subscript(item, number ? Value(index) : Value(part)));
  }
  return item;
}

// select, reject, selectattr and rejectattr: the items that pass a test, or are true; or whose
// attribute is.
absl::StatusOr<Value> Select(absl::string_view name, const Value& value,
                             const Arguments& arguments) {
  const bool want = absl::StartsWith(name, "select");
  const bool by_attribute = absl::EndsWith(name, "attr");
  if (!value.Truth()) return Value::List({});  // None too.
  const size_t first = by_attribute ? 1 : 0;
  std::string attribute;
  if (by_attribute) {
    ASSIGN_OR_RETURN(attribute, TextOf(name, arguments.Get(0, "")));
  }
  ASSIGN_OR_RETURN(const Value::Items items, Iterate(value));
  Value::Items selected;
  for (const Value& item : items) {
    Value part = item;
    if (by_attribute) {
      ASSIGN_OR_RETURN(part, AttributePath(item, attribute));
    }
    bool passes = part.Truth();
    if (arguments.values.size() > first) {
      ASSIGN_OR_RETURN(const std::string test, TextOf(name, &arguments.values[first]));
      Arguments rest;
      rest.values.assign(arguments.values.begin() + first + 1, arguments.values.end());
      ASSIGN_OR_RETURN(passes, ApplyTest(test, part, rest));
    }
    if (passes == want) selected.push_back(item);
  }
  return Value::List(std::move(selected));
}

// A map of a map of a map takes stack for each.
constexpr size_t kMaxMapArguments = 8;

absl::StatusOr<Value> Map(const Value& value, const Arguments& arguments) {
  if (arguments.values.size() > kMaxMapArguments) {
    return absl::UnimplementedError("the filter map with so many arguments");
  }
  if (!value.Truth()) return Value::List({});  // None too.
  ASSIGN_OR_RETURN(const Value::Items items, Iterate(value));
  Value::Items mapped;
  const Value* const attribute = arguments.values.empty() ? arguments.Get(0, "attribute") : nullptr;
  const Value* const instead = arguments.values.empty() ? arguments.Get(0, "default") : nullptr;
  for (const Value& item : items) {
    if (attribute != nullptr) {
      ASSIGN_OR_RETURN(const std::string name, TextOf("map", attribute));
      ASSIGN_OR_RETURN(mapped.emplace_back(), AttributePath(item, name));
      if (mapped.back().IsUndefined() && instead != nullptr) mapped.back() = *instead;
    } else {
      ASSIGN_OR_RETURN(const std::string filter, TextOf("map", arguments.Get(0, "")));
      Arguments rest;
      rest.values.assign(arguments.values.begin() + 1, arguments.values.end());
      rest.named = arguments.named;
      ASSIGN_OR_RETURN(mapped.emplace_back(), ApplyFilter(filter, item, rest));
    }
  }
  return Value::List(std::move(mapped));
}

absl::StatusOr<Value> FilterSequence(absl::string_view name, const Value& value) {
  // Of a text, without a value for each character.
  if (value.IsString() && name == "reverse") return Slice(value, {}, {}, -1);
  if (value.IsString() && (name == "first" || name == "last")) {
    return Subscript(value, Value(int64_t{name == "first" ? 0 : -1}));
  }
  ASSIGN_OR_RETURN(Value::Items items, Iterate(value));
  if (name == "list") return Value::List(std::move(items));
  if (name == "reverse") {
    std::reverse(items.begin(), items.end());
    return Value::List(std::move(items));
  }
  if (items.empty()) return Value();
  return name == "first" ? items.front() : items.back();
}

absl::StatusOr<Value> Integer(const Value& value) {
  int64_t number = 0;
  if (value.IsInt()) return value;
  if (!value.IsString() || !absl::SimpleAtoi(value.text(), &number)) {
    return absl::UnimplementedError(absl::StrCat("the filter int of ", value.KindName()));
  }
  if (number > kMaxInteger || number < -kMaxInteger) {
    return absl::UnimplementedError("the filter int of a large number");
  }
  return Value(number);
}

}  // namespace

absl::StatusOr<Value> ApplyFilter(absl::string_view name, const Value& value,
                                  const Arguments& arguments) {
  for (const char* text : {"trim", "replace", "upper", "lower", "capitalize", "title"}) {
    if (name == text) return FilterText(name, value, arguments);
  }
  for (const char* sequence : {"first", "last", "list", "reverse"}) {
    if (name == sequence) return FilterSequence(name, value);
  }
  if (name == "length" || name == "count") return Length(value);
  if (name == "default" || name == "d") return Default(value, arguments);
  if (name == "join") return Join(value, arguments);
  if (name == "map") return Map(value, arguments);
  if (name == "int") return Integer(value);
  for (const char* select : {"select", "reject", "selectattr", "rejectattr"}) {
    if (name == select) return Select(name, value, arguments);
  }
  if (name == "items") return CallMethod({value, "items"}, arguments);
  if (name == "safe" || name == "string") {
    ASSIGN_OR_RETURN(std::string text, value.Print());
    return Value(std::move(text));
  }
  return absl::UnimplementedError(absl::StrCat("the filter ", Snippet(name, 40)));
}

// ---- Tests.

absl::StatusOr<bool> ApplyTest(absl::string_view name, const Value& value,
                               const Arguments& arguments) {
  if (name == "defined") return !value.IsUndefined();
  if (name == "undefined") return value.IsUndefined();
  if (name == "none") return value.IsNone();
  if (name == "string") return value.IsString();
  if (name == "mapping") return value.IsDict();
  if (name == "sequence" || name == "iterable") {
    // Jinja's undefined value has a length and can be iterated.
    return value.IsString() || value.IsList() || value.IsDict() || value.IsUndefined();
  }
  if (name == "number") return value.IsInt() || value.IsBool();
  if (name == "integer") return value.IsInt();
  if (name == "boolean") return value.IsBool();
  if (name == "true") return value.IsBool() && value.Truth();
  if (name == "false") return value.IsBool() && !value.Truth();
  if (name == "odd" || name == "even") {
    if (!value.IsInt()) return absl::InvalidArgumentError("odd or even of what is no number");
    return (value.integer() % 2 != 0) == (name == "odd");
  }
  if (name == "callable") {
    return value.function() != nullptr || value.method() != nullptr || value.macro() != nullptr;
  }
  if (name == "float") return false;  // There are none.
  const Value* const argument = arguments.Get(0, "");
  if (argument != nullptr && name == "in") return Contains(*argument, value);
  for (const ComparisonName& known : kComparisonNames) {
    if (argument == nullptr || known.name != name) continue;
    ASSIGN_OR_RETURN(const Value holds, ApplyOperator(known.op, value, *argument));
    return holds.Truth();
  }
  return absl::UnimplementedError(absl::StrCat("the test ", Snippet(name, 40)));
}

}  // namespace quipu::inference::jinja
