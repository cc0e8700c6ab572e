// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/remote/openai_errors.h"

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/json_parser.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "inference/remote/api_key.h"
#include "inference/remote/json_reply.h"
#include "simdjson.h"

namespace quipu::inference {
namespace {

namespace dom = simdjson::dom;

constexpr size_t kMaxMessageBytes = 300;

// The text of an error, under the first of the keys that servers use.
absl::StatusOr<std::string> ErrorMessage(const dom::object& root) {
  dom::object fields = root;
  ASSIGN_OR_RETURN(const std::optional<dom::element> error, Find(root, "error"));
  if (error.has_value()) {
    std::string_view text;
    if (error->get(text) == simdjson::SUCCESS) return std::string(text);
    ASSIGN_OR_RETURN(fields, AsObject(*error, "error"));
  }
  std::string message;
  for (const absl::string_view key : {"message", "detail", "type", "code"}) {
    const absl::StatusOr<absl::string_view> text = OptionalString(fields, key);
    if (!text.ok() || text->empty()) continue;
    absl::StrAppend(&message, message.empty() ? "" : ", ", *text);
  }
  if (message.empty()) return absl::InvalidArgumentError("no message");
  return message;
}

bool SaysContextIsTooSmall(absl::string_view body) {
  const std::string text = absl::AsciiStrToLower(body);
  for (const absl::string_view words :
       {"context_length_exceeded", "context length", "context size", "exceed_context_size",
        "context window", "max_new_tokens` must be"}) {
    if (absl::StrContains(text, words)) return true;
  }
  return false;
}

// llama-cpp-python may say 500 for a text that is too long by itself.
bool SaysRequestIsTooLong(absl::string_view body) {
  return absl::StrContains(absl::AsciiStrToLower(body), "requested tokens");
}

absl::StatusCode CodeOf(int http_status, absl::string_view body) {
  const bool refused = http_status == 400 || http_status == 413 || http_status == 422 ||
                       (http_status == 500 && SaysRequestIsTooLong(body));
  if (refused && SaysContextIsTooSmall(body)) return absl::StatusCode::kResourceExhausted;
  if (http_status >= 300 && http_status < 400) return absl::StatusCode::kFailedPrecondition;
  switch (http_status) {
    case 401:
      return absl::StatusCode::kUnauthenticated;
    case 403:
      return absl::StatusCode::kPermissionDenied;
    case 404:
      return absl::StatusCode::kNotFound;
    case 408:
    case 429:
      return absl::StatusCode::kUnavailable;
    case 501:
      return absl::StatusCode::kUnimplemented;
    default:
      return http_status >= 500 ? absl::StatusCode::kUnavailable
                                : absl::StatusCode::kInvalidArgument;
  }
}

}  // namespace

absl::Status StatusFromHttp(int http_status, absl::string_view body, absl::string_view key) {
  const JsonReply parsed(body);
  const absl::StatusOr<std::string> message =
      parsed.root().ok() ? ErrorMessage(*parsed.root()) : parsed.root().status();
  std::string text = absl::StrCat("the server says ", http_status);
  const std::string said = WithoutKey(message.ok() ? absl::string_view(*message) : body, key);
  if (!said.empty()) absl::StrAppend(&text, ": ", Snippet(said, kMaxMessageBytes));
  const absl::StatusCode code = CodeOf(http_status, body);
  if (code == absl::StatusCode::kFailedPrecondition)
    absl::StrAppend(&text, " (redirects are not followed: set engine.url)");
  return absl::Status(code, text);
}

bool SaysNotNow(int http_status, absl::string_view body) {
  if (http_status == 429) return true;
  return (http_status == 500 || http_status == 503) && SaysContextIsTooSmall(body) &&
         !SaysRequestIsTooLong(body);
}

}  // namespace quipu::inference
