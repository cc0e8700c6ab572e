// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// HTTP/1.1 over libcurl: hundreds of requests in flight over kept connections,
// all driven by one thread ("quipu-http"), which has timers too.
//
//   HttpClientOptions options;
//   options.base_url = "http://127.0.0.1:8000/v1";
//   ASSIGN_OR_RETURN(auto client, HttpClient::Create(options));
//   ASSIGN_OR_RETURN(HttpResponse response,
//                    client->Send({"/models", "", absl::Seconds(10)}));  // Blocks, or:
//   client->SendAsync({"/models"}, [](absl::StatusOr<HttpResponse> response) { ... });
//
// Any status of the server's is a response, not an error. Redirects are not
// followed. HTTP/1.1 on purpose: a request has its connection to itself, and no
// server of models needs more. Thread-safe.
#ifndef QUIPU_INFERENCE_REMOTE_HTTP_CLIENT_H_
#define QUIPU_INFERENCE_REMOTE_HTTP_CLIENT_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace quipu::inference {

struct HttpClientOptions {
  // http:// or https://, host, port and path; no slash at its end is needed.
  std::string base_url;
  // Sent as "Authorization: Bearer ..."; empty: not sent. Never in a message.
  std::string bearer_token;
  // PEM file of authorities; empty: the system's.
  std::string ca_file;
  // Requests beyond these wait for their turn.
  int max_in_flight = 256;
  absl::Duration connect_timeout = absl::Seconds(10);
  // A longer reply is an error.
  uint64_t max_reply_bytes = 0;  // 0: kMaxHttpReplyBytes.
};

struct HttpRequest {
  std::string path;  // Put behind the base URL; begins with a slash.
  std::string body;  // JSON, sent by POST. Empty: GET.
  // For the transfer, from its turn on.
  absl::Duration timeout = absl::Seconds(600);
};

struct HttpResponse {
  int status = 0;
  std::string body;
  std::string retry_after;  // The header's value; empty: none.
};

struct HttpStats {
  int64_t requests = 0;
  int64_t connections = 0;  // Opened; the fewer, the better kept.
  int most_in_flight = 0;
};

class HttpClient {
 public:
  using Done = std::function<void(absl::StatusOr<HttpResponse>)>;

  // INVALID_ARGUMENT if the URL is not one, or a token would go over plain http
  // to another machine; NOT_FOUND or PERMISSION_DENIED if the CA file cannot be
  // read; RESOURCE_EXHAUSTED if the thread cannot be started.
  static absl::StatusOr<std::unique_ptr<HttpClient>> Create(const HttpClientOptions& options);
  // Shuts down; returns when all that was given to it was called.
  virtual ~HttpClient() = default;

  // Sends a request; `done` is called once with the whole reply: by the client's
  // thread, or before the call returns where the client was shut down. It must
  // not block, and may use the client. UNAVAILABLE if no connection is made or it
  // breaks; DEADLINE_EXCEEDED after the timeout; FAILED_PRECONDITION if the
  // server's certificate is not trusted or the reply is too long; CANCELLED after
  // Shutdown.
  virtual void SendAsync(HttpRequest request, Done done) = 0;
  // The same, and waits.
  absl::StatusOr<HttpResponse> Send(const HttpRequest& request);

  // Has the client's thread call `work` once after `delay`, or as soon as the
  // client is shut down. It must not block, and may use the client.
  virtual void RunAfter(absl::Duration delay, std::function<void()> work) = 0;

  virtual HttpStats stats() const = 0;

  // Ends all calls with CANCELLED, runs what waits for its time, and refuses new
  // calls. Does not wait for that.
  virtual void Shutdown() = 0;
};

// Whether the URL's host is this machine: localhost, 127.x.x.x or [::1].
bool IsLoopbackUrl(absl::string_view url);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_REMOTE_HTTP_CLIENT_H_
