// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/remote/base_url.h"

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/strings.h"

namespace quipu::inference {
namespace {

// The host of a URL, without port; empty if it has none.
absl::string_view HostOf(absl::string_view url) {
  if (!absl::ConsumePrefix(&url, "http://") && !absl::ConsumePrefix(&url, "https://")) {
    return "";
  }
  url = url.substr(0, url.find('/'));
  if (absl::StartsWith(url, "[")) {
    const size_t end = url.find(']');
    return end == absl::string_view::npos ? "" : url.substr(0, end + 1);
  }
  return url.substr(0, url.find(':'));
}

}  // namespace

absl::Status CheckBaseUrl(absl::string_view url, bool with_key) {
  if (HostOf(url).empty() || url.find_first_of("@?# \t\r\n") != absl::string_view::npos) {
    return absl::InvalidArgumentError(absl::StrCat(
        "\"", Snippet(url), "\" is not a plain http or https URL (no user name, no query)"));
  }
  if (with_key && absl::StartsWith(url, "http://") && !IsLoopbackUrl(url)) {
    return absl::InvalidArgumentError(
        absl::StrCat(Snippet(url), ": keys are sent to other machines over https only"));
  }
  return absl::OkStatus();
}

bool IsLoopbackUrl(absl::string_view url) {
  const std::string host = absl::AsciiStrToLower(HostOf(url));
  if (host == "localhost" || host == "[::1]") return true;
  // A name may begin like an address: "127.example.org".
  return absl::StartsWith(host, "127.") &&
         host.find_first_not_of("0123456789.") == std::string::npos;
}

}  // namespace quipu::inference
