// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A tokenizer and an engine for tests of the recipe: one token per word,
// including the space before it, and replies written by the test.
//
//   FakeEngine engine;
//   engine.Reply("Who wrote it?", "Miguel.");
#ifndef QUIPU_TESTS_SUPPORT_FAKE_ENGINE_H_
#define QUIPU_TESTS_SUPPORT_FAKE_ENGINE_H_

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "inference/engine.h"
#include "inference/text/chat_template.h"
#include "inference/text/tokenizer.h"

namespace quipu::testing {

// Ids are assigned as words appear, so they are valid only inside one object. A
// token is a run of letters or digits with at most one leading space, or one
// other byte. Thread-safe.
class FakeTokenizer : public inference::Tokenizer {
 public:
  FakeTokenizer();
  std::vector<inference::TokenId> Encode(absl::string_view text,
                                         bool fragment_start) const override;
  inference::Encoding EncodeWithOffsets(absl::string_view text, bool fragment_start) const override;
  absl::string_view TokenBytes(inference::TokenId id) const override;
  std::string Decode(absl::Span<const inference::TokenId> ids, bool fragment_start) const override;
  std::optional<inference::TokenId> ControlId(absl::string_view spelling) const override;
  absl::string_view ControlSpelling(inference::TokenId id) const override;
  bool IsControl(inference::TokenId id) const override;
  int vocab_size() const override { return 1 << 24; }
  std::optional<inference::TokenId> bos() const override { return ControlId("<s>"); }
  std::optional<inference::TokenId> eos() const override { return ControlId("<|im_end|>"); }
  inference::TokenId pad() const override { return *ControlId("<|pad|>"); }
  bool adds_bos() const override { return false; }
  bool IsEndOfTurn(inference::TokenId id) const override;
  Fingerprint fingerprint() const override { return FingerprintOf("fake"); }
  std::string description() const override { return "fake"; }

 private:
  inference::TokenId Intern(absl::string_view piece) const;

  mutable std::mutex mutex_;
  mutable std::map<std::string, inference::TokenId, std::less<>> ids_;
  // A map, not a vector: the strings must not move.
  mutable std::map<inference::TokenId, std::string> pieces_;
};

// The arguments that a fake prefix was opened with.
struct FakePrefix : inference::Prefix {
  explicit FakePrefix(inference::PrefixRequest opened) : request(std::move(opened)) {}
  int num_tokens() const override { return static_cast<int>(request.user_begin.size()); }
  inference::PrefixRequest request;
};

// Before a call returns, runs the test's callback; records requests.
// Thread-compatible.
class FakeEngine : public inference::Engine {
 public:
  FakeEngine();
  const inference::EngineInfo& info() const override { return info_; }
  std::shared_ptr<const inference::Tokenizer> tokenizer() const override { return tokenizer_; }
  const inference::ChatTemplate& chat_template() const override { return chat_template_; }
  void OpenPrefixAsync(inference::PrefixRequest request, PrefixDone done) override;
  void CompleteAsync(const inference::Prefix& prefix, inference::CompleteRequest request,
                     CompleteDone done) override;
  void ScoreAsync(const inference::Prefix& prefix, inference::ScoreRequest request,
                  ScoreDone done) override;
  inference::EngineStats stats() const override { return {}; }
  void Shutdown() override {}

  // Makes the engine unable to score given texts.
  void ScoreNoText() { info_.scores_text = info_.scores_spans = false; }
  // Makes it able to score given texts, but no spans of a prompt.
  void ScoreNoSpans() { info_.scores_spans = false; }
  // Makes its memory hold this many tokens, of a context of 8,192.
  void HoldTokens(int64_t tokens, int64_t bytes_per_token) {
    info_.context_tokens = 8192;
    info_.memory_tokens = tokens;
    info_.bytes_per_token = bytes_per_token;
  }
  // Makes every reply this pair, well-formed.
  void Reply(std::string question, std::string answer);

  std::function<absl::StatusOr<inference::Completion>(const FakePrefix&,
                                                      const inference::CompleteRequest&)>
      on_complete;
  std::function<absl::StatusOr<inference::ScoreResult>(const FakePrefix&,
                                                       const inference::ScoreRequest&)>
      on_score;
  std::vector<inference::CompleteRequest> completed;
  std::vector<inference::ScoreRequest> scored;

 private:
  inference::EngineInfo info_;
  std::shared_ptr<const FakeTokenizer> tokenizer_ = std::make_shared<FakeTokenizer>();
  inference::ChatTemplate chat_template_;
};

}  // namespace quipu::testing

#endif  // QUIPU_TESTS_SUPPORT_FAKE_ENGINE_H_
