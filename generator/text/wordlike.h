// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Whether a run of characters between spaces is a word of prose, not code, a path or a figure.
// Pure, thread-safe.
//
//   IsWordlike("(don't-care),");  // true
//   IsWordlike("/usr/bin");       // true: a slash and words; "usr_bin", "x86" are not
#ifndef QUIPU_GENERATOR_TEXT_WORDLIKE_H_
#define QUIPU_GENERATOR_TEXT_WORDLIKE_H_

#include "absl/strings/string_view.h"

namespace quipu::generator {

// True if the run, without surrounding punctuation, is letters joined by single - ' . or /.
bool IsWordlike(absl::string_view run);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_TEXT_WORDLIKE_H_
