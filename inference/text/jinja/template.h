// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The part of Jinja that chat templates need, to see what a template renders. It has
// no access to anything but its context, and its work and output are bounded: by constants, and by
// what the context's own texts need.
//
//   ASSIGN_OR_RETURN(const Template chat, Template::Parse(source));
//   ASSIGN_OR_RETURN(std::string text, chat.Render({{"messages", messages}}));
//
// White space is as transformers sets it up (trim_blocks, lstrip_blocks). What is not
// part of it is UNIMPLEMENTED, with its name: never ignored.
// Thread-safe (immutable).
#ifndef QUIPU_INFERENCE_TEXT_JINJA_TEMPLATE_H_
#define QUIPU_INFERENCE_TEXT_JINJA_TEMPLATE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "inference/text/jinja/ast.h"
#include "inference/text/jinja/value.h"

namespace quipu::inference::jinja {

class Template {
 public:
  // INVALID_ARGUMENT for what is no Jinja; RESOURCE_EXHAUSTED for a source over 1 MiB.
  static absl::StatusOr<Template> Parse(absl::string_view source);

  // FAILED_PRECONDITION with the message if the template calls raise_exception;
  // INVALID_ARGUMENT where Python would raise; RESOURCE_EXHAUSTED over a bound.
  absl::StatusOr<std::string> Render(const Value::Entries& context) const;

 private:
  explicit Template(std::vector<Statement> program) : program_(std::move(program)) {}

  std::vector<Statement> program_;
};

}  // namespace quipu::inference::jinja

#endif  // QUIPU_INFERENCE_TEXT_JINJA_TEMPLATE_H_
