// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/text/jinja/template.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "inference/text/jinja/builtins.h"
#include "inference/text/jinja/globals.h"
#include "inference/text/jinja/parser.h"

namespace quipu::inference::jinja {
namespace {

constexpr size_t kMaxOutputBytes = 1 << 20;
// Statements and expressions: published templates need a few thousand for a short
// conversation.
constexpr uint64_t kMaxSteps = 1000000;
// Bytes or items.
constexpr size_t kSizeOfStep = 16;
// A byte of the context may be printed twice, and be in as many values.
constexpr uint64_t kPrintsOfByte = 2;
constexpr uint64_t kValuesOfByte = 64;
constexpr int kMaxCallDepth = 50;
// Statements and expressions inside each other, macros' included: each takes stack.
constexpr int kMaxDepth = 1000;
// Values inside each other: to destroy one takes stack too.
constexpr int kMaxValueDepth = 100;
// A list that has another twice, and so on, is small in memory and takes forever to compare.
constexpr uint32_t kMaxValueCount = 1 << 17;
// More variables, or entries of a namespace or dictionary, are slow to search.
constexpr size_t kFewNames = 64;

enum class Flow { kNext, kBreak, kContinue };

uint64_t TextBytes(const Value& value) {
  uint64_t bytes = 0;
  if (value.IsString()) bytes = value.text().size();
  if (value.IsList()) {
    for (const Value& item : value.items()) bytes += TextBytes(item);
  }
  if (value.IsDict()) {
    for (const auto& [key, item] : value.entries()) bytes += TextBytes(item);
  }
  return bytes;
}

class Renderer {
 public:
  explicit Renderer(const Value::Entries& context) {
    for (const auto& [name, value] : context) {
      const uint64_t bytes = TextBytes(value);
      max_output_bytes_ += kPrintsOfByte * bytes;
      max_steps_ += kValuesOfByte * bytes / kSizeOfStep;
    }
    scopes_.push_back(context);
  }

  absl::StatusOr<std::string> Run(const std::vector<Statement>& program) {
    RETURN_IF_ERROR(Execute(program).status());
    return std::move(out_);
  }

 private:
  absl::Status Step() {
    if (++steps_ > max_steps_) return absl::ResourceExhaustedError("the template does not end");
    if (out_.size() > max_output_bytes_) {
      return absl::ResourceExhaustedError(
          absl::StrCat("the template prints over ", max_output_bytes_, " bytes"));
    }
    return absl::OkStatus();
  }

  void Charge(size_t size) { steps_ += size / kSizeOfStep; }
  void ChargeNames(size_t names) {
    if (names > kFewNames) Charge(names);
  }

  // One level of statements and expressions, for as long as it lives.
  class Level {
   public:
    explicit Level(Renderer* renderer) : renderer_(renderer) { ++renderer_->depth_; }
    ~Level() { --renderer_->depth_; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;
    absl::Status Check() const {
      if (renderer_->depth_ <= kMaxDepth) return absl::OkStatus();
      return absl::ResourceExhaustedError(
          absl::StrCat("the template is more than ", kMaxDepth, " deep"));
    }

   private:
    Renderer* const renderer_;
  };

  // ---- Statements.

  absl::StatusOr<Flow> Execute(const std::vector<Statement>& body) {
    for (const Statement& statement : body) {
      ASSIGN_OR_RETURN(const Flow flow, ExecuteOne(statement));
      if (flow != Flow::kNext) return flow;
    }
    return Flow::kNext;
  }

  absl::StatusOr<Flow> ExecuteOne(const Statement& statement) {
    RETURN_IF_ERROR(Step());
    const Level level(this);
    RETURN_IF_ERROR(level.Check());
    using Kind = Statement::Kind;
    switch (statement.kind) {
      case Kind::kText:
        out_ += statement.text;
        return Flow::kNext;
      case Kind::kPrint: {
        ASSIGN_OR_RETURN(const Value value, Evaluate(*statement.value));
        ASSIGN_OR_RETURN(const std::string text, value.Print());
        out_ += text;
        return Flow::kNext;
      }
      case Kind::kIf:
        return ExecuteIf(statement);
      case Kind::kFor:
        return ExecuteFor(statement);
      case Kind::kSet: {
        ASSIGN_OR_RETURN(Value value, Evaluate(*statement.value));
        RETURN_IF_ERROR(Assign(statement, std::move(value)));
        return Flow::kNext;
      }
      case Kind::kSetBlock: {
        scopes_.emplace_back();
        absl::StatusOr<std::string> text = Captured(statement.body);
        scopes_.pop_back();
        RETURN_IF_ERROR(text.status());
        Set(statement.names[0], Value(*std::move(text)));
        return Flow::kNext;
      }
      case Kind::kMacro:
        Set(statement.macro->name, Value::MakeMacro(statement.macro.get()));
        return Flow::kNext;
      case Kind::kBreak:
        return Flow::kBreak;
      case Kind::kContinue:
        return Flow::kContinue;
      case Kind::kBlock: {
        scopes_.emplace_back();
        const absl::StatusOr<Flow> flow = Execute(statement.body);
        scopes_.pop_back();
        return flow;
      }
    }
    return absl::InternalError("a statement of unknown kind");
  }

