// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The choices of EngineSpec by the names that they had when they were strings.
// Run ids, model identities and servers use these names, and old stores contain
// them.
//
//   NameOf(v1::EngineSpec::Q8);    // "q8"
//   AdoptOldChoices(&engine);      // A stored kv_type: "q8" is now Q8.
//
// Pure functions. Names are persistent: do not change one.
#ifndef QUIPU_GENERATOR_SPEC_ENGINE_CHOICES_H_
#define QUIPU_GENERATOR_SPEC_ENGINE_CHOICES_H_

#include "absl/strings/string_view.h"
#include "protos/run_spec.pb.h"

namespace quipu::generator {

absl::string_view NameOf(v1::EngineSpec::Math math);
absl::string_view NameOf(v1::EngineSpec::RopeScaling scaling);
absl::string_view NameOf(v1::EngineSpec::KvType type);
absl::string_view NameOf(v1::EngineSpec::StructuredOutput output);
absl::string_view NameOf(v1::EngineSpec::Quantize quantize);

// Moves choices that an older version stored as strings to today's fields. An
// unknown name is left where it is.
void AdoptOldChoices(v1::EngineSpec* engine);

}  // namespace quipu::generator

#endif  // QUIPU_GENERATOR_SPEC_ENGINE_CHOICES_H_
