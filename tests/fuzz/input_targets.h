// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Fuzz targets for the user's files, a spec, and a model's replies; see targets.h. Each takes any bytes, and its
// seeds are valid inputs.
//
//   FuzzDocuments(DocumentSeeds()[0]);
//
// Not thread-safe.
#ifndef QUIPU_TESTS_FUZZ_INPUT_TARGETS_H_
#define QUIPU_TESTS_FUZZ_INPUT_TARGETS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "tests/fuzz/targets.h"

namespace quipu::fuzz {

absl::Status FuzzDocuments(absl::string_view input);
Seeds DocumentSeeds();
absl::Status FuzzShortRows(absl::string_view input);
Seeds ShortRowSeeds();
absl::Status FuzzFile(absl::string_view input);
Seeds FileSeeds();
absl::Status FuzzWarc(absl::string_view input);
Seeds WarcSeeds();
absl::Status FuzzText(absl::string_view input);
Seeds TextSeeds();
absl::Status FuzzCompressed(absl::string_view input);
Seeds CompressedSeeds();
absl::Status FuzzHtml(absl::string_view input);
Seeds HtmlSeeds();
absl::Status FuzzEpub(absl::string_view input);
Seeds EpubSeeds();
absl::Status FuzzMarkdown(absl::string_view input);
Seeds MarkdownSeeds();
absl::Status FuzzSpec(absl::string_view input);
Seeds SpecSeeds();
absl::Status FuzzResponse(absl::string_view input);
Seeds ResponseSeeds();

}  // namespace quipu::fuzz

#endif  // QUIPU_TESTS_FUZZ_INPUT_TARGETS_H_
