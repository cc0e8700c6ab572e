// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Finds placeholders that nothing replaces: the model would read them.
//
//   CheckPlaceholderNames(spec, &faults);
//   // "generation.long_prompt: {sentance}, want {sentence} or {language}"
#ifndef QUIPU_GENERATOR_SPEC_PROMPT_VALIDATION_H_
#define QUIPU_GENERATOR_SPEC_PROMPT_VALIDATION_H_

#include "generator/spec/spec_faults.h"
#include "protos/run_spec.pb.h"

namespace quipu::generator {

// Adds a fault for each name in braces in a prompt of the spec that is a placeholder of other
// prompts, or a misspelt one of this. Other names in braces are text.
void CheckPlaceholderNames(const v1::RunSpec& spec, Faults* faults);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_SPEC_PROMPT_VALIDATION_H_
