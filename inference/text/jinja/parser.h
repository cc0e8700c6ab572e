// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Parses what chat templates use of Jinja: for, if, set, macro, break, continue,
// expressions, filters, tests. Whatever else there is in Jinja is refused by name.
//
//   ASSIGN_OR_RETURN(std::vector<Statement> program, ParseTemplate(source));
//
// Pure, thread-safe.
#ifndef QUIPU_INFERENCE_TEXT_JINJA_PARSER_H_
#define QUIPU_INFERENCE_TEXT_JINJA_PARSER_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "inference/text/jinja/ast.h"

namespace quipu::inference::jinja {

// INVALID_ARGUMENT with the line for what is no Jinja, or nested too deeply;
// UNIMPLEMENTED, naming the tag, for another part of Jinja.
absl::StatusOr<std::vector<Statement>> ParseTemplate(absl::string_view source);

}  // namespace quipu::inference::jinja

#endif  // QUIPU_INFERENCE_TEXT_JINJA_PARSER_H_
