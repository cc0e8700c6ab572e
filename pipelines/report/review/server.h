// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Serves a review over HTTP, on loopback only: GET / is the page, GET /state what is known, POST
// /label a label as JSON.
//
//   ASSIGN_OR_RETURN(const std::unique_ptr<ReviewServer> server,
//                    ReviewServer::Start("127.0.0.1:8123", review.get()));
//   Print(server->url());
//
// There is no authentication: whoever has an account on the machine can connect. Pages of other
// sites cannot: a request needs the server's own address as its host, and a label the type
// application/json, for which a browser asks first. HTTP is libmicrohttpd's: one thread, bounded
// memory a connection, bounded connections. `review` must outlive the server. Thread-safe.
#ifndef QUIPU_PIPELINES_REPORT_REVIEW_SERVER_H_
#define QUIPU_PIPELINES_REPORT_REVIEW_SERVER_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "pipelines/report/review/review.h"

namespace quipu::pipelines {

class ReviewServer {
 public:
  // `address`: 127.0.0.1:PORT or [::1]:PORT; port 0: any free one. INVALID_ARGUMENT for another;
  // UNAVAILABLE if it cannot be bound.
  static absl::StatusOr<std::unique_ptr<ReviewServer>> Start(absl::string_view address,
                                                             Review* review);
  // Closes all connections and joins the thread.
  ~ReviewServer();
  ReviewServer(const ReviewServer&) = delete;
  ReviewServer& operator=(const ReviewServer&) = delete;

  int port() const;
  // "http://127.0.0.1:8123/".
  std::string url() const;

 private:
  struct Daemon;
  explicit ReviewServer(std::unique_ptr<Daemon> daemon);
  const std::unique_ptr<Daemon> daemon_;
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_REPORT_REVIEW_SERVER_H_
