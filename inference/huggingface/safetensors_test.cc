// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/huggingface/safetensors.h"

#include <cstring>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/rng.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/random.h"
#include "tests/support/status_matchers.h"

namespace quipu::inference {
namespace {

using ::quipu::testing::StatusIs;
using ::testing::ElementsAre;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
constexpr auto kUnimplemented = absl::StatusCode::kUnimplemented;

std::string FileOf(absl::string_view header, size_t data_bytes) {
  const uint64_t size = header.size();
  std::string bytes(reinterpret_cast<const char*>(&size), sizeof(size));
  absl::StrAppend(&bytes, header, std::string(data_bytes, '\x01'));
  return bytes;
}

constexpr absl::string_view kTwoTensors =
    R"({"__metadata__":{"format":"pt"},)"
    R"("m":{"dtype":"BF16","shape":[3,2],"data_offsets":[4,16]},)"
    R"("s":{"dtype":"F32","shape":[],"data_offsets":[0,4]}})";

TEST(Safetensors, ListsTensorsWithTheLastDimensionFirst) {
  const std::string bytes = FileOf(kTwoTensors, 16);
  ASSERT_OK_AND_ASSIGN(const auto tensors, ParseSafetensors(bytes, "file"));
  ASSERT_EQ(tensors.size(), 2u);
  const TensorInfo& matrix = tensors.at("m");
  EXPECT_EQ(matrix.name, "m");
  EXPECT_EQ(matrix.type, TensorType::kBF16);
  EXPECT_EQ(matrix.num_dims, 2);
  EXPECT_THAT(matrix.dims, ElementsAre(2, 3, 1, 1));
  EXPECT_EQ(matrix.num_bytes, 12u);
  EXPECT_EQ(matrix.data, reinterpret_cast<const uint8_t*>(bytes.data()) + bytes.size() - 12);
  EXPECT_EQ(tensors.at("s").num_elements(), 1u);
}

struct Refusal {
  const char* name;
  std::string bytes;
  absl::StatusCode code;
  const char* message;
};

std::string OneTensor(absl::string_view fields, size_t data_bytes = 8) {
  return FileOf(absl::StrCat(R"({"t":{)", fields, "}}"), data_bytes);
}

std::vector<Refusal> Refusals() {
  const std::string good = R"("dtype":"F32","shape":[2],"data_offsets":[0,8])";
  std::string huge = FileOf("{}", 0);
  std::memset(&huge[0], 0xFF, 8);
  return {
      {"Empty", "", kInvalid, "it has 0 bytes"},
      {"SevenBytes", "1234567", kInvalid, "it has 7 bytes"},
      {"HeaderOverTheLimit", huge, kInvalid, "limit 100000000"},
      {"HeaderPastTheEnd", FileOf(kTwoTensors, 0).substr(0, 60), kInvalid, "past the end"},
      {"NotJson", FileOf("[1, 2", 0), kInvalid, "header: "},
      {"AnArray", FileOf("[]", 0), kInvalid, "header: "},
      {"AnotherType", OneTensor(R"("dtype":"F8_E4M3","shape":[8],"data_offsets":[0,8])"),
       kUnimplemented, "tensor \"t\": dtype F8_E4M3 is not supported"},
      {"NoType", OneTensor(R"("shape":[2],"data_offsets":[0,8])"), kInvalid, "dtype"},
      {"NoShape", OneTensor(R"("dtype":"F32","data_offsets":[0,8])"), kInvalid, "shape"},
      {"NoOffsets", OneTensor(R"("dtype":"F32","shape":[2])"), kInvalid, "data_offsets"},
      {"NegativeDimension", OneTensor(R"("dtype":"F32","shape":[-2],"data_offsets":[0,8])"),
       kInvalid, "want integers of 0 or more"},
      {"DimensionOfZero", OneTensor(R"("dtype":"F32","shape":[0],"data_offsets":[0,0])"), kInvalid,
       "dimension 0 is 0"},
      {"ProductThatWraps",
       OneTensor(R"("dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,8])"), kInvalid,
       "of impossible size"},
      {"FiveDimensions", OneTensor(R"("dtype":"F32","shape":[1,1,1,1,2],"data_offsets":[0,8])"),
       kInvalid, "shape has more than 4"},
      {"OneOffset", OneTensor(R"("dtype":"F32","shape":[2],"data_offsets":[0])"), kInvalid,
       "not a begin and an end"},
      {"OffsetsBackwards", OneTensor(R"("dtype":"F32","shape":[2],"data_offsets":[8,0])"), kInvalid,
       "not a begin and an end"},
      {"OffsetsOfAnotherSize", OneTensor(R"("dtype":"F32","shape":[2],"data_offsets":[0,4])"),
       kInvalid, "span 4 bytes, but its shape and dtype need 8"},
      {"OffsetsPastTheEnd", OneTensor(good, 7), kInvalid, "data_offsets end at 8, past the end"},
      {"DuplicateName", FileOf(absl::StrCat("{\"t\":{", good, "},\"t\":{", good, "}}"), 8),
       kInvalid, "tensor \"t\": duplicate"},
      {"Overlap",
       FileOf(absl::StrCat("{\"t\":{", good,
                           R"(},"u":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})"),
              8),
       kInvalid, "tensor \"u\": its data overlap those of \"t\""},
      {"EmptyName", FileOf(absl::StrCat("{\"\":{", good, "}}"), 8), kInvalid, "empty name"},
      {"NotAnObject", FileOf("{\"t\":5}", 8), kInvalid, "tensor \"t\""},
  };
}

TEST(Safetensors, RefusesMalformedFiles) {
  for (const Refusal& refusal : Refusals()) {
    EXPECT_THAT(ParseSafetensors(refusal.bytes, "a/file.safetensors"),
                StatusIs(refusal.code, refusal.message))
        << refusal.name;
    EXPECT_THAT(ParseSafetensors(refusal.bytes, "a/file.safetensors"),
                StatusIs(refusal.code, "a/file.safetensors"))
        << refusal.name;
  }
}

// Reads all that a parsed file promises, so that a sanitizer sees a wrong range.
uint64_t Touch(const std::map<std::string, TensorInfo>& tensors) {
  uint64_t sum = 0;
  for (const auto& [name, tensor] : tensors) {
    for (uint64_t i = 0; i < tensor.num_bytes; ++i) sum += tensor.data[i];
  }
  return sum;
}

TEST(Safetensors, RefusesEveryTruncation) {
  const std::string whole = FileOf(kTwoTensors, 16);
  for (size_t size = 0; size < whole.size(); ++size) {
    const std::string bytes = whole.substr(0, size);
    EXPECT_THAT(ParseSafetensors(bytes, "cut"), StatusIs(kInvalid, "cut")) << size;
  }
}

TEST(Safetensors, SurvivesRandomBytes) {
  Rng rng(testing::TestFingerprint(), "flips");
  const std::string valid =
      ReadFile("tests/models/testdata/llama/model.safetensors", 1 << 20).value();
  uint64_t header = 0;
  std::memcpy(&header, valid.data(), sizeof(header));
  int parsed = 0;
  for (int round = 0; round < 2000; ++round) {
    std::string bytes = valid;
    for (uint64_t flips = 1 + rng.Below(3); flips > 0; --flips) {
      bytes[rng.Below(8 + header)] =
          static_cast<char>(rng.Below(2) == 0 ? rng.Below(256) : '0' + rng.Below(10));
    }
    const auto tensors = ParseSafetensors(bytes, "flipped");
    if (!tensors.ok()) continue;
    ++parsed;
    EXPECT_GT(Touch(*tensors), 0u);
  }
  EXPECT_GT(parsed, 0) << "a changed name is a valid file";
}

}  // namespace
}  // namespace quipu::inference
