// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// A JSON file of a published model, and its fields by name. Errors name the file and the
// field.
//
//   ASSIGN_OR_RETURN(auto file, JsonFile::Open("models/qwen/tokenizer_config.json"));
//   ASSIGN_OR_RETURN(std::optional<bool> add_bos, file->Bool(file->root(), "add_bos_token"));
//
// A field that is null counts as absent. Thread-compatible.
#ifndef QUIPU_INFERENCE_TEXT_HF_JSON_FILE_H_
#define QUIPU_INFERENCE_TEXT_HF_JSON_FILE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/json_parser.h"
#include "simdjson.h"

namespace quipu::inference {

class JsonFile {
 public:
  using Element = simdjson::dom::element;
  using Object = simdjson::dom::object;
  using Array = simdjson::dom::array;

  // NOT_FOUND if there is no such file; INVALID_ARGUMENT if it is no JSON object.
  static absl::StatusOr<std::unique_ptr<JsonFile>> Open(const std::string& path);

  const Object& root() const { return root_; }
  const std::string& path() const { return path_; }

  // The field, or nullopt. INVALID_ARGUMENT for another type, or if it is duplicated.
  absl::StatusOr<std::optional<Element>> Find(const Object& object, absl::string_view key) const;
  absl::StatusOr<std::optional<std::string>> String(const Object& object,
                                                    absl::string_view key) const;
  absl::StatusOr<std::optional<bool>> Bool(const Object& object, absl::string_view key) const;
  absl::StatusOr<std::optional<int64_t>> Int(const Object& object, absl::string_view key) const;
  absl::StatusOr<std::optional<Object>> ObjectAt(const Object& object, absl::string_view key) const;
  absl::StatusOr<std::optional<Array>> ArrayAt(const Object& object, absl::string_view key) const;

  // Errors with the file in front.
  absl::Status Malformed(absl::string_view why) const;
  absl::Status Unsupported(absl::string_view what) const;

 private:
  explicit JsonFile(std::string path) : path_(std::move(path)) {}

  std::string path_;
  std::string text_;
  JsonParser parser_;
  Object root_;
};

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_TEXT_HF_JSON_FILE_H_
