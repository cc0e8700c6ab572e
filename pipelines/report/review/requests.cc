// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/report/review/requests.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "base/json_parser.h"
#include "base/status_macros.h"

namespace quipu::pipelines {
namespace {

PageReply StateReply(const Review& review, absl::string_view rater) {
  absl::StatusOr<std::string> state = review.StateJson(rater);
  if (!state.ok()) return ErrorPage(state.status());
  return {200, "application/json", *std::move(state)};
}

absl::Status TakeLabel(absl::string_view body, absl::string_view rater, Review* review) {
  const std::string padded = absl::StrCat(body, std::string(simdjson::SIMDJSON_PADDING, ' '));
  JsonParser parser;
  ASSIGN_OR_RETURN(const simdjson::dom::object object,
                   parser.ParseObject(absl::string_view(padded).substr(0, body.size())));
  ASSIGN_OR_RETURN(const absl::string_view id, RequiredString(object, "id"));
  ASSIGN_OR_RETURN(const absl::string_view label, RequiredString(object, "label"));
  ASSIGN_OR_RETURN(const absl::string_view fault, OptionalString(object, "fault"));
  return review->Label(id, rater, label, fault);
}

}  // namespace

PageReply AnswerReview(const PageRequest& request, absl::string_view rater, Review* review) {
  if (!request.user.empty()) rater = request.user;
  const bool get = request.method == "GET";
  if (request.path == "/" && get) return {200, "text/html; charset=utf-8", review->Page()};
  if (request.path == "/state" && get) return StateReply(*review, rater);
  if (request.path == "/label" && !get) {
    const absl::Status status = TakeLabel(request.body, rater, review);
    return status.ok() ? StateReply(*review, rater) : ErrorPage(status);
  }
  const bool known = request.path == "/" || request.path == "/state" || request.path == "/label";
  PageReply refusal;
  refusal.code = known ? 405 : 404;
  refusal.body = known ? "405 Method Not Allowed\n" : "404 Not Found\n";
  return refusal;
}

}  // namespace quipu::pipelines
