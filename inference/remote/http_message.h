// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// One HTTP request, and one reply.
//
//   const HttpRequest request = {"/chat/completions", body, absl::Seconds(600)};
#ifndef QUIPU_INFERENCE_REMOTE_HTTP_MESSAGE_H_
#define QUIPU_INFERENCE_REMOTE_HTTP_MESSAGE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/cord.h"
#include "absl/time/time.h"

namespace quipu::inference {

struct HttpRequest {
  std::string path;  // Appended to the base URL; begins with a slash.
  std::string body;  // JSON, sent by POST. Empty: GET.
  // For the transfer, once its turn has come.
  absl::Duration timeout = absl::Seconds(600);
};

struct HttpResponse {
  int status = 0;
  std::string body;
  std::string retry_after;  // The header's value; empty: none.
};

// Marks the failure of a request that no server has seen.
inline absl::Status NotConnected(absl::Status failure) {
  failure.SetPayload("quipu/not-connected", absl::Cord());
  return failure;
}
inline bool IsNotConnected(const absl::Status& failure) {
  return failure.GetPayload("quipu/not-connected").has_value();
}

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_REMOTE_HTTP_MESSAGE_H_
