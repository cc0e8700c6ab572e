// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A server's reply, parsed as one JSON object; its values live as long as this.
//
//   const JsonReply reply(response.body);
//   RETURN_IF_ERROR(reply.root().status());
//
// Replies are untrusted. Thread-compatible.
#ifndef QUIPU_INFERENCE_REMOTE_JSON_REPLY_H_
#define QUIPU_INFERENCE_REMOTE_JSON_REPLY_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/json_parser.h"
#include "simdjson.h"

namespace quipu::inference {

class JsonReply {
 public:
  explicit JsonReply(absl::string_view body) : text_(body) {
    text_.resize(body.size() + simdjson::SIMDJSON_PADDING);
    root_ = parser_.ParseObject(absl::string_view(text_.data(), body.size()));
  }
  const absl::StatusOr<simdjson::dom::object>& root() const { return root_; }

 private:
  std::string text_;  // With the padding that the parser reads.
  JsonParser parser_;
  absl::StatusOr<simdjson::dom::object> root_;
};

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_REMOTE_JSON_REPLY_H_
