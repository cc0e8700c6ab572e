// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/gguf/gguf_parser.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "base/strings.h"

namespace quipu::inference {
namespace {

constexpr uint32_t kDefaultAlignment = 32;
// Data is aligned to 32 bytes, or to pages of 4 to 64 KiB.
constexpr uint32_t kMaxAlignment = 1 << 16;
constexpr uint64_t kMaxKeyBytes = 65535;      // The format's own bound.
constexpr uint64_t kMaxTensorNameBytes = 64;  // Likewise.

// Walks the file once, front to back. Every read is checked against what is
// left, so no sum of untrusted numbers is ever formed.
class Parser {
 public:
  Parser(absl::string_view bytes, absl::string_view name, GgufContents* contents)
      : bytes_(bytes), name_(name), contents_(contents) {}

  absl::Status Parse() {
    RETURN_IF_ERROR(ReadHeader());
    for (uint64_t i = 0; i < num_keys_; ++i) RETURN_IF_ERROR(ReadKeyValue());
    RETURN_IF_ERROR(ReadAlignment());
    std::vector<Placement> placements;
    placements.reserve(num_tensors_);
    for (uint64_t i = 0; i < num_tensors_; ++i) RETURN_IF_ERROR(ReadTensorInfo(&placements));
    return PlaceTensors(&placements);
  }

 private:
  struct Placement {
    TensorInfo* tensor;
    uint64_t offset;    // From the beginning of the tensor data.
    uint64_t entry_at;  // Where the directory entry states the offset, for messages.
  };

  uint64_t left() const { return bytes_.size() - at_; }

  absl::Status MalformedAt(uint64_t at, absl::string_view what) const {
    return absl::InvalidArgumentError(absl::StrCat(name_, ": ", what, " at byte ", at));
  }
  absl::Status Malformed(absl::string_view what) const { return MalformedAt(at_, what); }

  absl::Status Take(uint64_t size, absl::string_view what, absl::string_view* out) {
    if (size > left()) {
      return Malformed(absl::StrCat(what, " of ", size, " bytes goes past the end of the file (",
                                    left(), " bytes left)"));
    }
    *out = bytes_.substr(at_, size);
    at_ += size;
    return absl::OkStatus();
  }

  template <typename T>
  absl::Status Read(absl::string_view what, T* out) {
    absl::string_view bytes;
    RETURN_IF_ERROR(Take(sizeof(T), what, &bytes));
    *out = Load<T>(bytes.data());
    return absl::OkStatus();
  }

  absl::Status ReadString(absl::string_view what, uint64_t limit, absl::string_view* out) {
    const uint64_t start = at_;
    uint64_t size = 0;
    RETURN_IF_ERROR(Read(absl::StrCat("length of ", what), &size));
    if (size > limit) {
      return MalformedAt(start, absl::StrCat(what, " has ", size, " bytes (limit ", limit, ")"));
    }
    return Take(size, what, out);
  }

  absl::Status ReadHeader() {
    absl::string_view magic;
    RETURN_IF_ERROR(Take(4, "magic number", &magic));
    if (magic != "GGUF") {
      return MalformedAt(0, absl::StrCat("not a GGUF file: begins with \"", Snippet(magic), "\""));
    }
    uint32_t version = 0;
    RETURN_IF_ERROR(Read("version", &version));
    if (version != 0 && (version & 0xFFFF) == 0) {
      return absl::UnimplementedError(
          absl::StrCat(name_, ": big-endian GGUF files are not supported"));
    }
    if (version != 2 && version != 3) {
      return absl::UnimplementedError(absl::StrCat(name_, ": GGUF version ", version,
                                                   " is not supported (versions 2 and 3 are)"));
    }
    RETURN_IF_ERROR(Read("tensor count", &num_tensors_));
    if (num_tensors_ > kMaxGgufTensors) {
      return MalformedAt(8, absl::StrCat("tensor count ", num_tensors_, " is over the limit of ",
                                         kMaxGgufTensors));
    }
    RETURN_IF_ERROR(Read("key count", &num_keys_));
    if (num_keys_ > kMaxGgufKeys) {
      return MalformedAt(
          16, absl::StrCat("key count ", num_keys_, " is over the limit of ", kMaxGgufKeys));
    }
    return absl::OkStatus();
  }

  absl::Status ReadType(absl::string_view what, ValueType* out) {
    const uint64_t start = at_;
    uint32_t type = 0;
    RETURN_IF_ERROR(Read(what, &type));
    if (type > kLastValueType) {
      return MalformedAt(start, absl::StrCat(what, " ", type, " is unknown"));
    }
    *out = static_cast<ValueType>(type);
    return absl::OkStatus();
  }

