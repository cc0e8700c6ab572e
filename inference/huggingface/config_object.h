// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Typed, checked look-ups in a JSON object of a model's directory. All errors
// name the file and the key.
//
//   ConfigObject config(object, "model/config.json", "");
//   ASSIGN_OR_RETURN(const int width, config.Integer("hidden_size", 2, 1 << 20));
//
// Thread-compatible. The JSON must outlive this.
#ifndef QUIPU_INFERENCE_HUGGINGFACE_CONFIG_OBJECT_H_
#define QUIPU_INFERENCE_HUGGINGFACE_CONFIG_OBJECT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "simdjson.h"

namespace quipu::inference {

class ConfigObject {
 public:
  // `prefix` is in front of keys in messages ("rope_scaling.").
  ConfigObject(const simdjson::dom::object& object, absl::string_view path,
               absl::string_view prefix);

  // Whether there is no key.
  bool Empty() const;
  // Whether the key is there, and not null.
  bool Has(absl::string_view key) const;
  // Whether the key is there with the value null.
  bool IsNull(absl::string_view key) const;
  // INVALID_ARGUMENT if the value has another type or is out of range, or if the
  // key is missing and there is no `otherwise`.
  absl::StatusOr<int> Integer(absl::string_view key, int64_t least, int64_t greatest,
                              std::optional<int> otherwise = std::nullopt) const;
  absl::StatusOr<double> Number(absl::string_view key, double least, double greatest,
                                std::optional<double> otherwise = std::nullopt) const;
  absl::StatusOr<bool> Bool(absl::string_view key, bool otherwise) const;
  // Empty if the key is missing.
  absl::StatusOr<std::string> String(absl::string_view key) const;
  absl::StatusOr<std::vector<std::string>> Strings(absl::string_view key) const;
  absl::StatusOr<std::vector<int>> Integers(absl::string_view key) const;
  // nullopt if the key is missing.
  absl::StatusOr<std::optional<ConfigObject>> Object(absl::string_view key) const;

  // INVALID_ARGUMENT and UNIMPLEMENTED, with file and key in front.
  absl::Status Error(absl::string_view key, absl::string_view what) const;
  absl::Status Unsupported(absl::string_view key, absl::string_view what) const;

 private:
  std::optional<simdjson::dom::element> Find(absl::string_view key) const;
  // The same, but not if it is null.
  std::optional<simdjson::dom::element> Value(absl::string_view key) const;
  std::string Where(absl::string_view key) const;

  simdjson::dom::object object_;
  std::string path_;
  std::string prefix_;
};

}  // namespace quipu::inference

#endif  // QUIPU_INFERENCE_HUGGINGFACE_CONFIG_OBJECT_H_