  absl::StatusOr<Flow> ExecuteIf(const Statement& statement) {
    for (const Statement::Branch& branch : statement.branches) {
      if (branch.condition != nullptr) {
        ASSIGN_OR_RETURN(const Value condition, Evaluate(*branch.condition));
        if (!condition.Truth()) continue;
      }
      return Execute(branch.body);
    }
    return Flow::kNext;
  }

  absl::StatusOr<Flow> ExecuteFor(const Statement& statement) {
    ASSIGN_OR_RETURN(const Value value, Evaluate(*statement.value));
    ASSIGN_OR_RETURN(Value::Items items, Iterate(value));
    if (statement.condition != nullptr) {
      ASSIGN_OR_RETURN(items, Filtered(statement, items));
    }
    if (items.empty()) return Execute(statement.other);
    scopes_.emplace_back();
    absl::StatusOr<Flow> flow = Flow::kNext;
    for (size_t i = 0; i < items.size() && flow.ok() && *flow != Flow::kBreak; ++i) {
      scopes_.back().clear();
      Set("loop", LoopAt(items, i));
      absl::Status ready = Step();
      if (ready.ok()) ready = Bind(statement.names, items[i]);
      flow = ready.ok() ? Execute(statement.body) : absl::StatusOr<Flow>(ready);
    }
    scopes_.pop_back();
    RETURN_IF_ERROR(flow.status());
    return Flow::kNext;
  }

  absl::StatusOr<Value::Items> Filtered(const Statement& statement, const Value::Items& items) {
    Value::Items kept;
    for (const Value& item : items) {
      scopes_.emplace_back();
      absl::Status status = Bind(statement.names, item);
      absl::StatusOr<Value> condition =
          status.ok() ? Evaluate(*statement.condition) : absl::StatusOr<Value>(status);
      scopes_.pop_back();
      RETURN_IF_ERROR(condition.status());
      if (condition->Truth()) kept.push_back(item);
    }
    return kept;
  }

  static Value LoopAt(const Value::Items& items, size_t i) {
    const auto at = static_cast<int64_t>(i), size = static_cast<int64_t>(items.size());
    return Value::Dict({{"index", Value(at + 1)},
                        {"index0", Value(at)},
                        {"revindex", Value(size - at)},
                        {"revindex0", Value(size - at - 1)},
                        {"first", Value(i == 0)},
                        {"last", Value(at + 1 == size)},
                        {"length", Value(size)},
                        {"depth", Value(int64_t{1})},
                        {"depth0", Value(int64_t{0})},
                        {"previtem", i == 0 ? Value() : items[i - 1]},
                        {"nextitem", at + 1 == size ? Value() : items[i + 1]}});
  }

  absl::Status Assign(const Statement& statement, Value value) {
    if (statement.text.empty()) return Bind(statement.names, std::move(value));
    const Value target = Lookup(statement.names[0]);
    Value::Namespace* const space = target.name_space();
    if (space == nullptr || statement.names.size() != 1) {
      return absl::InvalidArgumentError(
          absl::StrCat("setting an attribute of ", target.KindName()));
    }
    RETURN_IF_ERROR(CheckMember(value));
    ChargeNames(space->entries.size());
    for (auto& [name, old] : space->entries) {
      if (name != statement.text) continue;
      old = std::move(value);
      return absl::OkStatus();
    }
    space->entries.emplace_back(statement.text, std::move(value));
    return absl::OkStatus();
  }

  // One name, or one for each item.
  absl::Status Bind(const std::vector<std::string>& names, Value value) {
    if (names.size() == 1) {
      Set(names[0], std::move(value));
      return absl::OkStatus();
    }
    ASSIGN_OR_RETURN(const Value::Items items, Iterate(value));
    if (items.size() != names.size()) {
      return absl::InvalidArgumentError(
          absl::StrCat(items.size(), " values for ", names.size(), " names"));
    }
    for (size_t i = 0; i < names.size(); ++i) Set(names[i], items[i]);
    return absl::OkStatus();
  }

  void Set(const std::string& name, Value value) {
    ChargeNames(scopes_.back().size());
    for (auto& [known, old] : scopes_.back()) {
      if (known != name) continue;
      old = std::move(value);
      return;
    }
    scopes_.back().emplace_back(name, std::move(value));
  }

