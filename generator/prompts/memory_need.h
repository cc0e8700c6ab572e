// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// How many tokens an engine must be able to hold for one call of a run: with less
// memory, tasks would fail that succeed elsewhere, and results would depend on a
// performance field.
//
//   RETURN_IF_ERROR(CheckMemory(spec, *engine));
//
// Pure, thread-safe.
#ifndef QUIPU_GENERATOR_PROMPTS_MEMORY_NEED_H_
#define QUIPU_GENERATOR_PROMPTS_MEMORY_NEED_H_

#include <cstdint>

#include "absl/status/status.h"
#include "inference/engine.h"
#include "protos/run_spec.pb.h"

namespace quipu::generator {

// The most tokens that a chunk, a prompt about it and the reply have together.
int64_t MostTokensOfCall(const v1::RunSpec& spec, const inference::Engine& engine);

// INVALID_ARGUMENT, with the least kv_mib that is enough, if the engine's memory holds
// fewer than that. OK for engines whose memory is not ours.
absl::Status CheckMemory(const v1::RunSpec& spec, const inference::Engine& engine);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_PROMPTS_MEMORY_NEED_H_
