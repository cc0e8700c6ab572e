// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Serves pages for people over HTTP: on loopback to whoever has an account on the machine, on any
// other address over TLS to who has a token.
//
//   PageServerOptions options;
//   options.address = "127.0.0.1:8123";
//   ASSIGN_OR_RETURN(const std::unique_ptr<PageServer> server,
//                    PageServer::Start(options, [](const PageRequest& request) {
//                      return PageReply{200, "text/plain", "hello " + request.user};
//                    }));
//
// The page of another site cannot use it: on loopback a request needs the server's own address as
// its host; a token comes in a cookie that other sites' pages do not send (SameSite); a POST needs
// the type application/json, for which a browser asks first. HTTP is libmicrohttpd's: one thread,
// bounded memory a connection, bounded connections. Thread-safe.
#ifndef QUIPU_PIPELINES_REPORT_HTTP_PAGE_SERVER_H_
#define QUIPU_PIPELINES_REPORT_HTTP_PAGE_SERVER_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace quipu::pipelines {

struct PageServerOptions {
  std::string address;  // IPv4:PORT or [IPv6]:PORT; port 0: any free one.
  // File of lines "viewer NAME TOKEN" (rpc/auth.h); empty: no tokens.
  std::string tokens;
  // PEM files of TLS; empty: none.
  std::string cert;
  std::string key;
};

struct PageRequest {
  std::string method;  // GET or POST.
  std::string path;
  std::string user;  // The token's name; empty without tokens.
  std::string body;  // At most kMaxPageBodyBytes.
};

struct PageReply {
  unsigned int code = 200;
  std::string type = "text/plain; charset=utf-8";
  std::string body;
};

inline constexpr size_t kMaxPageBodyBytes = 4096;

// The reply of an error: 400, 404 or 500 by its code, with its message.
PageReply ErrorPage(const absl::Status& status);

class PageServer {
 public:
  using AnswerFn = std::function<PageReply(const PageRequest&)>;

  // Makes the checks of Start without starting anything: INVALID_ARGUMENT for an address that is no
  // numeric one, or that other machines can reach without tokens and TLS; errors of the files.
  static absl::Status Check(const PageServerOptions& options);
  // Calls `answer` for each allowed request, from a thread of its own. Errors of Check; UNAVAILABLE
  // if the address cannot be bound.
  static absl::StatusOr<std::unique_ptr<PageServer>> Start(const PageServerOptions& options,
                                                           AnswerFn answer);
  // Closes all connections and joins the thread.
  ~PageServer();
  PageServer(const PageServer&) = delete;
  PageServer& operator=(const PageServer&) = delete;

  int port() const;
  // "http://127.0.0.1:8123/".
  std::string url() const;
  // Whether a browser needs "?token=TOKEN" behind the URL, once.
  bool needs_token() const;

 private:
  struct Daemon;
  explicit PageServer(std::unique_ptr<Daemon> daemon);
  const std::unique_ptr<Daemon> daemon_;
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_REPORT_HTTP_PAGE_SERVER_H_
