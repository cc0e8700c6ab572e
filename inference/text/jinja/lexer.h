// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Cuts a Jinja template into text and the tokens of its tags, with white space
// removed as chat templates are run (trim_blocks and lstrip_blocks).
//
//   ASSIGN_OR_RETURN(std::vector<Token> tokens, Tokenize("{% if x %}a{% endif %}"));
//
// Pure, thread-safe.
#ifndef QUIPU_INFERENCE_TEXT_JINJA_LEXER_H_
#define QUIPU_INFERENCE_TEXT_JINJA_LEXER_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace quipu::inference::jinja {

struct Token {
  enum class Kind {
    kText,        // Outside tags, as it is printed.
    kPrintBegin,  // {{
    kPrintEnd,    // }}
    kTagBegin,    // {%
    kTagEnd,      // %}
    kName,
    kString,  // Without quotes and escapes.
    kInteger,
    kOperator,  // One of + - * / // % ~ | . , : ( ) [ ] { } = == != < <= > >=
    kEnd,
  };
  Kind kind = Kind::kEnd;
  std::string text;
  int line = 1;
};

// Ends with a kEnd. INVALID_ARGUMENT, with the line, for a tag that does not end or a
// character that has no meaning; UNIMPLEMENTED for numbers with fractions.
absl::StatusOr<std::vector<Token>> Tokenize(absl::string_view source);

}  // namespace quipu::inference::jinja

#endif  // QUIPU_INFERENCE_TEXT_JINJA_LEXER_H_
