// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Normalises a document's text: UTF-8, NFC, "\n" line ends, no control characters
// except tab and newline, no byte-order mark, no soft hyphen, no trailing spaces, at
// most two empty lines in a row and none at the beginning or the end. Overstrikes of manual
// pages ("x\bx") become plain characters, terminal colour sequences are removed,
// form feeds become empty lines, and no-break spaces in an indentation become
// spaces. Pure, thread-safe.
//
//   ASSIGN_OR_RETURN(const std::string text, NormalizeDocument(record.text()));
#ifndef QUIPU_GENERATOR_TEXT_NORMALIZE_H_
#define QUIPU_GENERATOR_TEXT_NORMALIZE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace quipu::generator {

// Returns the normalised text; INVALID_ARGUMENT, with the byte offset, for
// invalid UTF-8. Idempotent.
absl::StatusOr<std::string> NormalizeDocument(absl::string_view text);

// Returns the text in NFC and otherwise as it is: for short rows, whose layout is their own. Chat
// models' tokenizers compose text; what is not composed would get other tokens. REQUIRES: valid
// UTF-8.
absl::StatusOr<std::string> ComposeText(absl::string_view text);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_TEXT_NORMALIZE_H_
