// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What protobuf's parser says of the text of a spec, with what to write instead.
//
//   SpecParseErrors errors("my.textproto");
//   parser.RecordErrorsTo(&errors);
//   if (!parser.Parse(&input, &spec)) return errors.ToStatus(text);
//   // my.textproto:3:1: Message type "quipu.v1.RunSpec" has no field named "document". (did you
//   // mean "documents"?)
//
// Thread-compatible.
#ifndef QUIPU_GENERATOR_SPEC_SPEC_PARSE_ERRORS_H_
#define QUIPU_GENERATOR_SPEC_SPEC_PARSE_ERRORS_H_

#include <google/protobuf/io/tokenizer.h>

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace quipu::generator {

class SpecParseErrors : public google::protobuf::io::ErrorCollector {
 public:
  // `name` is the file's, for messages.
  explicit SpecParseErrors(absl::string_view name) : name_(name) {}

  // Lines and columns are counted from 0; -1 is the whole file.
  void AddError(int line, google::protobuf::io::ColumnNumber column,
                const std::string& message) override;
  // With AllowUnknownField the parser reports unknown fields as warnings: they are errors too.
  void AddWarning(int line, google::protobuf::io::ColumnNumber column,
                  const std::string& message) override;

  // OK if nothing was added, else INVALID_ARGUMENT with a line for each error, and one that says so
  // if the text is JSON or YAML.
  absl::Status ToStatus(absl::string_view text) const;

 private:
  std::string name_;
  std::vector<std::string> lines_;
};

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_SPEC_SPEC_PARSE_ERRORS_H_
