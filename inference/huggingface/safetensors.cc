// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/huggingface/safetensors.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/json_parser.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "base/strings.h"

namespace quipu::inference {
namespace {

constexpr uint64_t kLengthBytes = 8;
// simdjson reads up to this many bytes after the text.
constexpr size_t kJsonPadding = 64;
// Products stay below 2^62, so sums and byte counts cannot wrap.
constexpr uint64_t kMaxElements = uint64_t{1} << 58;

struct DataType {
  absl::string_view name;
  TensorType type;
};
constexpr DataType kTypes[] = {
    {"F32", TensorType::kF32}, {"F16", TensorType::kF16}, {"BF16", TensorType::kBF16}};

class Parser {
 public:
  Parser(absl::string_view bytes, absl::string_view path) : bytes_(bytes), path_(path) {}

  absl::StatusOr<std::map<std::string, TensorInfo>> Parse() {
    ASSIGN_OR_RETURN(const std::string header, Header());
    JsonParser json;
    absl::StatusOr<simdjson::dom::object> object = json.ParseObject(header);
    if (!object.ok()) return Error(absl::StrCat("header: ", object.status().message()));
    for (const auto field : *object) {
      const absl::string_view name(field.key.data(), field.key.size());
      if (name == "__metadata__") continue;
      RETURN_IF_ERROR(ReadTensor(std::string(name), field.value));
    }
    RETURN_IF_ERROR(CheckOverlaps());
    return std::move(tensors_);
  }

 private:
  struct Range {
    uint64_t begin;
    uint64_t end;
    const std::string* name;
  };

  absl::Status Error(absl::string_view what) const {
    return absl::InvalidArgumentError(absl::StrCat(path_, ": ", what));
  }
  absl::Status TensorError(absl::string_view name, absl::string_view what) const {
    return Error(absl::StrCat("tensor \"", Snippet(name), "\": ", what));
  }

  // A copy that simdjson may read beyond.
  absl::StatusOr<std::string> Header() {
    if (bytes_.size() < kLengthBytes) {
      return Error(absl::StrCat("not a safetensors file: it has ", bytes_.size(), " bytes"));
    }
    uint64_t size = 0;
    std::memcpy(&size, bytes_.data(), sizeof(size));
    if (size > kMaxSafetensorsHeaderBytes) {
      return Error(absl::StrCat("not a safetensors file: a header of ", size, " bytes (limit ",
                                kMaxSafetensorsHeaderBytes, ")"));
    }
    if (size > bytes_.size() - kLengthBytes) {
      return Error(absl::StrCat("the header of ", size, " bytes goes past the end of the file (",
                                bytes_.size(), " bytes)"));
    }
    data_ = bytes_.substr(kLengthBytes + size);
    std::string header;
    header.reserve(size + kJsonPadding);
    header.assign(bytes_.data() + kLengthBytes, size);
    return header;
  }

  absl::Status ReadTensor(const std::string& name, const simdjson::dom::element& value) {
    const absl::Status status = TryReadTensor(name, value);
    if (status.ok() || status.code() == absl::StatusCode::kUnimplemented) return status;
    return TensorError(name, status.message());
  }

  absl::Status TryReadTensor(const std::string& name, const simdjson::dom::element& value) {
    if (name.empty()) return absl::InvalidArgumentError("empty name");
    if (tensors_.size() >= kMaxGgufTensors) {
      return absl::InvalidArgumentError(absl::StrCat("more than ", kMaxGgufTensors, " tensors"));
    }
    const auto [it, inserted] = tensors_.emplace(name, TensorInfo());
    if (!inserted) return absl::InvalidArgumentError("duplicate");
    TensorInfo* tensor = &it->second;
    tensor->name = name;
    ASSIGN_OR_RETURN(const simdjson::dom::object object, AsObject(value, "value"));
    RETURN_IF_ERROR(ReadType(object, tensor));
    RETURN_IF_ERROR(ReadShape(object, tensor));
    return ReadOffsets(object, tensor);
  }

