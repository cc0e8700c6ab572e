// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What a reply with an HTTP status other than 200 means: no, or not now.
//
//   const absl::Status status = StatusFromHttp(response.status, response.body, key);
//   if (absl::IsUnavailable(status)) again = true;
//   if (SaysNotNow(response.status, response.body)) fewer = true;
//
// Pure; thread-safe.
#ifndef QUIPU_INFERENCE_REMOTE_OPENAI_ERRORS_H_
#define QUIPU_INFERENCE_REMOTE_OPENAI_ERRORS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace quipu::inference {

// The status for a reply whose HTTP status is not 200, with the server's own
// message, bounded: UNAVAILABLE for 408, 429, and 5xx except 501;
// RESOURCE_EXHAUSTED if it is refused (400, 413, 422) because a text does not fit
// the context; UNAUTHENTICATED, PERMISSION_DENIED, NOT_FOUND, UNIMPLEMENTED for
// 401, 403, 404, 501; FAILED_PRECONDITION for a redirect; INVALID_ARGUMENT for
// the rest. `key` is removed from the message.
absl::Status StatusFromHttp(int http_status, absl::string_view body, absl::string_view key);

// Whether the server has no room at the moment: 429, or a 500 or 503 about the
// context, which llama-server answers to all requests in flight when they
// together fill the cache that its slots share, although each fits alone.
bool SaysNotNow(int http_status, absl::string_view body);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_REMOTE_OPENAI_ERRORS_H_
