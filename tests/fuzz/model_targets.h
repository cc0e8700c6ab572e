// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Fuzz targets for files of models; see targets.h. Each takes any bytes, and its
// seeds are valid inputs.
//
//   FuzzGguf(GgufSeeds()[0]);
//
// Not thread-safe.
#ifndef QUIPU_TESTS_FUZZ_MODEL_TARGETS_H_
#define QUIPU_TESTS_FUZZ_MODEL_TARGETS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace quipu::fuzz {

void FuzzGguf(absl::string_view input);
std::vector<std::string> GgufSeeds();
void FuzzSafetensors(absl::string_view input);
std::vector<std::string> SafetensorsSeeds();
void FuzzModelConfig(absl::string_view input);
std::vector<std::string> ModelConfigSeeds();
void FuzzTokenizerJson(absl::string_view input);
std::vector<std::string> TokenizerJsonSeeds();
void FuzzSentencePiece(absl::string_view input);
std::vector<std::string> SentencePieceSeeds();
void FuzzModelDirectory(absl::string_view input);
std::vector<std::string> ModelDirectorySeeds();
void FuzzChatTemplate(absl::string_view input);
std::vector<std::string> ChatTemplateSeeds();

}  // namespace quipu::fuzz

#endif  // QUIPU_TESTS_FUZZ_MODEL_TARGETS_H_
