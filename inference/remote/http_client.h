// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// HTTP/1.1 over libcurl: hundreds of requests in flight over persistent
// connections, all driven by one thread ("quipu-http"), which also runs timers.
//
//   HttpClientOptions options;
//   options.base_url = "http://127.0.0.1:8000/v1";
//   ASSIGN_OR_RETURN(auto client, HttpClient::Create(options));
//   ASSIGN_OR_RETURN(HttpResponse response,
//                    client->Send({"/models", "", absl::Seconds(10)}));  // Blocks, or:
//   client->SendAsync({"/models"}, [](absl::StatusOr<HttpResponse> response) { Use(response); });
//
// Any HTTP status is a response, not an error. Redirects are not followed.
// HTTP/1.1 on purpose: each request has a connection to itself, and no model
// server needs more. Thread-safe.
#ifndef QUIPU_INFERENCE_REMOTE_HTTP_CLIENT_H_
#define QUIPU_INFERENCE_REMOTE_HTTP_CLIENT_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "inference/remote/http_message.h"

namespace quipu::inference {

struct HttpClientOptions {
  // http:// or https://, host, port and path; a slash at the end is optional.
  std::string base_url;
  // Sent as "Authorization: Bearer ..." unless empty. Never part of a message.
  std::string bearer_token;
  // PEM file of certificate authorities; empty: the system's.
  std::string ca_file;
  // Further requests wait for their turn.
  int max_in_flight = 256;
  absl::Duration connect_timeout = absl::Seconds(10);
  // A longer reply is an error.
  uint64_t max_reply_bytes = 0;  // 0: kMaxHttpReplyBytes.
};

struct HttpStats {
  int64_t requests = 0;
  int64_t connections = 0;  // Opened so far; fewer means better reuse.
  int most_in_flight = 0;
};

class HttpClient {
 public:
  using Done = std::function<void(absl::StatusOr<HttpResponse>)>;

  // Errors of CheckBaseUrl; NOT_FOUND or PERMISSION_DENIED if the CA file
  // cannot be read; RESOURCE_EXHAUSTED if the thread cannot be started.
  static absl::StatusOr<std::unique_ptr<HttpClient>> Create(const HttpClientOptions& options);
  // Shuts down; returns when every callback it accepted has been called.
  virtual ~HttpClient() = default;

  // Sends a request and calls `done` once with the whole reply: on the client's
  // thread or, after Shutdown, before this call returns. `done` must not block,
  // and may use the client. UNAVAILABLE if connecting fails (IsNotConnected) or the connection
  // breaks; DEADLINE_EXCEEDED after the timeout; FAILED_PRECONDITION if the
  // server's certificate is not trusted or the reply is too long; CANCELLED
  // after Shutdown.
  virtual void SendAsync(HttpRequest request, Done done) = 0;
  // The same, but blocks.
  absl::StatusOr<HttpResponse> Send(const HttpRequest& request);

  // Calls `work` once on the client's thread, after `delay` or as soon as the
  // client is shut down. It must not block, and may use the client.
  virtual void RunAfter(absl::Duration delay, std::function<void()> work) = 0;

  virtual HttpStats stats() const = 0;

  // Ends all calls with CANCELLED, runs pending timers, and refuses new calls.
  // Does not wait for that.
  virtual void Shutdown() = 0;
};

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_REMOTE_HTTP_CLIENT_H_
