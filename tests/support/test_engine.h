// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// An embedded engine on a fake model, and requests to it: shared by the
// engine's tests.
#ifndef QUIPU_TESTS_SUPPORT_TEST_ENGINE_H_
#define QUIPU_TESTS_SUPPORT_TEST_ENGINE_H_

#include <cstring>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "inference/batching/embedded_engine.h"
#include "inference/text/byte_tokenizer.h"
#include "tests/support/fake_model.h"
#include "tests/support/status_matchers.h"

namespace quipu::testing {

inline constexpr int64_t kPageBytes = 2 * 2 * inference::kPageTokens * 4;

// An engine on a fake model, with `pages` pages.
struct TestEngine {
  explicit TestEngine(int pages = 1000, int max_step_tokens = 64, int threads = 1,
                      int context_tokens = 4096, int draft_step_tokens = 32,
                      FakeModel::Logits logits = nullptr) {
    auto owned = std::make_unique<FakeModel>(300, std::move(logits));
    model = owned.get();
    inference::EngineInfo info;
    info.engine = "native";
    info.context_tokens = context_tokens;
    inference::EmbeddedEngineOptions options;
    options.threads = threads;
    options.max_step_tokens = max_step_tokens;
    options.draft_step_tokens = draft_step_tokens;
    options.kv_type = inference::KvType::kF32;
    options.kv_bytes = pages * kPageBytes;
    options.eviction_delay = absl::ZeroDuration();
    absl::StatusOr<std::unique_ptr<inference::Engine>> created = inference::CreateEmbeddedEngine(
        inference::EngineParts{nullptr, std::move(owned),
                               inference::CreateByteTokenizer({"</", "q>", ">\n", "the "}),
                               *inference::ChatTemplate::FromName("chatml"), info},
        options);
    EXPECT_OK(created);
    engine = *std::move(created);
  }

  std::unique_ptr<inference::Prefix> Open(const std::string& text) {
    absl::StatusOr<std::unique_ptr<inference::Prefix>> prefix = engine->OpenPrefix({"", text});
    EXPECT_OK(prefix);
    return prefix.ok() ? *std::move(prefix) : nullptr;
  }

  FakeModel* model = nullptr;  // Owned by the engine.
  std::unique_ptr<inference::Engine> engine;
};

inline inference::CompleteRequest Request(int number, int max_tokens = 12) {
  inference::CompleteRequest request;
  request.user_rest = absl::StrCat("\nWrite number ", number);
  request.reply_template = {inference::Slot::Literal("<q>"),
                            inference::Slot::Free("question", 2, max_tokens, "</q>"),
                            inference::Slot::Literal("</q>\n<a>"),
                            inference::Slot::Free("answer", 0, max_tokens, "</a>")};
  request.sampling = {1.0, 40, 0.95, 0.0};
  request.seed = FingerprintOf(absl::StrCat("seed ", number));
  return request;
}

inline inference::ScoreRequest Verdict(int number) {
  inference::ScoreRequest request;
  request.user_rest = absl::StrCat("\nIs number ", number, " right?");
  request.assistant_begin = "Verdict: ";
  request.continuations = {"yes", "n", "perhaps the other"};
  return request;
}

inline std::string ToString(const absl::StatusOr<inference::Completion>& completion) {
  if (!completion.ok()) return completion.status().ToString();
  std::string text;
  for (const inference::CompletedPart& part : completion->parts) {
    uint64_t bits;
    std::memcpy(&bits, &part.log_prob, sizeof(bits));
    absl::StrAppend(&text, part.name, "=", part.text, " ", part.num_tokens, " ",
                    static_cast<int>(part.end), " ", absl::Hex(bits), "; ");
  }
  return text;
}

inline std::string ToString(const absl::StatusOr<inference::ScoreResult>& result) {
  if (!result.ok()) return result.status().ToString();
  std::string text;
  for (const inference::ContinuationScore& score : result->continuations) {
    uint64_t bits;
    std::memcpy(&bits, &score.log_prob, sizeof(bits));
    absl::StrAppend(&text, score.num_tokens, " ", absl::Hex(bits), "; ");
  }
  return text;
}

}  // namespace quipu::testing

#endif  // QUIPU_TESTS_SUPPORT_TEST_ENGINE_H_
