// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/text/hf/json_file.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "base/strings.h"

namespace quipu::inference {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Python writes integers of any length: most tokenizer_config.json have a
// "model_max_length" of 10^30, which means no limit. Those that do not fit in 64 bits
// become the greatest of 18 digits.
void ShortenIntegers(std::string* text) {
  constexpr size_t kDigits = 18;
  bool in_string = false;
  for (size_t i = 0; i < text->size(); ++i) {
    const char c = (*text)[i];
    if (c == '"') in_string = !in_string;
    if (in_string && c == '\\') ++i;
    if (in_string || !IsDigit(c)) continue;
    size_t end = i;
    while (end < text->size() && IsDigit((*text)[end])) ++end;
    const char after = end < text->size() ? (*text)[end] : ' ';
    const bool whole = after != '.' && after != 'e' && after != 'E';
    const bool fraction = i > 0 && (*text)[i - 1] == '.';
    if (whole && !fraction && end - i > kDigits) {
      text->replace(i, end - i, std::string(kDigits, '9') + std::string(end - i - kDigits, ' '));
    }
    i = end - 1;
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<JsonFile>> JsonFile::Open(const std::string& path) {
  std::unique_ptr<JsonFile> file(new JsonFile(path));
  ASSIGN_OR_RETURN(file->text_, ReadFile(path, kMaxTokenizerFileBytes));
  ShortenIntegers(&file->text_);
  const size_t size = file->text_.size();
  file->text_.resize(size + simdjson::SIMDJSON_PADDING);
  const auto root = file->parser_.ParseObject(absl::string_view(file->text_.data(), size));
  if (!root.ok()) return Annotate(root.status(), PathAsText(path));
  file->root_ = *root;
  return file;
}

absl::Status JsonFile::Malformed(absl::string_view why) const {
  return absl::InvalidArgumentError(absl::StrCat(PathAsText(path_), ": ", why));
}

absl::Status JsonFile::Unsupported(absl::string_view what) const {
  return absl::UnimplementedError(absl::StrCat(PathAsText(path_), ": ", what, " is not supported"));
}

absl::StatusOr<std::optional<JsonFile::Element>> JsonFile::Find(const Object& object,
                                                                absl::string_view key) const {
  auto found = quipu::Find(object, key);
  if (!found.ok()) return Annotate(found.status(), PathAsText(path_));
  return found;
}

absl::StatusOr<std::optional<std::string>> JsonFile::String(const Object& object,
                                                            absl::string_view key) const {
  ASSIGN_OR_RETURN(const std::optional<Element> found, Find(object, key));
  if (!found) return std::optional<std::string>();
  const absl::StatusOr<absl::string_view> text = AsString(*found, key);
  if (!text.ok()) return Annotate(text.status(), PathAsText(path_));
  return std::make_optional(std::string(*text));
}

absl::StatusOr<std::optional<bool>> JsonFile::Bool(const Object& object,
                                                   absl::string_view key) const {
  ASSIGN_OR_RETURN(const std::optional<Element> found, Find(object, key));
  if (!found) return std::optional<bool>();
  bool value = false;
  if (found->get(value) != simdjson::SUCCESS) {
    return Malformed(
        absl::StrCat("\"", Snippet(key), "\" is ", JsonTypeName(*found), ", not true or false"));
  }
  return std::make_optional(value);
}

absl::StatusOr<std::optional<int64_t>> JsonFile::Int(const Object& object,
                                                     absl::string_view key) const {
  ASSIGN_OR_RETURN(const std::optional<Element> found, Find(object, key));
  if (!found) return std::optional<int64_t>();
  int64_t value = 0;
  if (found->get(value) != simdjson::SUCCESS) {
    return Malformed(
        absl::StrCat("\"", Snippet(key), "\" is ", JsonTypeName(*found), ", not a whole number"));
  }
  return std::make_optional(value);
}

absl::StatusOr<std::optional<JsonFile::Object>> JsonFile::ObjectAt(const Object& object,
                                                                   absl::string_view key) const {
  ASSIGN_OR_RETURN(const std::optional<Element> found, Find(object, key));
  if (!found) return std::optional<Object>();
  const absl::StatusOr<Object> value = AsObject(*found, key);
  if (!value.ok()) return Annotate(value.status(), PathAsText(path_));
  return std::make_optional(*value);
}

absl::StatusOr<std::optional<JsonFile::Array>> JsonFile::ArrayAt(const Object& object,
                                                                 absl::string_view key) const {
  ASSIGN_OR_RETURN(const std::optional<Element> found, Find(object, key));
  if (!found) return std::optional<Array>();
  const absl::StatusOr<Array> value = AsArray(*found, key);
  if (!value.ok()) return Annotate(value.status(), PathAsText(path_));
  return std::make_optional(*value);
}

}  // namespace quipu::inference