  Value Lookup(const std::string& name) {
    for (auto scope = scopes_.rbegin(); scope != scopes_.rend(); ++scope) {
      ChargeNames(scope->size());
      for (const auto& [known, value] : *scope) {
        if (known == name) return value;
      }
    }
    return IsGlobal(name) ? Value::MakeFunction(name) : Value();
  }

  absl::StatusOr<std::string> Captured(const std::vector<Statement>& body) {
    std::string outer;
    outer.swap(out_);
    const absl::Status status = Execute(body).status();
    outer.swap(out_);  // `outer` has what the body printed.
    RETURN_IF_ERROR(status);
    return outer;
  }

  // ---- Expressions.

  // Every value that is passed on costs steps by its size.
  absl::StatusOr<Value> Evaluate(const Expression& e) {
    RETURN_IF_ERROR(Step());
    const Level level(this);
    RETURN_IF_ERROR(level.Check());
    absl::StatusOr<Value> value = EvaluateOne(e);
    if (value.ok() && value->count() > kMaxValueCount) return TooLarge();
    if (value.ok() && value->depth() > kMaxValueDepth) {
      return absl::ResourceExhaustedError(
          absl::StrCat("values inside each other more than ", kMaxValueDepth, " deep"));
    }
    if (value.ok() && value->IsString()) Charge(value->text().size());
    if (value.ok() && value->IsList()) Charge(value->items().size());
    if (value.ok() && value->IsDict()) ChargeNames(value->entries().size());
    return value;
  }

  absl::StatusOr<Value> EvaluateOne(const Expression& e) {
    using Kind = Expression::Kind;
    switch (e.kind) {
      case Kind::kLiteral:
        return e.literal;
      case Kind::kName:
        return Lookup(e.text);
      case Kind::kList:
      case Kind::kDict:
        return Collection(e);
      case Kind::kUnary:
        return Unary(e);
      case Kind::kBinary:
        return Binary(e);
      case Kind::kCondition:
        return Condition(e);
      case Kind::kAttribute: {
        ASSIGN_OR_RETURN(const Value value, Evaluate(*e.operands[0]));
        return Attribute(value, e.text);
      }
      case Kind::kIndex: {
        ASSIGN_OR_RETURN(const Value value, Evaluate(*e.operands[0]));
        ASSIGN_OR_RETURN(const Value index, Evaluate(*e.operands[1]));
        return Subscript(value, index);
      }
      case Kind::kSlice:
        return EvaluateSlice(e);
      case Kind::kCall:
        return Call(e);
      case Kind::kFilter: {
        ASSIGN_OR_RETURN(const Value value, Evaluate(*e.operands[0]));
        ASSIGN_OR_RETURN(const Arguments arguments, ArgumentsOf(e));
        return ApplyFilter(e.text, value, arguments);
      }
      case Kind::kTest: {
        ASSIGN_OR_RETURN(const Value value, Evaluate(*e.operands[0]));
        ASSIGN_OR_RETURN(const Arguments arguments, ArgumentsOf(e));
        ASSIGN_OR_RETURN(const bool passes, ApplyTest(e.text, value, arguments));
        return Value(passes);
      }
    }
    return absl::InternalError("an expression of unknown kind");
  }

  absl::StatusOr<Value> Collection(const Expression& e) {
    Value::Items items;
    for (const Expression::Pointer& operand : e.operands) {
      ASSIGN_OR_RETURN(items.emplace_back(), Evaluate(*operand));
      RETURN_IF_ERROR(CheckMember(items.back()));
    }
    if (e.kind == Expression::Kind::kList) return Value::List(std::move(items));
    Value::Entries entries;
    for (size_t i = 0; i + 1 < items.size(); i += 2) {
      if (!items[i].IsString()) return absl::UnimplementedError("keys that are no strings");
      entries.emplace_back(items[i].text(), items[i + 1]);
    }
    return Value::Dict(std::move(entries));
  }

  absl::StatusOr<Value> Unary(const Expression& e) {
    ASSIGN_OR_RETURN(const Value value, Evaluate(*e.operands[0]));
    if (e.text == "not") return Value(!value.Truth());
    return ApplyOperator("-", Value(int64_t{0}), value);
  }

  absl::StatusOr<Value> Binary(const Expression& e) {
    ASSIGN_OR_RETURN(Value left, Evaluate(*e.operands[0]));
    if (e.text == "and" && !left.Truth()) return left;
    if (e.text == "or" && left.Truth()) return left;
    ASSIGN_OR_RETURN(Value right, Evaluate(*e.operands[1]));
    if (e.text == "and" || e.text == "or") return right;
    Charge(size_t{left.count()} + right.count());
    return ApplyOperator(e.text, left, right);
  }

  absl::StatusOr<Value> Condition(const Expression& e) {
    ASSIGN_OR_RETURN(const Value condition, Evaluate(*e.operands[1]));
    if (condition.Truth()) return Evaluate(*e.operands[0]);
    if (e.operands.size() < 3) return Value();
    return Evaluate(*e.operands[2]);
  }

