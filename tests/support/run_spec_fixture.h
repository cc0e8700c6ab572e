// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The specs that tests of run specs begin with.
//
//   v1::RunSpec spec = generator::GoodSpec();
//
// For tests. Thread-safe.
#ifndef QUIPU_TESTS_SUPPORT_RUN_SPEC_FIXTURE_H_
#define QUIPU_TESTS_SUPPORT_RUN_SPEC_FIXTURE_H_

#include "generator/spec/run_spec.h"
#include "gtest/gtest.h"

namespace quipu::generator {

// A valid spec with the embedded engine, and no more than it needs.
inline v1::RunSpec GoodSpec() {
  absl::StatusOr<v1::RunSpec> spec = ParseRunSpec(R"(
    seed: 1
    store: "out/store"
    documents { path: "corpus/*.txt" }
    engine { model: "model.gguf" }
  )",
                                                  "test");
  EXPECT_TRUE(spec.ok()) << spec.status();
  return *spec;
}

// The same with a server.
inline v1::RunSpec RemoteSpec() {
  v1::RunSpec spec = GoodSpec();
  spec.mutable_engine()->set_kind(v1::EngineSpec::OPENAI);
  spec.mutable_engine()->set_url("http://127.0.0.1:8000/v1");
  spec.mutable_engine()->set_model_name("meta-llama/Llama-3.1-8B-Instruct");
  return spec;
}

}  // namespace quipu::generator

#endif  // QUIPU_TESTS_SUPPORT_RUN_SPEC_FIXTURE_H_
