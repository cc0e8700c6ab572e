// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/remote/curl_transfer.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/strings.h"

namespace quipu::inference {
namespace {

constexpr absl::string_view kRetryAfter = "retry-after:";

size_t OnBody(char* data, size_t size, size_t count, void* user) {
  auto* transfer = static_cast<CurlTransfer*>(user);
  const size_t bytes = size * count;
  std::string& body = transfer->response.body;
  if (bytes > transfer->max_reply_bytes - body.size()) {
    transfer->too_long = true;
    return 0;
  }
  body.append(data, bytes);
  return bytes;
}

size_t OnHeader(char* data, size_t size, size_t count, void* user) {
  auto* transfer = static_cast<CurlTransfer*>(user);
  const absl::string_view line(data, size * count);
  if (absl::StartsWithIgnoreCase(line, kRetryAfter)) {
    transfer->response.retry_after =
        std::string(absl::StripAsciiWhitespace(line.substr(kRetryAfter.size())).substr(0, 64));
  }
  return line.size();
}

// `untrusted`: OpenSSL rejected the server's certificate, whatever error
// libcurl makes of it.
absl::Status StatusOf(CURLcode code, bool untrusted, const CurlTransfer& transfer) {
  if (code == CURLE_OK) return absl::OkStatus();
  if (transfer.too_long) {
    return absl::FailedPreconditionError(
        absl::StrCat("the reply has more than ", transfer.max_reply_bytes, " bytes"));
  }
  const std::string what =
      Snippet(transfer.error[0] != '\0' ? transfer.error : curl_easy_strerror(code), 200);
  if (untrusted || code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE ||
      code == CURLE_SSL_ISSUER_ERROR) {
    return absl::FailedPreconditionError(
        absl::StrCat("the server's certificate is not trusted: ", what));
  }
  if (code == CURLE_OPERATION_TIMEDOUT) return absl::DeadlineExceededError(what);
  if (code == CURLE_COULDNT_CONNECT || code == CURLE_COULDNT_RESOLVE_HOST ||
      code == CURLE_COULDNT_RESOLVE_PROXY) {
    return NotConnected(absl::UnavailableError(what));
  }
  return absl::UnavailableError(what);
}

void SetLimits(const CurlSettings& settings, const HttpRequest& request, CURL* handle) {
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS,
                   std::max<long>(1, absl::ToInt64Milliseconds(request.timeout)));
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS,
                   std::max<long>(1, absl::ToInt64Milliseconds(settings.connect_timeout)));
  // To a proxy, "localhost" is another machine.
  if (settings.loopback) curl_easy_setopt(handle, CURLOPT_PROXY, "");
  if (!settings.ca_file.empty()) {
    curl_easy_setopt(handle, CURLOPT_CAINFO, settings.ca_file.c_str());
    curl_easy_setopt(handle, CURLOPT_CAPATH, nullptr);
  }
}

}  // namespace

void PrepareTransfer(const CurlSettings& settings, CurlTransfer* transfer, CURL* handle) {
  transfer->url = absl::StrCat(settings.base_url, transfer->request.path);
  transfer->max_reply_bytes = settings.max_reply_bytes;
  const HttpRequest& request = transfer->request;
  curl_easy_setopt(handle, CURLOPT_URL, transfer->url.c_str());
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, settings.headers.get());
  if (!request.body.empty()) {
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request.body.data());
  }
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &OnBody);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, transfer);
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, &OnHeader);
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, transfer);
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, transfer->error);
  SetLimits(settings, request, handle);
}

absl::Status EndTransfer(CURLcode code, CURL* handle, CurlTransfer* transfer) {
  long status = 0;
  long verified = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(handle, CURLINFO_SSL_VERIFYRESULT, &verified);
  transfer->response.status = static_cast<int>(status);
  return StatusOf(code, verified != 0, *transfer);
}

}  // namespace quipu::inference
