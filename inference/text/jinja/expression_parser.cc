// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/text/jinja/expression_parser.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "base/strings.h"

namespace quipu::inference::jinja {
namespace {

using Kind = Token::Kind;

// Published templates have fewer than 20 levels.
constexpr int kMaxDepth = 100;
// And chains of fewer than 60 operators.
constexpr int kMaxTreeDepth = 400;

bool IsComparison(const Token& token) {
  for (const char* op : {"==", "!=", "<", "<=", ">", ">="}) {
    if (token.kind == Kind::kOperator && token.text == op) return true;
  }
  return false;
}

// Whether what follows a test's name is its argument, without parentheses: "x is in names".
bool BeginsArgument(const Token& token) {
  if (token.kind == Kind::kString || token.kind == Kind::kInteger) return true;
  if (token.kind == Kind::kOperator) return token.text == "[" || token.text == "{";
  if (token.kind != Kind::kName) return false;
  for (const char* word : {"else", "or", "and", "is", "if", "in", "not"}) {
    if (token.text == word) return false;
  }
  return true;
}

}  // namespace

absl::Status ExpressionParser::Depth::Check() const {
  if (parser_->depth_ <= kMaxDepth) return absl::OkStatus();
  return parser_->Error(absl::StrCat("nested more than ", kMaxDepth, " deep"));
}

// ---- The cursor.

bool ExpressionParser::TakeOperator(absl::string_view text) {
  if (!PeekIs(Kind::kOperator, text)) return false;
  Next();
  return true;
}

bool ExpressionParser::TakeName(absl::string_view text) {
  if (!PeekIs(Kind::kName, text)) return false;
  Next();
  return true;
}

absl::Status ExpressionParser::Error(absl::string_view what) const {
  return absl::InvalidArgumentError(absl::StrCat("line ", Peek().line, ": ", what));
}

absl::Status ExpressionParser::Expect(Kind kind, absl::string_view what) {
  if (Peek().kind != kind) {
    return Error(absl::StrCat("want ", what, ", found \"", Snippet(Peek().text, 40), "\""));
  }
  Next();
  return absl::OkStatus();
}

absl::Status ExpressionParser::ExpectOperator(absl::string_view text) {
  if (TakeOperator(text)) return absl::OkStatus();
  return Error(absl::StrCat("want ", text, ", found \"", Snippet(Peek().text, 40), "\""));
}

absl::StatusOr<std::string> ExpressionParser::ExpectName() {
  std::string name = Peek().text;
  RETURN_IF_ERROR(Expect(Kind::kName, "a name"));
  return name;
}

Expression::Pointer ExpressionParser::Make(Expression::Kind kind, absl::string_view text) const {
  auto made = std::make_unique<Expression>();
  made->kind = kind;
  made->text = std::string(text);
  made->line = Peek().line;
  return made;
}

ExpressionParser::Parsed ExpressionParser::Made(Expression::Pointer expression) const {
  const auto add = [&expression](const Expression::Pointer& part) {
    if (part != nullptr) expression->depth = std::max(expression->depth, part->depth + 1);
  };
  for (const Expression::Pointer& operand : expression->operands) add(operand);
  for (const auto& [name, value] : expression->named) add(value);
  if (expression->depth <= kMaxTreeDepth) return expression;
  return Error(absl::StrCat("an expression more than ", kMaxTreeDepth, " deep"));
}

// ---- Operators, the loosest first.

ExpressionParser::Parsed ExpressionParser::ParseTuple() {
  ASSIGN_OR_RETURN(Expression::Pointer first, ParseExpression());
  if (!PeekIs(Kind::kOperator, ",")) return first;
  Expression::Pointer tuple = Make(Expression::Kind::kList);
  tuple->operands.push_back(std::move(first));
  while (TakeOperator(",")) {
    if (PeekIs(Kind::kOperator, ")") || Peek().kind == Kind::kTagEnd) break;
    ASSIGN_OR_RETURN(Expression::Pointer next, ParseExpression());
    tuple->operands.push_back(std::move(next));
  }
  return Made(std::move(tuple));
}

ExpressionParser::Parsed ExpressionParser::ParseExpression() {
  const Depth depth(this);
  RETURN_IF_ERROR(depth.Check());
  ASSIGN_OR_RETURN(Expression::Pointer value, ParseOr());
  while (TakeName("if")) {
    Expression::Pointer choice = Make(Expression::Kind::kCondition);
    choice->operands.push_back(std::move(value));
    ASSIGN_OR_RETURN(Expression::Pointer condition, ParseOr());
    choice->operands.push_back(std::move(condition));
    if (TakeName("else")) {
      ASSIGN_OR_RETURN(Expression::Pointer other, ParseExpression());
      choice->operands.push_back(std::move(other));
    }
    ASSIGN_OR_RETURN(value, Made(std::move(choice)));
  }
  return value;
}

ExpressionParser::Parsed ExpressionParser::ParseOr() {
  return ParseBinary({"or"}, &ExpressionParser::ParseAnd);
}
ExpressionParser::Parsed ExpressionParser::ParseAnd() {
  return ParseBinary({"and"}, &ExpressionParser::ParseNot);
}

ExpressionParser::Parsed ExpressionParser::ParseNot() {
  const Depth depth(this);
  RETURN_IF_ERROR(depth.Check());
  if (!TakeName("not")) return ParseComparison();
  Expression::Pointer negation = Make(Expression::Kind::kUnary, "not");
  ASSIGN_OR_RETURN(Expression::Pointer value, ParseNot());
  negation->operands.push_back(std::move(value));
  return Made(std::move(negation));
}

// "a < b < c" is refused: no template chains comparisons.
ExpressionParser::Parsed ExpressionParser::ParseComparison() {
  ASSIGN_OR_RETURN(Expression::Pointer left, ParseSum());
  bool compared = false;
  while (true) {
    std::string op;
    if (IsComparison(Peek())) {
      op = Next().text;
    } else if (TakeName("in")) {
      op = "in";
    } else if (PeekIs(Kind::kName, "not")) {
      Next();
      if (!TakeName("in")) return Error("want \"in\" after \"not\"");
      op = "not in";
    } else {
      return left;
    }
    if (compared) return absl::UnimplementedError("a chain of comparisons");
    compared = true;
    Expression::Pointer both = Make(Expression::Kind::kBinary, op);
    both->operands.push_back(std::move(left));
    ASSIGN_OR_RETURN(Expression::Pointer right, ParseSum());
    both->operands.push_back(std::move(right));
    ASSIGN_OR_RETURN(left, Made(std::move(both)));
  }
}

ExpressionParser::Parsed ExpressionParser::ParseSum() {
  return ParseBinary({"+", "-"}, &ExpressionParser::ParseConcatenation);
}
ExpressionParser::Parsed ExpressionParser::ParseConcatenation() {
  return ParseBinary({"~"}, &ExpressionParser::ParseProduct);
}
ExpressionParser::Parsed ExpressionParser::ParseProduct() {
  return ParseBinary({"*", "//", "%", "/"}, &ExpressionParser::ParseUnaryWithFilters);
}

ExpressionParser::Parsed ExpressionParser::ParseBinary(std::vector<absl::string_view> operators,
                                                       Level next) {
  ASSIGN_OR_RETURN(Expression::Pointer left, (this->*next)());
  while (true) {
    std::string op;
    for (const absl::string_view candidate : operators) {
      if (TakeOperator(candidate) || TakeName(candidate)) {
        op = std::string(candidate);
        break;
      }
    }
    if (op.empty()) return left;
    Expression::Pointer both = Make(Expression::Kind::kBinary, op);
    both->operands.push_back(std::move(left));
    ASSIGN_OR_RETURN(Expression::Pointer right, (this->*next)());
    both->operands.push_back(std::move(right));
    ASSIGN_OR_RETURN(left, Made(std::move(both)));
  }
}

ExpressionParser::Parsed ExpressionParser::ParseUnary(bool with_filters) {
  const Depth depth(this);
  RETURN_IF_ERROR(depth.Check());
  Expression::Pointer value;
  if (TakeOperator("-")) {
    value = Make(Expression::Kind::kUnary, "-");
    ASSIGN_OR_RETURN(Expression::Pointer operand, ParseUnary(/*with_filters=*/false));
    value->operands.push_back(std::move(operand));
    ASSIGN_OR_RETURN(value, Made(std::move(value)));
  } else {
    ASSIGN_OR_RETURN(value, ParsePrimary());
    ASSIGN_OR_RETURN(value, ParsePostfix(std::move(value)));
  }
  if (!with_filters) return value;
  return ParseFiltersAndTests(std::move(value));
}

// ---- Primaries and what follows them.

ExpressionParser::Parsed ExpressionParser::ParsePrimary() {
  const Token token = Next();
  if (token.kind == Kind::kName) {
    Expression::Pointer value = Make(Expression::Kind::kLiteral);
    if (token.text == "true" || token.text == "True") {
      value->literal = Value(true);
    } else if (token.text == "false" || token.text == "False") {
      value->literal = Value(false);
    } else if (token.text == "none" || token.text == "None") {
      value->literal = Value::MakeNone();
    } else {
      return Make(Expression::Kind::kName, token.text);
    }
    return value;
  }
  if (token.kind == Kind::kString || token.kind == Kind::kInteger) {
    Expression::Pointer value = Make(Expression::Kind::kLiteral);
    std::string text = token.text;
    int64_t number = 0;
    if (token.kind == Kind::kInteger) {
      if (!absl::SimpleAtoi(text, &number)) return Error("a number out of range");
      value->literal = Value(number);
      return value;
    }
    // 'a' 'b' is 'ab'.
    while (Peek().kind == Kind::kString) text += Next().text;
    value->literal = Value(std::move(text));
    return value;
  }
  if (token.kind == Kind::kOperator && token.text == "(") {
    if (TakeOperator(")")) return Make(Expression::Kind::kList);
    ASSIGN_OR_RETURN(Expression::Pointer value, ParseTuple());
    RETURN_IF_ERROR(ExpectOperator(")"));
    return value;
  }
  if (token.kind == Kind::kOperator && token.text == "[") return ParseList();
  if (token.kind == Kind::kOperator && token.text == "{") return ParseDict();
  return Error(absl::StrCat("want a value, found \"", Snippet(token.text, 40), "\""));
}

ExpressionParser::Parsed ExpressionParser::ParseList() {
  Expression::Pointer list = Make(Expression::Kind::kList);
  while (!TakeOperator("]")) {
    if (!list->operands.empty()) {
      RETURN_IF_ERROR(ExpectOperator(","));
      if (TakeOperator("]")) break;
    }
    ASSIGN_OR_RETURN(Expression::Pointer item, ParseExpression());
    list->operands.push_back(std::move(item));
  }
  return Made(std::move(list));
}

ExpressionParser::Parsed ExpressionParser::ParseDict() {
  Expression::Pointer dict = Make(Expression::Kind::kDict);
  while (!TakeOperator("}")) {
    if (!dict->operands.empty()) {
      RETURN_IF_ERROR(ExpectOperator(","));
      if (TakeOperator("}")) break;
    }
    ASSIGN_OR_RETURN(Expression::Pointer key, ParseExpression());
    dict->operands.push_back(std::move(key));
    RETURN_IF_ERROR(ExpectOperator(":"));
    ASSIGN_OR_RETURN(Expression::Pointer value, ParseExpression());
    dict->operands.push_back(std::move(value));
  }
  return Made(std::move(dict));
}

ExpressionParser::Parsed ExpressionParser::ParsePostfix(Expression::Pointer value) {
  while (true) {
    if (TakeOperator(".")) {
      ASSIGN_OR_RETURN(const std::string name, ExpectName());
      Expression::Pointer attribute = Make(Expression::Kind::kAttribute, name);
      attribute->operands.push_back(std::move(value));
      ASSIGN_OR_RETURN(value, Made(std::move(attribute)));
    } else if (TakeOperator("[")) {
      ASSIGN_OR_RETURN(value, ParseSubscript(std::move(value)));
    } else if (TakeOperator("(")) {
      Expression::Pointer call = Make(Expression::Kind::kCall);
      call->operands.push_back(std::move(value));
      RETURN_IF_ERROR(ParseArguments(call.get()));
      ASSIGN_OR_RETURN(value, Made(std::move(call)));
    } else {
      return value;
    }
  }
}

ExpressionParser::Parsed ExpressionParser::ParseSubscript(Expression::Pointer value) {
  Expression::Pointer parts[3];
  int part = 0;
  bool slice = false;
  while (!TakeOperator("]")) {
    if (TakeOperator(":")) {
      slice = true;
      if (++part == 3) return Error("a slice of more than three parts");
      continue;
    }
    if (parts[part] != nullptr) return Error("want : or ]");
    ASSIGN_OR_RETURN(parts[part], ParseExpression());
  }
  if (!slice && parts[0] == nullptr) return Error("an empty index");
  Expression::Pointer made = Make(slice ? Expression::Kind::kSlice : Expression::Kind::kIndex);
  made->operands.push_back(std::move(value));
  for (int i = 0; i < (slice ? 3 : 1); ++i) made->operands.push_back(std::move(parts[i]));
  return Made(std::move(made));
}

// Behind the "(".
absl::Status ExpressionParser::ParseArguments(Expression* call) {
  bool first = true;
  while (!TakeOperator(")")) {
    if (!first) {
      RETURN_IF_ERROR(ExpectOperator(","));
      if (TakeOperator(")")) break;
    }
    first = false;
    if (PeekIs(Kind::kOperator, "*")) return absl::UnimplementedError("an unpacked argument");
    const bool named = Peek().kind == Kind::kName && at_ + 1 < tokens_.size() &&
                       tokens_[at_ + 1].kind == Kind::kOperator && tokens_[at_ + 1].text == "=";
    if (named) {
      std::string name = Next().text;
      Next();
      ASSIGN_OR_RETURN(Expression::Pointer value, ParseExpression());
      call->named.emplace_back(std::move(name), std::move(value));
    } else {
      ASSIGN_OR_RETURN(Expression::Pointer value, ParseExpression());
      call->operands.push_back(std::move(value));
    }
  }
  return absl::OkStatus();
}

ExpressionParser::Parsed ExpressionParser::ParseFiltersAndTests(Expression::Pointer value) {
  while (true) {
    if (TakeOperator("|")) {
      ASSIGN_OR_RETURN(const std::string name, ExpectName());
      Expression::Pointer filter = Make(Expression::Kind::kFilter, name);
      filter->operands.push_back(std::move(value));
      if (TakeOperator("(")) RETURN_IF_ERROR(ParseArguments(filter.get()));
      ASSIGN_OR_RETURN(value, Made(std::move(filter)));
    } else if (TakeName("is")) {
      ASSIGN_OR_RETURN(value, ParseTest(std::move(value)));
    } else if (PeekIs(Kind::kOperator, "(") || PeekIs(Kind::kOperator, "[") ||
               PeekIs(Kind::kOperator, ".")) {
      ASSIGN_OR_RETURN(value, ParsePostfix(std::move(value)));
    } else {
      return value;
    }
  }
}

ExpressionParser::Parsed ExpressionParser::ParseTest(Expression::Pointer value) {
  const bool negated = TakeName("not");
  ASSIGN_OR_RETURN(const std::string name, ExpectName());
  Expression::Pointer test = Make(Expression::Kind::kTest, name);
  test->operands.push_back(std::move(value));
  if (TakeOperator("(")) {
    RETURN_IF_ERROR(ParseArguments(test.get()));
  } else if (BeginsArgument(Peek())) {
    ASSIGN_OR_RETURN(Expression::Pointer argument, ParsePrimary());
    ASSIGN_OR_RETURN(argument, ParsePostfix(std::move(argument)));
    test->operands.push_back(std::move(argument));
  }
  ASSIGN_OR_RETURN(test, Made(std::move(test)));
  if (!negated) return test;
  Expression::Pointer negation = Make(Expression::Kind::kUnary, "not");
  negation->operands.push_back(std::move(test));
  return Made(std::move(negation));
}

}  // namespace quipu::inference::jinja
