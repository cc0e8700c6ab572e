// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Expressions as published tokenizers have them, in Oniguruma's syntax, compiled by ICU.
// The two differ in what \s, \w, ^ and x{1,3}+ mean; what could differ is rewritten or refused.
//
//   ASSIGN_OR_RETURN(auto pattern, CompileOnigPattern("\\s?\\p{L}+"));
//
// Thread-safe (pure functions).
#ifndef QUIPU_INFERENCE_TEXT_ONIG_PATTERN_H_
#define QUIPU_INFERENCE_TEXT_ONIG_PATTERN_H_

#include <unicode/regex.h>

#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace quipu::inference {

// Returns UNIMPLEMENTED, with the expression and the reason, for what ICU cannot read
// or might read differently.
absl::StatusOr<std::unique_ptr<icu::RegexPattern>> CompileOnigPattern(absl::string_view pattern);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_TEXT_ONIG_PATTERN_H_
