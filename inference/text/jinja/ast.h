// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A parsed template: statements and expressions. parser.h makes it; template.h runs it.
//
//   const Expression& condition = *statement.branches[0].condition;
//
// Plain data, thread-compatible.
#ifndef QUIPU_INFERENCE_TEXT_JINJA_AST_H_
#define QUIPU_INFERENCE_TEXT_JINJA_AST_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "inference/text/jinja/value.h"

namespace quipu::inference::jinja {

struct Expression {
  enum class Kind {
    kLiteral,    // `literal`.
    kName,       // `text`.
    kList,       // `operands`; tuples too.
    kDict,       // `operands`: key, value, key, value...
    kUnary,      // `text`: "not" or "-".
    kBinary,     // `text`: an operator, "and", "or", "in" or "not in".
    kCondition,  // operands: value, condition, and the other value if there is one.
    kAttribute,  // operands[0] . text
    kIndex,      // operands[0] [ operands[1] ]
    kSlice,      // operands[0] [ 1 : 2 : 3 ]; nullptr for a part that is absent.
    kCall,       // operands[0] ( the others ), `named`.
    kFilter,     // operands[0] | text ( the others ), `named`.
    kTest,       // operands[0] is text ( the others ).
  };
  using Pointer = std::unique_ptr<Expression>;

  Kind kind = Kind::kLiteral;
  std::string text;
  Value literal;
  std::vector<Pointer> operands;
  std::vector<std::pair<std::string, Pointer>> named;  // Named arguments.
  int line = 0;
  int depth = 1;  // Of the tree below it, itself included.
};

struct Statement {
  enum class Kind {
    kText,      // `text`.
    kPrint,     // `value`.
    kIf,        // `branches`; the last may have no condition.
    kFor,       // names in `value` if `condition`; `body`, or `other` without items.
    kSet,       // names = value; names[0].text = value for a namespace.
    kSetBlock,  // names[0] = the rendered `body`.
    kMacro,     // `macro`.
    kBreak,
    kContinue,
    kBlock,  // `body`, as it is: {% generation %}.
  };
  struct Branch {
    Expression::Pointer condition;
    std::vector<Statement> body;
  };

  Kind kind = Kind::kText;
  std::string text;  // kSet: an attribute.
  std::vector<std::string> names;
  Expression::Pointer value;
  Expression::Pointer condition;
  std::vector<Branch> branches;
  std::vector<Statement> body;
  std::vector<Statement> other;
  std::unique_ptr<Macro> macro;
  int line = 0;
};

struct Macro {
  struct Parameter {
    std::string name;
    Expression::Pointer standard;  // Its value if it is not given; may be nullptr.
  };
  std::string name;
  std::vector<Parameter> parameters;
  std::vector<Statement> body;
};

}  // namespace quipu::inference::jinja

#endif  // QUIPU_INFERENCE_TEXT_JINJA_AST_H_
