// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// How a model rotates queries and keys, as its file says it, and what a caller
// may want instead. rope_table computes the angles.
//
//   ASSIGN_OR_RETURN(RopeSettings settings, ReadRopeSettings(gguf, "llama"));
//
// Thread-safe (pure functions).
#ifndef QUIPU_INFERENCE_MODEL_ROPE_SETTINGS_H_
#define QUIPU_INFERENCE_MODEL_ROPE_SETTINGS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "inference/gguf/gguf.h"

namespace quipu::inference {

struct RopeOptions {
  // 0 or kFromFile means the file's value. Any other scaling replaces the
  // file's, rope_freqs.weight included.
  enum class Scaling { kFromFile, kNone, kLinear, kLlama3, kYarn };
  double base = 0;
  Scaling scaling = Scaling::kFromFile;
  double factor = 0;
  int original_context = 0;
  // Only for Llama 3 scaling.
  double low_freq_factor = 1;
  double high_freq_factor = 4;
};

struct RopeSettings {
  double base = 10000;
  RopeOptions::Scaling scaling = RopeOptions::Scaling::kNone;  // Never kFromFile.
  // Why the file's scaling is not supported; empty if it is. An option may
  // replace it.
  std::string unsupported;
  double factor = 0;         // 0: the file has none.
  int original_context = 0;  // 0: the trained context.
  // Of Llama 3.
  double low_freq_factor = 1;
  double high_freq_factor = 4;
  // Of YaRN.
  double beta_fast = 32;
  double beta_slow = 1;
  double attention_factor = 1;  // Multiplies YaRN's own factor on cosines and sines.
  double magnitude = 0;         // Replaces both, unless it is 0.
  double extrapolation = 1;     // The fraction of YaRN's ramp that is used.
  bool whole_pairs = true;      // The ramp's ends are rounded outwards.
};

// From the metadata of a GGUF file of this architecture. INVALID_ARGUMENT,
// naming the key, if one has the wrong type or is out of range.
absl::StatusOr<RopeSettings> ReadRopeSettings(const GgufFile& gguf, absl::string_view architecture);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_MODEL_ROPE_SETTINGS_H_
