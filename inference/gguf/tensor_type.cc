// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/gguf/tensor_type.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/str_cat.h"

namespace quipu::inference {
namespace {

struct TypeFacts {
  TensorType type;
  const char* name;
  int elements;
  int bytes;
};

constexpr TypeFacts kTypes[] = {
    {TensorType::kF32, "F32", 1, 4},         {TensorType::kF16, "F16", 1, 2},
    {TensorType::kQ4_0, "Q4_0", 32, 18},     {TensorType::kQ4_1, "Q4_1", 32, 20},
    {TensorType::kQ5_0, "Q5_0", 32, 22},     {TensorType::kQ5_1, "Q5_1", 32, 24},
    {TensorType::kQ8_0, "Q8_0", 32, 34},     {TensorType::kQ4_K, "Q4_K", 256, 144},
    {TensorType::kQ5_K, "Q5_K", 256, 176},   {TensorType::kQ6_K, "Q6_K", 256, 210},
    {TensorType::kBF16, "BF16", 1, 2},       {TensorType::kQ3_K, "Q3_K", 256, 110},
    {TensorType::kIQ4_NL, "IQ4_NL", 32, 18}, {TensorType::kMXFP4, "MXFP4", 32, 17},
    {TensorType::kQ2_K, "Q2_K", 256, 84},    {TensorType::kIQ4_XS, "IQ4_XS", 256, 136},
};

// Every value of the enumeration is listed.
const TypeFacts& FactsOf(TensorType type) {
  return *std::find_if(std::begin(kTypes), std::end(kTypes),
                       [type](const TypeFacts& facts) { return facts.type == type; });
}

struct OtherType {
  uint32_t value;
  const char* name;
};

// Types that occur in GGUF files but that this engine cannot compute with.
constexpr OtherType kOtherTypes[] = {
    {9, "Q8_1"},      {15, "Q8_K"},  {16, "IQ2_XXS"}, {17, "IQ2_XS"},   {18, "IQ3_XXS"},
    {19, "IQ1_S"},    {21, "IQ3_S"}, {22, "IQ2_S"},   {31, "Q4_0_4_4"}, {32, "Q4_0_4_8"},
    {33, "Q4_0_8_8"}, {40, "NVFP4"}, {41, "Q1_0"},    {24, "I8"},       {25, "I16"},
    {26, "I32"},      {27, "I64"},   {28, "F64"},     {29, "IQ1_M"},    {34, "TQ1_0"},
    {35, "TQ2_0"},
};

}  // namespace

absl::StatusOr<TensorType> TensorTypeFromGguf(uint32_t type) {
  for (const TypeFacts& facts : kTypes) {
    if (static_cast<uint32_t>(facts.type) == type) return facts.type;
  }
  for (const OtherType& other : kOtherTypes) {
    if (other.value == type) {
      return absl::UnimplementedError(
          absl::StrCat("tensor type ", type, " (", other.name, ") is not supported"));
    }
  }
  return absl::UnimplementedError(absl::StrCat("tensor type ", type, " is unknown"));
}

absl::string_view TensorTypeName(TensorType type) { return FactsOf(type).name; }

int BlockElements(TensorType type) { return FactsOf(type).elements; }

int BlockBytes(TensorType type) { return FactsOf(type).bytes; }

uint64_t RowBytes(TensorType type, uint64_t elements) {
  const TypeFacts& facts = FactsOf(type);
  return elements / static_cast<uint64_t>(facts.elements) * static_cast<uint64_t>(facts.bytes);
}

}  // namespace quipu::inference
