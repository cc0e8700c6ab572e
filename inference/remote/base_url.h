// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// The rules for a server's URL.
//
//   RETURN_IF_ERROR(CheckBaseUrl("https://models.example.org/v1", /*with_key=*/true));
//
// Pure.
#ifndef QUIPU_INFERENCE_REMOTE_BASE_URL_H_
#define QUIPU_INFERENCE_REMOTE_BASE_URL_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace quipu::inference {

// Returns INVALID_ARGUMENT unless the URL is http or https with a host, without
// user name and query. `with_key`: also if it is plain http to another machine.
absl::Status CheckBaseUrl(absl::string_view url, bool with_key);

// Returns whether the URL's host is this machine: localhost, 127.x.x.x or
// [::1].
bool IsLoopbackUrl(absl::string_view url);

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_REMOTE_BASE_URL_H_
