// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A cursor over a template's tokens, and the parser of expressions on it.
//
//   ExpressionParser parser(tokens);
//   ASSIGN_OR_RETURN(Expression::Pointer value, parser.ParseExpression());
//
// Only for parser.cc. Thread-compatible.
#ifndef QUIPU_INFERENCE_TEXT_JINJA_EXPRESSION_PARSER_H_
#define QUIPU_INFERENCE_TEXT_JINJA_EXPRESSION_PARSER_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "inference/text/jinja/ast.h"
#include "inference/text/jinja/lexer.h"

namespace quipu::inference::jinja {

class ExpressionParser {
 public:
  using Parsed = absl::StatusOr<Expression::Pointer>;

  // `tokens` must outlive it.
  explicit ExpressionParser(const std::vector<Token>& tokens) : tokens_(tokens) {}

  const Token& Peek() const { return tokens_[at_]; }
  Token Next() { return tokens_[at_ + 1 < tokens_.size() ? at_++ : at_]; }
  bool PeekIs(Token::Kind kind, absl::string_view text) const {
    return Peek().kind == kind && absl::string_view(Peek().text) == text;
  }
  // Consumes the token if it is this one.
  bool TakeOperator(absl::string_view text);
  bool TakeName(absl::string_view text);
  absl::Status Expect(Token::Kind kind, absl::string_view what);
  absl::Status ExpectOperator(absl::string_view text);
  absl::StatusOr<std::string> ExpectName();
  absl::Status Error(absl::string_view what) const;

  // A whole expression; with commas, a tuple.
  Parsed ParseExpression();
  Parsed ParseTuple();
  // Without "a if b else c": the iterable of a for, whose "if" is a filter.
  Parsed ParseWithoutCondition() { return ParseOr(); }

  // One level of nesting, for as long as it lives.
  class Depth {
   public:
    explicit Depth(ExpressionParser* parser) : parser_(parser) { ++parser_->depth_; }
    ~Depth() { --parser_->depth_; }
    Depth(const Depth&) = delete;
    Depth& operator=(const Depth&) = delete;
    absl::Status Check() const;

   private:
    ExpressionParser* const parser_;
  };

 private:
  using Level = Parsed (ExpressionParser::*)();

  Parsed ParseOr();
  Parsed ParseAnd();
  Parsed ParseNot();
  Parsed ParseComparison();
  Parsed ParseSum();
  Parsed ParseConcatenation();
  Parsed ParseProduct();
  Parsed ParseUnary(bool with_filters);
  Parsed ParseUnaryWithFilters() { return ParseUnary(true); }
  Parsed ParsePrimary();
  Parsed ParseList();
  Parsed ParseDict();
  Parsed ParsePostfix(Expression::Pointer value);
  Parsed ParseSubscript(Expression::Pointer value);
  Parsed ParseFiltersAndTests(Expression::Pointer value);
  Parsed ParseTest(Expression::Pointer value);
  absl::Status ParseArguments(Expression* call);
  // Left-associative operators of one level.
  Parsed ParseBinary(std::vector<absl::string_view> operators, Level next);
  Expression::Pointer Make(Expression::Kind kind, absl::string_view text = "") const;
  // An expression that has all its parts. INVALID_ARGUMENT if the tree is too deep: a chain of
  // operators makes one without any nesting.
  Parsed Made(Expression::Pointer expression) const;

  const std::vector<Token>& tokens_;
  size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace quipu::inference::jinja

#endif  // QUIPU_INFERENCE_TEXT_JINJA_EXPRESSION_PARSER_H_
