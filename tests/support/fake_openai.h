// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// An OpenAI-compatible server without a model, on HttpServer. It can do as much
// or as little as any of the real ones, and replies as the test tells it.
//
//   FakeOpenAiOptions options;
//   options.pattern_field = "guided_regex";
//   ASSERT_OK_AND_ASSIGN(auto fake, FakeOpenAi::Start(options));
//   fake->SetReply("<q>Who?</q>");
//
// Thread-safe.
#ifndef QUIPU_TESTS_SUPPORT_FAKE_OPENAI_H_
#define QUIPU_TESTS_SUPPORT_FAKE_OPENAI_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "tests/support/http_server.h"

namespace quipu::testing {

struct FakeOpenAiOptions {
  // The served models; empty: GET /models is 404.
  std::vector<std::string> models = {"m"};
  int max_model_len = 0;  // 0: not reported.
  // The request field that constrains replies to a pattern; empty: none.
  std::string pattern_field;
  // Whether to refuse fields that OpenAI's own interface does not have.
  bool refuses_unknown_fields = false;
  int most_top_logprobs = 20;  // Larger values are refused; 0: gives none.
  // Whether log-probabilities of a given text are available.
  bool echoes = true;
  // What llama-server tells about itself; 0: nothing.
  int vocab_size = 0;
  int n_ctx = 0;
  int slots = 0;
  // The text of a token id, for a server whose grammar may be a list of ids: it
  // replies with those tokens, whose log-probabilities are FakeLogProb's, or 0 if it
  // computes them from what the grammar allows.
  std::function<std::string(int64_t)> token_text;
  bool masks_log_probs = false;
  // What it counts in a prompt whose user's message is this; none: it does not say
  // what the engine's probes have, and that others have 100.
  std::function<int64_t(const std::string&)> count_prompt;
  // Of which so many were cached; -1: it does not tell.
  int cached_tokens = -1;
  // Refuses requests without this key; empty: accepts any.
  std::string key;
  HttpServer::Tls tls;
};

class FakeOpenAi {
 public:
  static absl::StatusOr<std::unique_ptr<FakeOpenAi>> Start(const FakeOpenAiOptions& options);

  // The reply to every chat from now on, except those that probe whether
  // replies can be constrained to a pattern.
  void SetReply(std::string text, std::string finish_reason = "stop");
  // The likeliest first tokens of every reply.
  void SetTopLogProbs(std::vector<std::pair<std::string, double>> top);
  // Replaces every reply, if its status is not 200 or it has a fault.
  void SetFailure(HttpServer::Response failure);

  HttpServer& server() { return *server_; }
  std::string url() const { return server_->url() + "/v1"; }
  // The body of the last request.
  std::string last_body() const;

 private:
  explicit FakeOpenAi(const FakeOpenAiOptions& options) : options_(options) {}
  HttpServer::Response Answer(const HttpServer::Request& request);
  HttpServer::Response Models() const;
  HttpServer::Response Chat(const std::string& body);
  HttpServer::Response Echo(const std::string& body) const;
  HttpServer::Response Props() const;
  std::optional<int64_t> CountPrompt(const std::string& body) const;

  const FakeOpenAiOptions options_;
  mutable absl::Mutex mutex_;
  std::string reply_ ABSL_GUARDED_BY(mutex_) = "Hello!";
  std::string finish_reason_ ABSL_GUARDED_BY(mutex_) = "stop";
  std::vector<std::pair<std::string, double>> top_ ABSL_GUARDED_BY(mutex_) = {{"yes", -0.25},
                                                                              {"no", -1.5}};
  HttpServer::Response failure_ ABSL_GUARDED_BY(mutex_);
  std::unique_ptr<HttpServer> server_;  // Its threads use all of the above.
};

// How the fake cuts a text into tokens: words with the space before them.
std::vector<std::string> FakeTokens(const std::string& text);

// Of tokens 40 and 41, which are the likeliest everywhere, and of all others.
double FakeLogProb(int64_t id);

}  // namespace quipu::testing

#endif  // QUIPU_TESTS_SUPPORT_FAKE_OPENAI_H_
