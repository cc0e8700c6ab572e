// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A small HTTP/1.1 server on 127.0.0.1 for tests of clients. It answers by a
// function, and does on purpose what servers do by mistake.
//
//   ASSERT_OK_AND_ASSIGN(auto server, HttpServer::Start([](const HttpServer::Request& r) {
//     return HttpServer::Response{200, "{}"};
//   }));
//   client.Get(server->url() + "/models");
//
// One thread per connection, all joined by Stop or the destructor; many threads
// call the function at once. Thread-safe.
#ifndef QUIPU_TESTS_SUPPORT_HTTP_SERVER_H_
#define QUIPU_TESTS_SUPPORT_HTTP_SERVER_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace quipu::testing {

class HttpServer {
 public:
  struct Request {
    std::string method;
    std::string path;
    std::map<std::string, std::string> headers;  // Names in lower case.
    std::string body;
  };

  enum class Fault {
    kNone,
    kCutMidBody,   // Half of the body, then the connection ends.
    kGarbage,      // Bytes that are not HTTP.
    kCloseAtOnce,  // Nothing; the connection ends.
    kNeverAnswer,  // Nothing, forever.
    kTrickle,      // A byte of the body every 20 ms.
  };

  struct Response {
    int status = 200;
    std::string body = "";
    std::vector<std::pair<std::string, std::string>> headers = {};
    Fault fault = Fault::kNone;
    absl::Duration delay = absl::ZeroDuration();  // Before anything is sent.
  };

  using Handler = std::function<Response(const Request&)>;

  // PEM files; empty: plain HTTP.
  struct Tls {
    std::string certificate_file;
    std::string key_file;
  };

  static absl::StatusOr<std::unique_ptr<HttpServer>> Start(Handler handler);
  static absl::StatusOr<std::unique_ptr<HttpServer>> Start(Handler handler, const Tls& tls);
  virtual ~HttpServer() = default;

  virtual int port() const = 0;
  // "http://127.0.0.1:PORT" or "https://...".
  virtual std::string url() const = 0;
  // Connections accepted so far.
  virtual int connections() const = 0;
  // Requests read so far, in order of arrival.
  virtual std::vector<Request> requests() const = 0;
  // Waits until this many have been read; false after `timeout`.
  virtual bool AwaitRequests(int count, absl::Duration timeout) const = 0;
  // Ends all connections.
  virtual void Stop() = 0;
};

// A port on 127.0.0.1 on which nothing listens.
int UnusedPort();

}  // namespace quipu::testing

#endif  // QUIPU_TESTS_SUPPORT_HTTP_SERVER_H_
