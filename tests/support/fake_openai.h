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

#include <memory>
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

}  // namespace quipu::testing

#endif  // QUIPU_TESTS_SUPPORT_FAKE_OPENAI_H_
