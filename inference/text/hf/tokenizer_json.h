// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The tokenizer of a tokenizer.json, as the library "tokenizers" writes it: BPE over
// bytes or characters. What is not supported is refused by name, never approximated.
//
//   ASSIGN_OR_RETURN(auto tokenizer, TokenizerFromJson("m/tokenizer.json", config));
//
// Thread-safe (pure function).
#ifndef QUIPU_INFERENCE_TEXT_HF_TOKENIZER_JSON_H_
#define QUIPU_INFERENCE_TEXT_HF_TOKENIZER_JSON_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "inference/text/hf/model_config.h"
#include "inference/text/tokenizer.h"

namespace quipu::inference {

// Returns INVALID_ARGUMENT for a malformed file; UNIMPLEMENTED, naming the component, for
// one that is not supported.
absl::StatusOr<std::shared_ptr<const Tokenizer>> TokenizerFromJson(const std::string& path,
                                                                   const ModelConfig& config);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_TEXT_HF_TOKENIZER_JSON_H_
