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

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "tests/fuzz/targets.h"

namespace quipu::fuzz {

absl::Status FuzzGguf(absl::string_view input);
Seeds GgufSeeds();
absl::Status FuzzSafetensors(absl::string_view input);
Seeds SafetensorsSeeds();
absl::Status FuzzModelConfig(absl::string_view input);
Seeds ModelConfigSeeds();
absl::Status FuzzTokenizerJson(absl::string_view input);
Seeds TokenizerJsonSeeds();
absl::Status FuzzSentencePiece(absl::string_view input);
Seeds SentencePieceSeeds();
absl::Status FuzzModelDirectory(absl::string_view input);
Seeds ModelDirectorySeeds();
absl::Status FuzzChatTemplate(absl::string_view input);
Seeds ChatTemplateSeeds();

}  // namespace quipu::fuzz

#endif  // QUIPU_TESTS_FUZZ_MODEL_TARGETS_H_
