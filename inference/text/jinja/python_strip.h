// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// White space as Python's str.strip() and Jinja's trim see it.
//
//   absl::string_view content = PythonStrip(message.content);
//
// Pure, thread-safe.
#ifndef QUIPU_INFERENCE_TEXT_JINJA_PYTHON_STRIP_H_
#define QUIPU_INFERENCE_TEXT_JINJA_PYTHON_STRIP_H_

#include "absl/strings/string_view.h"

namespace quipu::inference {

absl::string_view PythonStripLeft(absl::string_view text);
absl::string_view PythonStripRight(absl::string_view text);
absl::string_view PythonStrip(absl::string_view text);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_TEXT_JINJA_PYTHON_STRIP_H_
