// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The model that a dataset is tokenised for.
//
//   const TargetModel target = {tokenizer, *inference::ChatTemplate::FromName("chatml")};
//
// Thread-safe once made.
#ifndef QUIPU_GENERATOR_ROWS_TARGET_MODEL_H_
#define QUIPU_GENERATOR_ROWS_TARGET_MODEL_H_

#include <memory>

#include "inference/text/chat_template.h"
#include "inference/text/tokenizer.h"

namespace quipu::generator {

struct TargetModel {
  std::shared_ptr<const inference::Tokenizer> tokenizer;
  inference::ChatTemplate chat_template;
};

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_ROWS_TARGET_MODEL_H_
