// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The tokenizer and the chat template of a model as it is published: a GGUF file, or a
// Hugging Face directory with one of tokenizer.json, tekken.json, tokenizer.model and
// *.tiktoken, and tokenizer_config.json, generation_config.json, chat_template.jinja.
//
//   ASSIGN_OR_RETURN(const ModelText text, LoadModelText("models/qwen", ""));
//   text.tokenizer->Encode("A quipu.", true);
//   text.chat_template.Render(messages, true);
//
// Weights are not read. Thread-safe.
#ifndef QUIPU_INFERENCE_TEXT_HF_MODEL_TEXT_H_
#define QUIPU_INFERENCE_TEXT_HF_MODEL_TEXT_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "inference/text/chat_template.h"
#include "inference/text/tokenizer.h"

namespace quipu::inference {

struct ModelText {
  std::shared_ptr<const Tokenizer> tokenizer;
  ChatTemplate chat_template;
};

// `path`: a GGUF file (of a split one, its first) or a directory. Returns NOT_FOUND if
// the directory has no tokenizer; UNIMPLEMENTED, naming file and component, for one that
// is not supported; INVALID_ARGUMENT for a malformed one.
absl::StatusOr<std::shared_ptr<const Tokenizer>> LoadTokenizer(absl::string_view path);

// The template that `name_or_file` names: one of ChatTemplate::FromName's names, or a
// file "*.jinja"; if it is empty, the model's own. `tokenizer`: that of LoadTokenizer.
absl::StatusOr<ChatTemplate> LoadChatTemplate(absl::string_view path,
                                              absl::string_view name_or_file,
                                              const Tokenizer& tokenizer);

// A template that needs no model: a name, or a file "*.jinja".
absl::StatusOr<ChatTemplate> LoadNamedTemplate(absl::string_view name_or_file,
                                               const Tokenizer& tokenizer);

// Tokenizer and template together.
absl::StatusOr<ModelText> LoadModelText(absl::string_view path, absl::string_view name_or_file);

// What a model says of itself; empty or 0 where it does not.
struct ModelFacts {
  std::string name;
  std::string architecture;  // general.architecture, or config.json's "model_type".
  uint64_t context_tokens = 0;
};
absl::StatusOr<ModelFacts> ReadModelFacts(absl::string_view path);

// Which files identify a model.
enum class ModelFiles {
  kText,  // Tokenizer, templates and configuration.
  kAll,   // And the weights.
};

// SHA-256 in hexadecimal, as EngineSpec.model_sha256 has it: a file's own; for a
// directory, that of the list which `sha256sum` prints of the files that quipu reads
// (known names and *.safetensors), sorted by name. Reads about 1 GB/s.
absl::StatusOr<std::string> ModelSha256(absl::string_view path, ModelFiles files);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_TEXT_HF_MODEL_TEXT_H_
