// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Calls on a server that may be busy, slow, broken or gone for a while: sends a
// request until it has a whole reply that can be read, or cannot have one.
//
//   ChatReply reply;
//   const auto parse = [&](absl::string_view text) { return Assign(ParseChatReply(text), &reply); };
//   RETURN_IF_ERROR(client->Call({"/chat/completions", body}, parse));  // Blocks, or:
//   client->CallAsync({"/chat/completions", body}, parse, [](absl::Status status) { ... });
//
// What is tried again: no connection, a broken one, no reply in time, a reply
// that cannot be read, HTTP 408, 429 and 5xx but 501. While the circuit breaker
// is open calls wait. A call ends after so many attempts, or so long, with
// UNAVAILABLE and the last failure. No message has the key in it.
//
// No wait holds a thread: attempts, parsing and timers all run on the HTTP
// client's one. Thread-safe.
#ifndef QUIPU_INFERENCE_REMOTE_OPENAI_CLIENT_H_
#define QUIPU_INFERENCE_REMOTE_OPENAI_CLIENT_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "inference/remote/circuit_breaker.h"
#include "inference/remote/http_client.h"
#include "inference/remote/retry_policy.h"

namespace quipu::inference {

struct OpenAiClientOptions {
  HttpClientOptions http;
  RetryOptions retry;
  CircuitBreakerOptions breaker;
  // Of one attempt.
  absl::Duration request_timeout = absl::Seconds(600);
  // Of a call with all its attempts and waits.
  absl::Duration call_timeout = absl::Seconds(2400);
  Clock* clock = Clock::Real();
};

struct OpenAiCall {
  std::string path;
  std::string body;  // Empty: GET.
  // A question about what the server can do: HTTP 500 is an answer to it
  // (INTERNAL, at once), since some servers refuse in that way.
  bool is_probe = false;
};

struct OpenAiClientStats {
  HttpStats http;
  int64_t calls = 0;
  int64_t retries = 0;
  // Time in which at least one call was in progress.
  absl::Duration busy;
};

class OpenAiClient {
 public:
  using Parse = std::function<absl::Status(absl::string_view)>;
  using Done = std::function<void(absl::Status)>;

  // Errors of HttpClient::Create.
  static absl::StatusOr<std::unique_ptr<OpenAiClient>> Create(const OpenAiClientOptions& options);
  // Shuts down; returns when the last `done` has returned.
  virtual ~OpenAiClient() = default;

  // Makes the call and gives the body of a reply with status 200 to `parse`,
  // whose error makes it one that cannot be read; then calls `done`, once. Both
  // are called by the client's thread and must not block; `done` also before
  // CallAsync returns, after Shutdown. Errors: StatusFromHttp's and
  // HttpClient::SendAsync's; UNAVAILABLE where attempts or time ran out;
  // CANCELLED after Shutdown.
  virtual void CallAsync(OpenAiCall call, Parse parse, Done done) = 0;
  // The same, and waits.
  absl::Status Call(const OpenAiCall& call, const Parse& parse);

  virtual OpenAiClientStats stats() const = 0;

  // Ends all calls with CANCELLED, those that wait too, and refuses new ones.
  // Does not wait for that.
  virtual void Shutdown() = 0;
};

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_REMOTE_OPENAI_CLIENT_H_