  absl::Status ReadKeyValue() {
    const uint64_t start = at_;
    absl::string_view key;
    RETURN_IF_ERROR(ReadString("key", kMaxKeyBytes, &key));
    if (key.empty()) return MalformedAt(start, "empty key");
    GgufValue value;
    RETURN_IF_ERROR(Annotated(key, ReadValue(&value)));
    if (!contents_->values.emplace(std::string(key), std::move(value)).second) {
      return MalformedAt(start, absl::StrCat("duplicate key \"", Snippet(key), "\""));
    }
    return absl::OkStatus();
  }

  static absl::Status Annotated(absl::string_view key, const absl::Status& status) {
    if (status.ok()) return status;
    return absl::Status(status.code(),
                        absl::StrCat(status.message(), " (value of key \"", Snippet(key), "\")"));
  }

  absl::Status ReadValue(GgufValue* value) {
    RETURN_IF_ERROR(ReadType("value type", &value->type));
    switch (value->type) {
      case ValueType::kString:
        return ReadString("string", kMaxGgufStringBytes, &value->bytes);
      case ValueType::kArray:
        return ReadArray(value);
      default:
        break;
    }
    const uint64_t start = at_;
    RETURN_IF_ERROR(Take(SizeOf(value->type), NameOf(value->type), &value->bytes));
    if (value->type == ValueType::kBool) return CheckBools(value->bytes, start);
    return absl::OkStatus();
  }

  absl::Status CheckBools(absl::string_view bytes, uint64_t start) const {
    for (size_t i = 0; i < bytes.size(); ++i) {
      const int byte = static_cast<uint8_t>(bytes[i]);
      if (byte > 1) return MalformedAt(start + i, absl::StrCat("bool has the value ", byte));
    }
    return absl::OkStatus();
  }

  absl::Status ReadArray(GgufValue* value) {
    RETURN_IF_ERROR(ReadType("array element type", &value->element_type));
    if (value->element_type == ValueType::kArray) {
      return absl::UnimplementedError(
          absl::StrCat(name_, ": arrays of arrays are not supported, at byte ", at_));
    }
    const uint64_t count_at = at_;
    RETURN_IF_ERROR(Read("array length", &value->count));
    if (value->count > kMaxGgufArrayElements) {
      return MalformedAt(count_at, absl::StrCat("array length ", value->count,
                                                " is over the limit of ", kMaxGgufArrayElements));
    }
    const uint64_t start = at_;
    if (value->element_type == ValueType::kString) {
      // Each string takes at least 8 bytes: reserve no more than can follow.
      value->strings.reserve(std::min<uint64_t>(value->count, left() / 8));
      for (uint64_t i = 0; i < value->count; ++i) {
        absl::string_view element;
        RETURN_IF_ERROR(ReadString("array element", kMaxGgufStringBytes, &element));
        value->strings.push_back(element);
      }
      return absl::OkStatus();
    }
    // No overflow: both factors are small.
    RETURN_IF_ERROR(Take(value->count * SizeOf(value->element_type), "array", &value->bytes));
    if (value->element_type == ValueType::kBool) return CheckBools(value->bytes, start);
    return absl::OkStatus();
  }

  absl::Status ReadAlignment() {
    const auto it = contents_->values.find("general.alignment");
    if (it == contents_->values.end()) return absl::OkStatus();
    const GgufValue& value = it->second;
    if (value.type != ValueType::kUint32) {
      return absl::InvalidArgumentError(absl::StrCat(name_, ": key \"general.alignment\" is ",
                                                     value.TypeName(), ", want uint32"));
    }
    alignment_ = Load<uint32_t>(value.bytes.data());
    const bool power_of_two = alignment_ != 0 && (alignment_ & (alignment_ - 1)) == 0;
    if (!power_of_two || alignment_ > kMaxAlignment) {
      return absl::InvalidArgumentError(absl::StrCat(name_, ": general.alignment is ", alignment_,
                                                     ", want a power of two up to ",
                                                     kMaxAlignment));
    }
    return absl::OkStatus();
  }

  absl::Status ReadTensorInfo(std::vector<Placement>* placements) {
    const uint64_t start = at_;
    absl::string_view name;
    RETURN_IF_ERROR(ReadString("tensor name", kMaxTensorNameBytes, &name));
    if (name.empty()) return MalformedAt(start, "empty tensor name");
    auto [it, inserted] = contents_->tensors.emplace(std::string(name), TensorInfo());
    if (!inserted) {
      return MalformedAt(start, absl::StrCat("duplicate tensor \"", Snippet(name), "\""));
    }
    TensorInfo* tensor = &it->second;
    tensor->name = std::string(name);
    RETURN_IF_ERROR(ReadShape(tensor));
    const uint64_t entry_at = at_;
    uint64_t offset = 0;
    RETURN_IF_ERROR(Read("tensor offset", &offset));
    placements->push_back({tensor, offset, entry_at});
    return absl::OkStatus();
  }

