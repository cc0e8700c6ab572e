// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A value of a chat template: what Jinja computes with.
//
//   Value message = Value::Dict({{"role", Value("user")}, {"content", Value("Hi")}});
//   if (message.IsDict()) Use(*message.Find("role"));
//
// Strings, lists and dictionaries are shared and immutable, so a copy of a value costs no memory;
// only a namespace may be changed.
// Thread-compatible.
#ifndef QUIPU_INFERENCE_TEXT_JINJA_VALUE_H_
#define QUIPU_INFERENCE_TEXT_JINJA_VALUE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace quipu::inference::jinja {

struct Macro;  // ast.h

class Value {
 public:
  using Items = std::vector<Value>;
  using Entries = std::vector<std::pair<std::string, Value>>;
  struct Undefined {};
  struct None {};
  // A function of the environment: "range", "namespace", "raise_exception".
  struct Function {
    std::string name;
  };
  // A method of a value: "x.strip".
  struct Method;
  struct Namespace {
    Entries entries;
  };

  Value() = default;  // Undefined.
  explicit Value(bool value) : data_(value) {}
  explicit Value(int64_t value) : data_(value) {}
  explicit Value(std::string value)
      : data_(std::make_shared<const std::string>(std::move(value))) {}
  explicit Value(absl::string_view value) : Value(std::string(value)) {}
  explicit Value(const char* value) : Value(std::string(value)) {}
  static Value MakeNone();
  static Value List(Items items);
  static Value Dict(Entries entries);
  static Value MakeNamespace(Entries entries);
  static Value MakeFunction(absl::string_view name);
  static Value MakeMethod(Value object, absl::string_view name);
  static Value MakeMacro(const Macro* macro);

  bool IsUndefined() const { return std::holds_alternative<Undefined>(data_); }
  bool IsNone() const { return std::holds_alternative<None>(data_); }
  bool IsBool() const { return std::holds_alternative<bool>(data_); }
  bool IsInt() const { return std::holds_alternative<int64_t>(data_); }
  bool IsString() const { return std::holds_alternative<Text>(data_); }
  bool IsList() const { return std::holds_alternative<std::shared_ptr<const Items>>(data_); }
  bool IsDict() const { return std::holds_alternative<std::shared_ptr<const Entries>>(data_); }

  // REQUIRES: the value is one.
  int64_t integer() const { return std::get<int64_t>(data_); }
  const std::string& text() const { return *std::get<Text>(data_); }
  const Items& items() const { return *std::get<std::shared_ptr<const Items>>(data_); }
  const Entries& entries() const { return *std::get<std::shared_ptr<const Entries>>(data_); }
  // Nullptr if the value is none.
  const Function* function() const { return std::get_if<Function>(&data_); }
  const Method* method() const;
  Namespace* name_space() const;
  const Macro* macro() const;

  // The entry of a dictionary or a namespace; nullptr if there is none.
  const Value* Find(absl::string_view key) const;
  // How deep values are inside each other: 0 without other values. What a namespace has does not
  // count, so no value may have a namespace.
  int depth() const { return depth_; }
  // How many values it is made of, itself included, each as often as it occurs: what a comparison
  // may have to look at. At most 2^32 - 1.
  uint32_t count() const { return count_; }
  // As Python's bool().
  bool Truth() const;
  bool Equals(const Value& other) const;
  // As it is printed. UNIMPLEMENTED for lists and dictionaries.
  absl::StatusOr<std::string> Print() const;
  // "a string", "undefined": for messages.
  absl::string_view KindName() const;

 private:
  void Contain(const Value& other);
  using Text = std::shared_ptr<const std::string>;

  std::variant<Undefined, None, bool, int64_t, Text, std::shared_ptr<const Items>,
               std::shared_ptr<const Entries>, std::shared_ptr<Namespace>, Function,
               std::shared_ptr<const Method>, const Macro*>
      data_;
  int depth_ = 0;
  uint32_t count_ = 1;
};

struct Value::Method {
  Value object;
  std::string name;
};

}  // namespace quipu::inference::jinja

#endif  // QUIPU_INFERENCE_TEXT_JINJA_VALUE_H_
