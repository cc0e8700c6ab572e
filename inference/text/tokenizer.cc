// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/text/tokenizer.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "inference/gguf/gguf.h"
#include "inference/text/bpe_tokenizer.h"
#include "inference/text/spm_tokenizer.h"

namespace quipu::inference {

namespace {

absl::StatusOr<std::shared_ptr<const Tokenizer>> Create(const GgufFile& gguf) {
  ASSIGN_OR_RETURN(const std::string model, gguf.GetString("tokenizer.ggml.model"));
  if (model == "gpt2") return BpeTokenizer::Create(gguf);
  if (model == "llama") return SpmTokenizer::Create(gguf);
  return absl::UnimplementedError(absl::StrCat(gguf.path(), ": tokenizer model \"", Snippet(model),
                                               "\" is not supported (\"gpt2\" and \"llama\" are)"));
}

}  // namespace

absl::StatusOr<std::shared_ptr<const Tokenizer>> CreateTokenizer(const GgufFile& gguf) {
  auto tokenizer = Create(gguf);
  // A file that lacks a key which a tokenizer needs is malformed, not absent.
  if (absl::IsNotFound(tokenizer.status())) {
    return absl::InvalidArgumentError(tokenizer.status().message());
  }
  return tokenizer;
}

}  // namespace quipu::inference