  absl::Status ReadShape(TensorInfo* tensor) {
    const std::string which = absl::StrCat("tensor \"", Snippet(tensor->name), "\"");
    const uint64_t start = at_;
    uint32_t num_dims = 0;
    RETURN_IF_ERROR(Read("number of dimensions", &num_dims));
    if (num_dims == 0 || num_dims > kMaxGgufDims) {
      return MalformedAt(start, absl::StrCat(which, " has ", num_dims, " dimensions (want 1 to ",
                                             kMaxGgufDims, ")"));
    }
    tensor->num_dims = static_cast<int>(num_dims);
    // Below 2^62, so sums and byte counts (at most 4 bytes per element, later
    // compared with the file's size) cannot wrap.
    constexpr uint64_t kMaxElements = uint64_t{1} << 60;
    uint64_t elements = 1;
    for (uint32_t i = 0; i < num_dims; ++i) {
      const uint64_t dim_at = at_;
      RETURN_IF_ERROR(Read("dimension", &tensor->dims[i]));
      if (tensor->dims[i] == 0 || tensor->dims[i] > kMaxElements / elements) {
        return MalformedAt(dim_at, absl::StrCat(which, ": dimension ", i, " is ", tensor->dims[i],
                                                ", of impossible size"));
      }
      elements *= tensor->dims[i];
    }
    const uint64_t type_at = at_;
    uint32_t type = 0;
    RETURN_IF_ERROR(Read("tensor type", &type));
    auto known = TensorTypeFromGguf(type);
    if (!known.ok()) {
      return absl::Status(
          known.status().code(),
          absl::StrCat(name_, ": ", which, ": ", known.status().message(), ", at byte ", type_at));
    }
    tensor->type = *known;
    const auto block = static_cast<uint64_t>(BlockElements(tensor->type));
    if (tensor->dims[0] % block != 0) {
      return MalformedAt(type_at, absl::StrCat(which, ": rows of ", tensor->dims[0],
                                               " elements are not whole blocks of ", block, " (",
                                               TensorTypeName(tensor->type), ")"));
    }
    tensor->num_bytes = RowBytes(tensor->type, elements);
    return absl::OkStatus();
  }

  absl::Status PlaceTensors(std::vector<Placement>* placements) {
    if (placements->empty()) return absl::OkStatus();
    // No overflow: a file's size is far below 2^63 and the alignment small.
    const uint64_t data_at = (at_ + alignment_ - 1) / alignment_ * alignment_;
    const uint64_t data_size = bytes_.size() > data_at ? bytes_.size() - data_at : 0;
    std::sort(placements->begin(), placements->end(), [](const Placement& a, const Placement& b) {
      return a.offset != b.offset ? a.offset < b.offset : a.entry_at < b.entry_at;
    });
    uint64_t end = 0;
    const TensorInfo* before = nullptr;
    for (const Placement& placement : *placements) {
      TensorInfo* tensor = placement.tensor;
      const std::string which = absl::StrCat("tensor \"", Snippet(tensor->name), "\"");
      if (placement.offset % alignment_ != 0) {
        return MalformedAt(placement.entry_at,
                           absl::StrCat(which, ": offset ", placement.offset,
                                        " is not a multiple of the alignment ", alignment_));
      }
      if (placement.offset > data_size || tensor->num_bytes > data_size - placement.offset) {
        return MalformedAt(
            placement.entry_at,
            absl::StrCat(which, ": ", tensor->num_bytes, " bytes at offset ", placement.offset,
                         " go past the end of the file (", data_size, " bytes of tensor data)"));
      }
      if (before != nullptr && placement.offset < end) {
        return MalformedAt(placement.entry_at,
                           absl::StrCat(which, ": offset ", placement.offset,
                                        " is inside tensor \"", Snippet(before->name), "\""));
      }
      end = placement.offset + tensor->num_bytes;
      before = tensor;
      tensor->data = reinterpret_cast<const uint8_t*>(bytes_.data()) + data_at + placement.offset;
    }
    return absl::OkStatus();
  }

  absl::string_view bytes_;
  absl::string_view name_;
  GgufContents* contents_;
  uint64_t at_ = 0;
  uint64_t num_tensors_ = 0;
  uint64_t num_keys_ = 0;
  uint32_t alignment_ = kDefaultAlignment;
};

}  // namespace

absl::StatusOr<GgufContents> ParseGguf(absl::string_view bytes, absl::string_view name) {
  GgufContents contents;
  RETURN_IF_ERROR(Parser(bytes, name, &contents).Parse());
  return contents;
}

}  // namespace quipu::inference
