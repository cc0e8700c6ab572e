// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A text of a document or of a reply as prompts, answers and summaries show it.
//
//   OnOneLine("The mill\nburned  down.");  // "The mill burned down."
//
// Pure, thread-safe.
#ifndef QUIPU_GENERATOR_TEXT_ONE_LINE_H_
#define QUIPU_GENERATOR_TEXT_ONE_LINE_H_

#include <string>

#include "absl/strings/string_view.h"

namespace quipu::generator {

// Without white space around, and with one space for each run of it.
std::string OnOneLine(absl::string_view text);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_TEXT_ONE_LINE_H_
