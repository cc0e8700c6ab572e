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

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace quipu::fuzz {

void FuzzDocuments(absl::string_view input);
std::vector<std::string> DocumentSeeds();
void FuzzShortRows(absl::string_view input);
std::vector<std::string> ShortRowSeeds();
void FuzzFile(absl::string_view input);
std::vector<std::string> FileSeeds();
void FuzzWarc(absl::string_view input);
std::vector<std::string> WarcSeeds();
void FuzzText(absl::string_view input);
std::vector<std::string> TextSeeds();
void FuzzCompressed(absl::string_view input);
std::vector<std::string> CompressedSeeds();
void FuzzHtml(absl::string_view input);
std::vector<std::string> HtmlSeeds();
void FuzzEpub(absl::string_view input);
std::vector<std::string> EpubSeeds();
void FuzzMarkdown(absl::string_view input);
std::vector<std::string> MarkdownSeeds();
void FuzzSpec(absl::string_view input);
std::vector<std::string> SpecSeeds();
void FuzzResponse(absl::string_view input);
std::vector<std::string> ResponseSeeds();

}  // namespace quipu::fuzz

#endif  // QUIPU_TESTS_FUZZ_INPUT_TARGETS_H_
