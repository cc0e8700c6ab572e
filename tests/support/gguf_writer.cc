// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "tests/support/gguf_writer.h"

#include <cstring>

#include "tests/support/quantize.h"

namespace quipu::testing {
namespace {

// Little-endian, like this project's machines.
template <typename T>
void Append(T value, std::string* out) {
  char bytes[sizeof(T)];
  std::memcpy(bytes, &value, sizeof(T));
  out->append(bytes, sizeof(T));
}

template <typename T>
std::string BytesOf(T value) {
  std::string out;
  Append(value, &out);
  return out;
}

void AppendString(absl::string_view text, std::string* out) {
  Append<uint64_t>(text.size(), out);
  out->append(text.data(), text.size());
}

template <typename T>
std::string ArrayBytes(uint32_t element_type, absl::Span<const T> values) {
  std::string out = BytesOf(element_type);
  Append<uint64_t>(values.size(), &out);
  for (const T value : values) Append(value, &out);
  return out;
}

void Pad(uint64_t alignment, std::string* out) {
  while (alignment != 0 && out->size() % alignment != 0) out->push_back('\0');
}

}  // namespace

GgufWriter& GgufWriter::AddRaw(absl::string_view key, uint32_t value_type,
                               absl::string_view bytes) {
  AppendString(key, &key_values_);
  Append(value_type, &key_values_);
  key_values_.append(bytes.data(), bytes.size());
  ++num_keys_;
  return *this;
}

GgufWriter& GgufWriter::AddString(absl::string_view key, absl::string_view value) {
  std::string bytes;
  AppendString(value, &bytes);
  return AddRaw(key, 8, bytes);
}

GgufWriter& GgufWriter::AddUint32(absl::string_view key, uint32_t value) {
  return AddRaw(key, 4, BytesOf(value));
}

GgufWriter& GgufWriter::AddUint64(absl::string_view key, uint64_t value) {
  return AddRaw(key, 10, BytesOf(value));
}

GgufWriter& GgufWriter::AddInt32(absl::string_view key, int32_t value) {
  return AddRaw(key, 5, BytesOf(value));
}

GgufWriter& GgufWriter::AddFloat(absl::string_view key, float value) {
  return AddRaw(key, 6, BytesOf(value));
}

GgufWriter& GgufWriter::AddBool(absl::string_view key, bool value) {
  return AddRaw(key, 7, BytesOf<uint8_t>(value ? 1 : 0));
}

GgufWriter& GgufWriter::AddStringArray(absl::string_view key,
                                       const std::vector<std::string>& values) {
  std::string bytes = BytesOf<uint32_t>(8);
  Append<uint64_t>(values.size(), &bytes);
  for (const std::string& value : values) AppendString(value, &bytes);
  return AddRaw(key, 9, bytes);
}

GgufWriter& GgufWriter::AddFloatArray(absl::string_view key, absl::Span<const float> values) {
  return AddRaw(key, 9, ArrayBytes<float>(6, values));
}

GgufWriter& GgufWriter::AddInt32Array(absl::string_view key, absl::Span<const int32_t> values) {
  return AddRaw(key, 9, ArrayBytes<int32_t>(5, values));
}

GgufWriter& GgufWriter::AddTensor(absl::string_view name, inference::TensorType type,
                                  const std::vector<uint64_t>& dims, absl::string_view data) {
  tensors_.push_back({std::string(name), static_cast<uint32_t>(type), dims, std::string(data)});
  return *this;
}

GgufWriter& GgufWriter::AddFloatTensor(absl::string_view name, inference::TensorType type,
                                       const std::vector<uint64_t>& dims,
                                       absl::Span<const float> values) {
  return AddTensor(name, type, dims, Quantize(type, values));
}

GgufWriter& GgufWriter::SetVersion(uint32_t version) {
  version_ = version;
  return *this;
}

GgufWriter& GgufWriter::SetAlignment(uint32_t alignment) {
  alignment_ = alignment;
  return AddUint32("general.alignment", alignment);
}

std::string GgufWriter::Build() const {
  std::string out = "GGUF";
  Append(version_, &out);
  Append<uint64_t>(tensors_.size(), &out);
  Append<uint64_t>(num_keys_, &out);
  out += key_values_;
  uint64_t offset = 0;
  for (const Tensor& tensor : tensors_) {
    AppendString(tensor.name, &out);
    Append<uint32_t>(static_cast<uint32_t>(tensor.dims.size()), &out);
    for (const uint64_t dim : tensor.dims) Append(dim, &out);
    Append(tensor.type, &out);
    Append(offset, &out);
    offset += tensor.data.size();
    if (alignment_ != 0) offset = (offset + alignment_ - 1) / alignment_ * alignment_;
  }
  for (const Tensor& tensor : tensors_) {
    Pad(alignment_, &out);
    out += tensor.data;
  }
  return out;
}

}  // namespace quipu::testing
