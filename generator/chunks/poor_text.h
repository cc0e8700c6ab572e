// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Text that no good question can be asked about, although it reads as prose: lists of references,
// templates with blanks, signatures, figures, lists of names. The chunker prefers other places. Pure, thread-safe.
//
//   IsPoorText("The rent is [   ] a year, due on ____. The Tenant, ____, pays US$[●].");  // true
#ifndef QUIPU_GENERATOR_CHUNKS_POOR_TEXT_H_
#define QUIPU_GENERATOR_CHUNKS_POOR_TEXT_H_

#include "absl/strings/string_view.h"

namespace quipu::generator {

// Whether the text, of the size of a chunk, is mostly of such a kind. REQUIRES: valid UTF-8.
bool IsPoorText(absl::string_view text);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_CHUNKS_POOR_TEXT_H_
