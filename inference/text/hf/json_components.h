// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The components of a tokenizer.json that change the text or cut it: normalizer,
// pre_tokenizer and post_processor.
//
//   RETURN_IF_ERROR(ReadNormalizer(file, &data));
//   RETURN_IF_ERROR(ReadPreTokenizer(file, &data));
//
// Thread-safe (pure functions).
#ifndef QUIPU_INFERENCE_TEXT_HF_JSON_COMPONENTS_H_
#define QUIPU_INFERENCE_TEXT_HF_JSON_COMPONENTS_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "inference/text/bpe_tokenizer.h"
#include "inference/text/hf/json_file.h"

namespace quipu::inference {

// Both return UNIMPLEMENTED, naming the component, for what quipu does not have.
absl::Status ReadNormalizer(const JsonFile& file, BpeData* data);
// Call it after ReadNormalizer. Decides between bytes and characters.
absl::Status ReadPreTokenizer(const JsonFile& file, BpeData* data);

// The token that the post-processor puts in front of every text; nullopt if there is none.
absl::StatusOr<std::optional<std::string>> ReadFirstToken(const JsonFile& file);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_TEXT_HF_JSON_COMPONENTS_H_