  absl::StatusOr<Value> EvaluateSlice(const Expression& e) {
    ASSIGN_OR_RETURN(const Value value, Evaluate(*e.operands[0]));
    std::optional<int64_t> parts[3];
    for (size_t i = 0; i < 3; ++i) {
      if (e.operands[i + 1] == nullptr) continue;
      ASSIGN_OR_RETURN(const Value part, Evaluate(*e.operands[i + 1]));
      if (!part.IsInt()) return absl::InvalidArgumentError("a slice with what is no number");
      parts[i] = part.integer();
    }
    return Slice(value, parts[0], parts[1], parts[2]);
  }

  absl::StatusOr<Arguments> ArgumentsOf(const Expression& e) {
    Arguments arguments;
    for (size_t i = 1; i < e.operands.size(); ++i) {
      ASSIGN_OR_RETURN(arguments.values.emplace_back(), Evaluate(*e.operands[i]));
    }
    for (const auto& [name, value] : e.named) {
      ASSIGN_OR_RETURN(Value evaluated, Evaluate(*value));
      arguments.named.emplace_back(name, std::move(evaluated));
    }
    return arguments;
  }

  absl::StatusOr<Value> Call(const Expression& e) {
    ASSIGN_OR_RETURN(const Value callee, Evaluate(*e.operands[0]));
    ASSIGN_OR_RETURN(const Arguments arguments, ArgumentsOf(e));
    if (callee.method() != nullptr) return CallMethod(*callee.method(), arguments);
    if (callee.macro() != nullptr) return CallMacro(*callee.macro(), arguments);
    if (callee.function() != nullptr) return CallGlobal(callee.function()->name, arguments);
    return absl::InvalidArgumentError(absl::StrCat("a call of ", callee.KindName()));
  }

  // Python raises for an argument that a macro does not have.
  static absl::Status CheckArguments(const Macro& macro, const Arguments& arguments) {
    const auto unknown = [&macro](absl::string_view what) {
      return absl::InvalidArgumentError(
          absl::StrCat("the macro ", Snippet(macro.name, 40), " has no parameter ", what));
    };
    if (arguments.values.size() > macro.parameters.size()) {
      return unknown(absl::StrCat(arguments.values.size()));
    }
    for (const auto& [name, value] : arguments.named) {
      const bool known = std::any_of(
          macro.parameters.begin(), macro.parameters.end(),
          [&name = name](const Macro::Parameter& parameter) { return parameter.name == name; });
      if (!known) return unknown(Snippet(name, 40));
    }
    return absl::OkStatus();
  }

  // A macro sees the template's own variables, not its caller's.
  absl::StatusOr<Value> CallMacro(const Macro& macro, const Arguments& arguments) {
    RETURN_IF_ERROR(CheckArguments(macro, arguments));
    if (++calls_ > kMaxCallDepth) return absl::ResourceExhaustedError("macros call each other");
    std::vector<Value::Entries> outer;
    outer.swap(scopes_);
    scopes_ = {outer[0], {}};
    absl::Status status;
    for (size_t i = 0; i < macro.parameters.size() && status.ok(); ++i) {
      const Macro::Parameter& parameter = macro.parameters[i];
      if (const Value* const given = arguments.Get(i, parameter.name)) {
        Set(parameter.name, *given);
      } else if (parameter.standard != nullptr) {
        absl::StatusOr<Value> value = Evaluate(*parameter.standard);
        status = value.status();
        if (value.ok()) Set(parameter.name, *std::move(value));
      } else {
        Set(parameter.name, Value());
      }
    }
    absl::StatusOr<std::string> text = std::string();
    if (status.ok()) text = Captured(macro.body);
    scopes_.swap(outer);
    --calls_;
    RETURN_IF_ERROR(status);
    RETURN_IF_ERROR(text.status());
    return Value(*std::move(text));
  }

  std::vector<Value::Entries> scopes_;
  std::string out_;
  uint64_t max_output_bytes_ = kMaxOutputBytes;
  uint64_t max_steps_ = kMaxSteps;
  uint64_t steps_ = 0;
  int calls_ = 0;
  int depth_ = 0;
};

}  // namespace

absl::StatusOr<Template> Template::Parse(absl::string_view source) {
  if (source.size() > kMaxTemplateBytes) {
    return absl::ResourceExhaustedError(
        absl::StrCat("a template of ", source.size(), " bytes, limit ", kMaxTemplateBytes));
  }
  ASSIGN_OR_RETURN(std::vector<Statement> program, ParseTemplate(source));
  return Template(std::move(program));
}

absl::StatusOr<std::string> Template::Render(const Value::Entries& context) const {
  return Renderer(context).Run(program_);
}

}  // namespace quipu::inference::jinja
