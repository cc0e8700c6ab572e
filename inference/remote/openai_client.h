// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Calls to a server that may be busy, slow, broken or down for a while: sends a
// request until it gets a complete, valid reply, or until none can come.
//
//   ChatReply reply;
//   const auto parse = [&](absl::string_view text) { return Assign(ParseChatReply(text), &reply); };
//   RETURN_IF_ERROR(client->Call({"/chat/completions", body}, parse));  // Blocks, or:
//   client->CallAsync({"/chat/completions", body}, parse, [](absl::Status s) { Use(s); });
//
// Retried: no connection, a broken one, no reply in time, an invalid reply,
// HTTP 408, 429, and 5xx except 501. A server that is crowded gets fewer requests at
// once (in_flight_limit.h), in an order that suits its cache (send_queue.h). While
// the circuit breaker is open, calls wait. When attempts or time run out, a call
// ends with UNAVAILABLE and the last failure; neither a crowded server nor one that
// is not there costs an attempt. Messages name the server once, and never the key.
//
// Waiting holds no thread: attempts, parsing and timers all run on the HTTP
// client's thread. Thread-safe.
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
#include "inference/remote/in_flight_limit.h"
#include "inference/remote/retry_policy.h"

namespace quipu::inference {

struct OpenAiClientOptions {
  HttpClientOptions http;
  RetryOptions retry;
  CircuitBreakerOptions breaker;
  InFlightOptions in_flight;
  // For one attempt.
  absl::Duration request_timeout = absl::Seconds(600);
  // For a call from its first attempt, with all others and waits; before that, for
  // a server that answers no call.
  absl::Duration call_timeout = absl::Seconds(2400);
  Clock* clock = Clock::Real();
};

struct OpenAiCall {
  std::string path;
  std::string body;  // Empty: GET.
  // A question about what the server can do. HTTP 500 then answers it
  // (INTERNAL, at once), because some servers refuse in that way. A server that is
  // not there is an error at once.
  bool is_probe = false;
  // What the call shares with others, by numbers: see send_queue.h. 0: nothing.
  uint64_t prefix = 0;
  uint64_t kind = 0;
};

struct OpenAiClientStats {
  HttpStats http;
  int64_t calls = 0;
  int64_t retries = 0;
  // Replies that the server was crowded, and how many calls may be in flight now.
  int64_t crowded = 0;
  int in_flight_limit = 0;
  // Time during which at least one call was in progress.
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

  // Makes the call and passes the body of a reply with status 200 to `parse`,
  // whose error means that the reply is invalid; then calls `done`, once. Both
  // run on the client's thread and must not block; after Shutdown, `done` runs
  // before CallAsync returns. Errors: StatusFromHttp's and
  // HttpClient::SendAsync's; UNAVAILABLE if attempts or time ran out; CANCELLED
  // after Shutdown.
  virtual void CallAsync(OpenAiCall call, Parse parse, Done done) = 0;
  // The same, but blocks.
  absl::Status Call(const OpenAiCall& call, const Parse& parse);

  // The server works on so many requests at once, each with a cache of its own.
  virtual void SetSlots(int slots) = 0;

  virtual OpenAiClientStats stats() const = 0;

  // Ends all calls, including waiting ones, with CANCELLED, and refuses new
  // ones. Does not wait for that.
  virtual void Shutdown() = 0;
};

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_REMOTE_OPENAI_CLIENT_H_
