// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/text/jinja/parser.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "inference/text/jinja/expression_parser.h"
#include "inference/text/jinja/lexer.h"

namespace quipu::inference::jinja {
namespace {

using Kind = Token::Kind;

class TemplateParser {
 public:
  explicit TemplateParser(const std::vector<Token>& tokens) : in_(tokens) {}

  absl::StatusOr<std::vector<Statement>> Run() {
    std::string end;
    ASSIGN_OR_RETURN(std::vector<Statement> program, ParseUntil({}, &end));
    return program;
  }

 private:
  // Statements up to a tag that begins with one of `ends`, whose name is consumed; the rest
  // of the tag is not. Without `ends`: up to the end of the template.
  absl::StatusOr<std::vector<Statement>> ParseUntil(const std::vector<absl::string_view>& ends,
                                                    std::string* found) {
    const ExpressionParser::Depth depth(&in_);
    RETURN_IF_ERROR(depth.Check());
    std::vector<Statement> body;
    while (true) {
      const Token token = in_.Next();
      Statement statement;
      statement.line = token.line;
      switch (token.kind) {
        case Kind::kText:
          statement.text = token.text;
          body.push_back(std::move(statement));
          break;
        case Kind::kPrintBegin: {
          statement.kind = Statement::Kind::kPrint;
          ASSIGN_OR_RETURN(statement.value, in_.ParseTuple());
          RETURN_IF_ERROR(in_.Expect(Kind::kPrintEnd, "}}"));
          body.push_back(std::move(statement));
          break;
        }
        case Kind::kTagBegin: {
          ASSIGN_OR_RETURN(*found, in_.ExpectName());
          for (const absl::string_view end : ends) {
            if (absl::string_view(*found) == end) return body;
          }
          RETURN_IF_ERROR(ParseTag(*found, &statement));
          body.push_back(std::move(statement));
          break;
        }
        default:
          if (ends.empty()) return body;
          return in_.Error(absl::StrCat("want {% ", ends.back(), " %}"));
      }
    }
  }

  absl::Status ParseTag(const std::string& name, Statement* out) {
    if (name == "if") return ParseIf(out);
    if (name == "for") return ParseFor(out);
    if (name == "set") return ParseSet(out);
    if (name == "macro") return ParseMacro(out);
    if (name == "generation") {
      out->kind = Statement::Kind::kBlock;
      RETURN_IF_ERROR(EndTag());
      return ParseBody("endgeneration", &out->body);
    }
    if (name == "break" || name == "continue") {
      out->kind = name == "break" ? Statement::Kind::kBreak : Statement::Kind::kContinue;
      return EndTag();
    }
    return absl::UnimplementedError(
        absl::StrCat("line ", out->line, ": the tag \"", Snippet(name, 40), "\""));
  }

  absl::Status EndTag() { return in_.Expect(Kind::kTagEnd, "%}"); }

  absl::Status ParseBody(absl::string_view end, std::vector<Statement>* body) {
    std::string found;
    ASSIGN_OR_RETURN(*body, ParseUntil({end}, &found));
    return EndTag();
  }

  absl::Status ParseIf(Statement* out) {
    out->kind = Statement::Kind::kIf;
    std::string found = "elif";
    while (found == "elif") {
      Statement::Branch& branch = out->branches.emplace_back();
      ASSIGN_OR_RETURN(branch.condition, in_.ParseTuple());
      RETURN_IF_ERROR(EndTag());
      ASSIGN_OR_RETURN(branch.body, ParseUntil({"elif", "else", "endif"}, &found));
    }
    if (found == "else") {
      RETURN_IF_ERROR(EndTag());
      return ParseBodyOf(&out->branches.emplace_back());
    }
    return EndTag();
  }

  absl::Status ParseBodyOf(Statement::Branch* branch) { return ParseBody("endif", &branch->body); }

  absl::Status ParseFor(Statement* out) {
    out->kind = Statement::Kind::kFor;
    ASSIGN_OR_RETURN(out->names, ParseNames());
    if (!in_.TakeName("in")) return in_.Error("want \"in\" in a for");
    ASSIGN_OR_RETURN(out->value, in_.ParseWithoutCondition());
    if (in_.TakeName("if")) {
      ASSIGN_OR_RETURN(out->condition, in_.ParseExpression());
    }
    if (in_.PeekIs(Kind::kName, "recursive")) {
      return absl::UnimplementedError("a recursive for");
    }
    RETURN_IF_ERROR(EndTag());
    std::string found;
    ASSIGN_OR_RETURN(out->body, ParseUntil({"else", "endfor"}, &found));
    RETURN_IF_ERROR(EndTag());
    return found == "else" ? ParseBody("endfor", &out->other) : absl::OkStatus();
  }

  absl::StatusOr<std::vector<std::string>> ParseNames() {
    std::vector<std::string> names;
    const bool brackets = in_.TakeOperator("(");
    do {
      ASSIGN_OR_RETURN(names.emplace_back(), in_.ExpectName());
    } while (in_.TakeOperator(","));
    if (brackets) RETURN_IF_ERROR(in_.ExpectOperator(")"));
    return names;
  }

  absl::Status ParseSet(Statement* out) {
    out->kind = Statement::Kind::kSet;
    ASSIGN_OR_RETURN(out->names, ParseNames());
    if (in_.TakeOperator(".")) {
      ASSIGN_OR_RETURN(out->text, in_.ExpectName());
    }
    if (in_.TakeOperator("=")) {
      ASSIGN_OR_RETURN(out->value, in_.ParseTuple());
      return EndTag();
    }
    if (!out->text.empty() || out->names.size() != 1) return in_.Error("want = in a set");
    if (in_.PeekIs(Kind::kOperator, "|")) return absl::UnimplementedError("a set with a filter");
    out->kind = Statement::Kind::kSetBlock;
    RETURN_IF_ERROR(EndTag());
    return ParseBody("endset", &out->body);
  }

  absl::Status ParseMacro(Statement* out) {
    out->kind = Statement::Kind::kMacro;
    out->macro = std::make_unique<Macro>();
    ASSIGN_OR_RETURN(out->macro->name, in_.ExpectName());
    RETURN_IF_ERROR(in_.ExpectOperator("("));
    while (!in_.TakeOperator(")")) {
      if (!out->macro->parameters.empty()) RETURN_IF_ERROR(in_.ExpectOperator(","));
      Macro::Parameter& parameter = out->macro->parameters.emplace_back();
      ASSIGN_OR_RETURN(parameter.name, in_.ExpectName());
      if (in_.TakeOperator("=")) {
        ASSIGN_OR_RETURN(parameter.standard, in_.ParseExpression());
      }
    }
    RETURN_IF_ERROR(EndTag());
    return ParseBody("endmacro", &out->macro->body);
  }

  ExpressionParser in_;
};

}  // namespace

absl::StatusOr<std::vector<Statement>> ParseTemplate(absl::string_view source) {
  ASSIGN_OR_RETURN(const std::vector<Token> tokens, Tokenize(source));
  return TemplateParser(tokens).Run();
}

}  // namespace quipu::inference::jinja
