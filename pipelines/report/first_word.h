// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// How a question begins, for counting: its first word in lower case, or its first two characters in
// a script without spaces.
//
//   FirstWord("What is a quipu?");  // "what"
//   FirstWord("什么是奇普?");       // "什么"
//   FirstWord("...");               // ""
//
// Pure.
#ifndef QUIPU_PIPELINES_REPORT_FIRST_WORD_H_
#define QUIPU_PIPELINES_REPORT_FIRST_WORD_H_

#include <string>

#include "absl/strings/string_view.h"

namespace quipu::pipelines {

// At most 20 characters.
std::string FirstWord(absl::string_view question);

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_REPORT_FIRST_WORD_H_