  absl::Status ReadType(const simdjson::dom::object& object, TensorInfo* tensor) const {
    ASSIGN_OR_RETURN(const absl::string_view dtype, RequiredString(object, "dtype"));
    for (const DataType& known : kTypes) {
      if (known.name != dtype) continue;
      tensor->type = known.type;
      return absl::OkStatus();
    }
    return absl::UnimplementedError(absl::StrCat(path_, ": tensor \"", Snippet(tensor->name),
                                                 "\": dtype ", Snippet(dtype),
                                                 " is not supported (F32, F16 and BF16 are)"));
  }

  // The numbers of an array of at most `limit`.
  static absl::StatusOr<std::vector<uint64_t>> Numbers(const simdjson::dom::object& object,
                                                       absl::string_view key, size_t limit) {
    ASSIGN_OR_RETURN(const simdjson::dom::element value, Required(object, key));
    ASSIGN_OR_RETURN(const simdjson::dom::array array, AsArray(value, key));
    std::vector<uint64_t> numbers;
    for (const simdjson::dom::element element : array) {
      uint64_t number = 0;
      if (element.get(number) != simdjson::SUCCESS) {
        return absl::InvalidArgumentError(
            absl::StrCat(key, " has ", JsonTypeName(element), ", want integers of 0 or more"));
      }
      if (numbers.size() == limit) {
        return absl::InvalidArgumentError(absl::StrCat(key, " has more than ", limit, " numbers"));
      }
      numbers.push_back(number);
    }
    return numbers;
  }

  static absl::Status ReadShape(const simdjson::dom::object& object, TensorInfo* tensor) {
    ASSIGN_OR_RETURN(const std::vector<uint64_t> shape, Numbers(object, "shape", kMaxGgufDims));
    tensor->num_dims = std::max<int>(1, static_cast<int>(shape.size()));
    uint64_t elements = 1;
    for (size_t i = 0; i < shape.size(); ++i) {
      const uint64_t size = shape[shape.size() - 1 - i];
      if (size == 0 || size > kMaxElements / elements) {
        return absl::InvalidArgumentError(
            absl::StrCat("dimension ", shape.size() - 1 - i, " is ", size, ", of impossible size"));
      }
      tensor->dims[i] = size;
      elements *= size;
    }
    tensor->num_bytes = RowBytes(tensor->type, elements);
    return absl::OkStatus();
  }

  absl::Status ReadOffsets(const simdjson::dom::object& object, TensorInfo* tensor) {
    ASSIGN_OR_RETURN(const std::vector<uint64_t> offsets, Numbers(object, "data_offsets", 2));
    if (offsets.size() != 2 || offsets[0] > offsets[1]) {
      return absl::InvalidArgumentError("data_offsets is not a begin and an end");
    }
    if (offsets[1] - offsets[0] != tensor->num_bytes) {
      return absl::InvalidArgumentError(absl::StrCat("data_offsets span ", offsets[1] - offsets[0],
                                                     " bytes, but its shape and dtype need ",
                                                     tensor->num_bytes));
    }
    if (offsets[1] > data_.size()) {
      return absl::InvalidArgumentError(absl::StrCat("data_offsets end at ", offsets[1],
                                                     ", past the end of the file (", data_.size(),
                                                     " bytes of data)"));
    }
    tensor->data = reinterpret_cast<const uint8_t*>(data_.data()) + offsets[0];
    ranges_.push_back({offsets[0], offsets[1], &tensor->name});
    return absl::OkStatus();
  }

  absl::Status CheckOverlaps() {
    std::sort(ranges_.begin(), ranges_.end(), [](const Range& a, const Range& b) {
      return a.begin != b.begin ? a.begin < b.begin : a.end < b.end;
    });
    for (size_t i = 1; i < ranges_.size(); ++i) {
      if (ranges_[i].begin < ranges_[i - 1].end) {
        return TensorError(*ranges_[i].name, absl::StrCat("its data overlap those of \"",
                                                          Snippet(*ranges_[i - 1].name), "\""));
      }
    }
    return absl::OkStatus();
  }

  absl::string_view bytes_;
  absl::string_view path_;
  absl::string_view data_;
  std::map<std::string, TensorInfo> tensors_;
  std::vector<Range> ranges_;
};

}  // namespace

absl::StatusOr<std::map<std::string, TensorInfo>> ParseSafetensors(absl::string_view bytes,
                                                                   absl::string_view path) {
  return Parser(bytes, path).Parse();
}

}  // namespace quipu::inference
