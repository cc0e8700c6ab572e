// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/gguf/gguf.h"

#include <limits>
#include <mutex>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "inference/gguf/gguf_parser.h"
#include "inference/gguf/gguf_parts.h"
#include "inference/gguf/value.h"

namespace quipu::inference {

struct GgufFile::Lazy {
  std::once_flag once;
  std::string sha256;
};

GgufFile::GgufFile() : lazy_(std::make_unique<Lazy>()) {}
GgufFile::~GgufFile() = default;

absl::StatusOr<std::unique_ptr<GgufFile>> GgufFile::OpenOne(absl::string_view path) {
  ASSIGN_OR_RETURN(std::unique_ptr<MappedFile> mapping, MappedFile::Open(path));
  ASSIGN_OR_RETURN(std::unique_ptr<GgufFile> file, Parse(mapping->bytes(), path));
  file->mapping_ = std::move(mapping);
  return file;
}

absl::StatusOr<std::unique_ptr<GgufFile>> GgufFile::Open(absl::string_view path) {
  ASSIGN_OR_RETURN(std::unique_ptr<GgufFile> given, OpenOne(path));
  ASSIGN_OR_RETURN(const uint64_t parts, given->PartCount());
  if (parts == 1) return given;
  ASSIGN_OR_RETURN(const std::vector<std::string> paths, GgufPartPaths(path, parts));
  std::unique_ptr<GgufFile> first;
  for (uint64_t i = 0; i < parts; ++i) {
    absl::StatusOr<std::unique_ptr<GgufFile>> part = OpenOne(paths[i]);
    if (!part.ok()) {
      return Annotate(part.status(), absl::StrCat("part ", i + 1, " of ", parts, " of the model"));
    }
    if (first == nullptr) {
      first = *std::move(part);
      RETURN_IF_ERROR(first->CheckPart(0));
      continue;
    }
    RETURN_IF_ERROR(first->AddPart(*std::move(part), i));
  }
  // Absent in files of some writers; each tensor is looked up by name anyway.
  if (first->Has("split.tensors.count")) {
    ASSIGN_OR_RETURN(const uint64_t tensors, first->GetUint("split.tensors.count"));
    if (tensors != first->tensors().size()) {
      return absl::InvalidArgumentError(absl::StrCat(paths[0], ": split.tensors.count is ", tensors,
                                                     ", but the ", parts, " parts have ",
                                                     first->tensors().size(), " tensors"));
    }
  }
  return first;
}

absl::StatusOr<uint64_t> GgufFile::PartCount() const {
  if (!Has("split.count")) return 1;
  ASSIGN_OR_RETURN(const uint64_t count, GetUint("split.count"));
  return count == 0 ? 1 : count;
}

// Whether this file says that it is part `number`, from 0.
absl::Status GgufFile::CheckPart(uint64_t number) const {
  if (!Has("split.no")) {
    return absl::InvalidArgumentError(
        absl::StrCat(path_, ": no key \"split.no\", but it is named as a part of a model"));
  }
  ASSIGN_OR_RETURN(const uint64_t stated, GetUint("split.no"));
  if (stated != number) {
    return absl::InvalidArgumentError(absl::StrCat(path_, ": split.no is ", stated, ", but it is ",
                                                   "named as part ", number, " (from 0)"));
  }
  return absl::OkStatus();
}

absl::Status GgufFile::AddPart(std::unique_ptr<GgufFile> part, uint64_t number) {
  RETURN_IF_ERROR(part->CheckPart(number));
  ASSIGN_OR_RETURN(const uint64_t parts, PartCount());
  ASSIGN_OR_RETURN(const uint64_t stated, part->PartCount());
  if (stated != parts) {
    return absl::InvalidArgumentError(
        absl::StrCat(part->path_, ": split.count is ", stated, ", that of ", path_, " is ", parts));
  }
  for (const auto& [name, tensor] : part->contents_->tensors) {
    if (!contents_->tensors.emplace(name, tensor).second) {
      return absl::InvalidArgumentError(
          absl::StrCat(part->path_, ": tensor \"", Snippet(name), "\" is in an earlier part too"));
    }
  }
  others_.push_back(std::move(part));
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<GgufFile>> GgufFile::Parse(absl::string_view bytes,
                                                          absl::string_view name) {
  std::unique_ptr<GgufFile> file(new GgufFile());
  file->path_ = std::string(name);
  file->bytes_ = bytes;
  ASSIGN_OR_RETURN(GgufContents contents, ParseGguf(bytes, name));
  file->contents_ = std::make_unique<GgufContents>(std::move(contents));
  return file;
}

bool GgufFile::Has(absl::string_view key) const {
  return contents_->values.count(std::string(key)) != 0;
}

absl::StatusOr<const GgufValue*> GgufFile::Find(absl::string_view key) const {
  const auto it = contents_->values.find(std::string(key));
  if (it == contents_->values.end()) {
    return absl::NotFoundError(absl::StrCat(path_, ": no key \"", key, "\""));
  }
  return &it->second;
}

absl::Status GgufFile::WrongType(absl::string_view key, const GgufValue& value,
                                 absl::string_view want) const {
  return absl::InvalidArgumentError(
      absl::StrCat(path_, ": key \"", key, "\" is ", value.TypeName(), ", want ", want));
}

absl::StatusOr<uint64_t> GgufFile::GetUint(absl::string_view key) const {
  ASSIGN_OR_RETURN(const GgufValue* value, Find(key));
  if (!IsInteger(value->type)) return WrongType(key, *value, "an unsigned integer");
  const Integer integer = LoadInteger(value->type, value->bytes.data());
  if (integer.negative) {
    return absl::InvalidArgumentError(absl::StrCat(path_, ": key \"", key, "\" is ",
                                                   static_cast<int64_t>(integer.bits),
                                                   ", want an unsigned integer"));
  }
  return integer.bits;
}

absl::StatusOr<double> GgufFile::GetFloat(absl::string_view key) const {
  ASSIGN_OR_RETURN(const GgufValue* value, Find(key));
  if (!IsFloat(value->type)) return WrongType(key, *value, "a float");
  return LoadFloat(value->type, value->bytes.data());
}

absl::StatusOr<bool> GgufFile::GetBool(absl::string_view key) const {
  ASSIGN_OR_RETURN(const GgufValue* value, Find(key));
  if (value->type != ValueType::kBool) return WrongType(key, *value, "bool");
  return value->bytes[0] != 0;
}

absl::StatusOr<std::string> GgufFile::GetString(absl::string_view key) const {
  ASSIGN_OR_RETURN(const GgufValue* value, Find(key));
  if (value->type != ValueType::kString) return WrongType(key, *value, "string");
  return std::string(value->bytes);
}

absl::StatusOr<std::vector<absl::string_view>> GgufFile::GetStrings(absl::string_view key) const {
  ASSIGN_OR_RETURN(const GgufValue* value, Find(key));
  if (value->type != ValueType::kArray || value->element_type != ValueType::kString) {
    return WrongType(key, *value, "array of string");
  }
  return value->strings;
}

absl::StatusOr<std::vector<float>> GgufFile::GetFloats(absl::string_view key) const {
  ASSIGN_OR_RETURN(const GgufValue* value, Find(key));
  if (value->type != ValueType::kArray || !IsFloat(value->element_type)) {
    return WrongType(key, *value, "array of float");
  }
  std::vector<float> floats(value->count);
  const uint64_t size = SizeOf(value->element_type);
  for (uint64_t i = 0; i < value->count; ++i) {
    floats[i] = static_cast<float>(LoadFloat(value->element_type, value->bytes.data() + i * size));
  }
  return floats;
}

absl::StatusOr<std::vector<int32_t>> GgufFile::GetInts(absl::string_view key) const {
  ASSIGN_OR_RETURN(const GgufValue* value, Find(key));
  if (value->type != ValueType::kArray || !IsInteger(value->element_type)) {
    return WrongType(key, *value, "array of integers");
  }
  std::vector<int32_t> ints(value->count);
  const uint64_t size = SizeOf(value->element_type);
  for (uint64_t i = 0; i < value->count; ++i) {
    const Integer integer = LoadInteger(value->element_type, value->bytes.data() + i * size);
    const bool fits =
        integer.negative
            ? static_cast<int64_t>(integer.bits) >= std::numeric_limits<int32_t>::min()
            : integer.bits <= static_cast<uint64_t>(std::numeric_limits<int32_t>::max());
    if (!fits) {
      return absl::InvalidArgumentError(
          absl::StrCat(path_, ": key \"", key, "\": element ", i, " does not fit 32 bits"));
    }
    ints[i] = static_cast<int32_t>(static_cast<int64_t>(integer.bits));
  }
  return ints;
}

const std::map<std::string, TensorInfo>& GgufFile::tensors() const { return contents_->tensors; }

void GgufFile::ReleasePages(const uint8_t* data, uint64_t bytes) const {
  if (mapping_ == nullptr) return;  // The memory belongs to the caller.
  ReleaseMappedPages(data, bytes);
}

const std::string& GgufFile::ContentSha256() const {
  std::call_once(lazy_->once, [this] {
    const auto base_name = [](const std::string& path) {
      return path.substr(path.find_last_of('/') + 1);
    };
    std::vector<std::pair<std::string, absl::string_view>> files = {{base_name(path_), bytes_}};
    for (const auto& part : others_) files.push_back({base_name(part->path_), part->bytes_});
    lazy_->sha256 = Sha256OfFiles(std::move(files));
  });
  return lazy_->sha256;
}

}  // namespace quipu::inference
