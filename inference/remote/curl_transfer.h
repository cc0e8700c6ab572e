// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// One request as libcurl runs it: the options of a handle, what its callbacks
// collect, and what its end means.
//
//   CurlEasy easy(curl_easy_init());
//   PrepareTransfer(settings, &transfer, easy.get());
//   const CURLcode code = curl_easy_perform(easy.get());
//   RETURN_IF_ERROR(EndTransfer(code, easy.get(), &transfer));
//   Use(transfer.response);
//
// Thread-compatible.
#ifndef QUIPU_INFERENCE_REMOTE_CURL_TRANSFER_H_
#define QUIPU_INFERENCE_REMOTE_CURL_TRANSFER_H_

#include <curl/curl.h>

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "inference/remote/http_message.h"

namespace quipu::inference {

struct CurlEasyDeleter {  // The handle type is void in C++.
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct CurlHeadersDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using CurlEasy = std::unique_ptr<CURL, CurlEasyDeleter>;
using CurlHeaders = std::unique_ptr<curl_slist, CurlHeadersDeleter>;

// What all transfers of a client have in common.
struct CurlSettings {
  std::string base_url;
  CurlHeaders headers;  // Sent with each request.
  bool loopback = false;
  std::string ca_file;  // Empty: the system's authorities.
  absl::Duration connect_timeout;
  uint64_t max_reply_bytes = 0;
};

struct CurlTransfer {
  HttpRequest request;
  HttpResponse response;

  // For the callbacks.
  std::string url;
  uint64_t max_reply_bytes = 0;
  bool too_long = false;
  char error[CURL_ERROR_SIZE] = "";
};

// Sets all options of a handle that is new or reset. `settings` and `transfer`
// must stay where they are until the handle is reset.
void PrepareTransfer(const CurlSettings& settings, CurlTransfer* transfer, CURL* handle);

// Completes the response of a transfer that has ended with `code`. UNAVAILABLE
// if connecting failed or the connection broke; DEADLINE_EXCEEDED after the
// timeout; FAILED_PRECONDITION if the server's certificate is not trusted or
// the reply is too long.
absl::Status EndTransfer(CURLcode code, CURL* handle, CurlTransfer* transfer);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_REMOTE_CURL_TRANSFER_H_
