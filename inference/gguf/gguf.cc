// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/gguf/gguf.h"

#include <sys/mman.h>
#include <unistd.h>

#include <limits>
#include <mutex>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/sha256.h"
#include "base/status_macros.h"
#include "inference/gguf/gguf_parser.h"
#include "inference/gguf/value.h"

namespace quipu::inference {

struct GgufFile::Lazy {
  std::once_flag once;
  std::string sha256;
};

GgufFile::GgufFile() : lazy_(std::make_unique<Lazy>()) {}
GgufFile::~GgufFile() = default;

absl::StatusOr<std::unique_ptr<GgufFile>> GgufFile::Open(absl::string_view path) {
  ASSIGN_OR_RETURN(std::unique_ptr<MappedFile> mapping, MappedFile::Open(path));
  ASSIGN_OR_RETURN(std::unique_ptr<GgufFile> file, Parse(mapping->bytes(), path));
  file->mapping_ = std::move(mapping);
  return file;
}

absl::StatusOr<std::unique_ptr<GgufFile>> GgufFile::Parse(absl::string_view bytes,
                                                          absl::string_view name) {
  std::unique_ptr<GgufFile> file(new GgufFile());
  file->path_ = std::string(name);
  file->bytes_ = bytes;
  ASSIGN_OR_RETURN(GgufContents contents, ParseGguf(bytes, name));
  file->contents_ = std::make_unique<const GgufContents>(std::move(contents));
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

absl::StatusOr<const TensorInfo*> GgufFile::GetTensor(absl::string_view name) const {
  const TensorInfo* tensor = FindTensor(name);
  if (tensor == nullptr) {
    return absl::NotFoundError(absl::StrCat(path_, ": no tensor \"", name, "\""));
  }
  return tensor;
}

const TensorInfo* GgufFile::FindTensor(absl::string_view name) const {
  const auto it = contents_->tensors.find(std::string(name));
  return it == contents_->tensors.end() ? nullptr : &it->second;
}

const std::map<std::string, TensorInfo>& GgufFile::tensors() const { return contents_->tensors; }

void GgufFile::ReleasePages(const uint8_t* data, uint64_t bytes) const {
  if (mapping_ == nullptr) return;  // The memory belongs to the caller.
  const auto page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
  // Only whole pages: the others contain something else as well.
  const uintptr_t begin = (reinterpret_cast<uintptr_t>(data) + page - 1) / page * page;
  const uintptr_t end = (reinterpret_cast<uintptr_t>(data) + bytes) / page * page;
  if (begin < end) madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
}

const std::string& GgufFile::ContentSha256() const {
  std::call_once(lazy_->once, [this] { lazy_->sha256 = Sha256Hex(bytes_); });
  return lazy_->sha256;
}

}  // namespace quipu::inference
