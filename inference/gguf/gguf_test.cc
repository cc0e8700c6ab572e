// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/gguf/gguf.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/limits.h"
#include "base/rng.h"
#include "base/sha256.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/gguf_writer.h"
#include "tests/support/models.h"
#include "tests/support/random.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::inference {
namespace {

using ::quipu::testing::GgufWriter;
using ::quipu::testing::IsOkAndHolds;
using ::quipu::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
constexpr auto kUnimplemented = absl::StatusCode::kUnimplemented;

// The bytes of a file, assembled by hand.
class Bytes {
 public:
  Bytes& U8(uint8_t v) { return Raw(&v, sizeof(v)); }
  Bytes& U32(uint32_t v) { return Raw(&v, sizeof(v)); }
  Bytes& U64(uint64_t v) { return Raw(&v, sizeof(v)); }
  Bytes& Text(absl::string_view text) { return Raw(text.data(), text.size()); }
  Bytes& String(absl::string_view text) { return U64(text.size()).Text(text); }
  Bytes& Zeros(size_t count) {
    bytes_.append(count, '\0');
    return *this;
  }
  // Pads to a multiple of 32.
  Bytes& Pad() { return Zeros((32 - bytes_.size() % 32) % 32); }
  operator std::string() const { return bytes_; }  // NOLINT: meant to be implicit.

 private:
  Bytes& Raw(const void* data, size_t size) {
    bytes_.append(static_cast<const char*>(data), size);
    return *this;
  }
  std::string bytes_;
};

Bytes Header(uint64_t tensors, uint64_t keys) {
  return Bytes().Text("GGUF").U32(3).U64(tensors).U64(keys);
}

// A header and the beginning of one key's value of the given type.
Bytes Key(uint32_t type) { return Header(0, 1).String("k").U32(type); }

// A directory entry.
Bytes& Tensor(Bytes& bytes, absl::string_view name, const std::vector<uint64_t>& dims,
              uint32_t type, uint64_t offset) {
  bytes.String(name).U32(static_cast<uint32_t>(dims.size()));
  for (const uint64_t dim : dims) bytes.U64(dim);
  return bytes.U32(type).U64(offset);
}

// A file of one tensor and `data` bytes of tensor data.
std::string OneTensor(const std::vector<uint64_t>& dims, uint32_t type, uint64_t offset,
                      size_t data) {
  Bytes bytes = Header(1, 0);
  return Tensor(bytes, "t", dims, type, offset).Pad().Zeros(data);
}

// A file of two tensors of 8 floats each.
std::string TwoTensors(absl::string_view a, absl::string_view b, uint64_t offset_b) {
  Bytes bytes = Header(2, 0);
  Tensor(bytes, a, {8}, 0, 0);
  return Tensor(bytes, b, {8}, 0, offset_b).Pad().Zeros(64);
}

std::string ValidFile() {
  const int32_t ints[] = {1, -2, 3};
  const float floats[] = {0.5f, 1.5f};
  const std::vector<float> values(512, 0.25f);
  return GgufWriter()
      .AddString("general.architecture", "llama")
      .AddUint32("u32", 7)
      .AddUint64("u64", uint64_t{1} << 40)
      .AddInt32("i32", -5)
      .AddFloat("f32", 0.5f)
      .AddBool("yes", true)
      .AddBool("no", false)
      .AddStringArray("strings", {"a", "", "\xE2\x96\x81x"})
      .AddInt32Array("ints", ints)
      .AddFloatArray("floats", floats)
      .AddRaw("u8", 0, std::string("\xC8", 1))
      .AddRaw("i8", 1, std::string("\x7F", 1))
      .AddRaw("u16", 2, std::string("\x01\x02", 2))
      .AddRaw("f64", 12, std::string("\0\0\0\0\0\0\xF0\x3F", 8))
      .AddFloatTensor("matrix", TensorType::kQ4_K, {256, 2}, values)
      .AddFloatTensor("vector", TensorType::kF32, {3}, {1.0f, 2.0f, 3.0f})
      .Build();
}

TEST(GgufFile, ReadsEveryKindOfValue) {
  const std::string bytes = ValidFile();
  ASSERT_OK_AND_ASSIGN(auto file, GgufFile::Parse(bytes, "valid"));

  EXPECT_THAT(file->GetString("general.architecture"), IsOkAndHolds("llama"));
  EXPECT_THAT(file->GetUint("u32"), IsOkAndHolds(7u));
  EXPECT_THAT(file->GetUint("u64"), IsOkAndHolds(uint64_t{1} << 40));
  EXPECT_THAT(file->GetUint("u8"), IsOkAndHolds(200u));
  EXPECT_THAT(file->GetUint("i8"), IsOkAndHolds(127u));
  EXPECT_THAT(file->GetUint("u16"), IsOkAndHolds(0x0201u));
  EXPECT_THAT(file->GetFloat("f32"), IsOkAndHolds(0.5));
  EXPECT_THAT(file->GetFloat("f64"), IsOkAndHolds(1.0));
  EXPECT_THAT(file->GetBool("yes"), IsOkAndHolds(true));
  EXPECT_THAT(file->GetBool("no"), IsOkAndHolds(false));
  EXPECT_THAT(file->GetStrings("strings"), IsOkAndHolds(ElementsAre("a", "", "\xE2\x96\x81x")));
  EXPECT_THAT(file->GetInts("ints"), IsOkAndHolds(ElementsAre(1, -2, 3)));
  EXPECT_THAT(file->GetFloats("floats"), IsOkAndHolds(ElementsAre(0.5f, 1.5f)));
  EXPECT_TRUE(file->Has("u8"));
  EXPECT_FALSE(file->Has("u9"));
}

TEST(GgufFile, NamesMissingKeysAndWrongTypes) {
  const std::string bytes = ValidFile();
  ASSERT_OK_AND_ASSIGN(auto file, GgufFile::Parse(bytes, "valid"));

  EXPECT_THAT(file->GetUint("none"), StatusIs(absl::StatusCode::kNotFound, "\"none\""));
  EXPECT_THAT(file->GetUint("i32"), StatusIs(kInvalid, "-5"));
  EXPECT_THAT(file->GetUint("f32"), StatusIs(kInvalid, "\"f32\" is float32"));
  EXPECT_THAT(file->GetUint("ints"), StatusIs(kInvalid, "array of int32"));
  EXPECT_THAT(file->GetFloat("u32"), StatusIs(kInvalid, "want a float"));
  EXPECT_THAT(file->GetBool("u8"), StatusIs(kInvalid, "want bool"));
  EXPECT_THAT(file->GetString("strings"), StatusIs(kInvalid, "want string"));
  EXPECT_THAT(file->GetStrings("ints"), StatusIs(kInvalid, "want array of string"));
  EXPECT_THAT(file->GetFloats("ints"), StatusIs(kInvalid, "want array of float"));
  EXPECT_THAT(file->GetInts("floats"), StatusIs(kInvalid, "want array of integers"));
  EXPECT_THAT(file->GetTensor("none"), StatusIs(absl::StatusCode::kNotFound, "\"none\""));
  EXPECT_EQ(file->FindTensor("none"), nullptr);
}

TEST(GgufFile, RefusesIntegersThatDoNotFit) {
  const std::string big = Bytes().U32(10).U64(1).U64(uint64_t{1} << 31);
  const std::string small = Bytes().U32(11).U64(1).U64(0xFFFFFFFF7FFFFFFFull);
  const std::string least = Bytes().U32(11).U64(1).U64(0xFFFFFFFF80000000ull);
  const std::string bytes = GgufWriter()
                                .AddRaw("big", 9, big)
                                .AddRaw("small", 9, small)
                                .AddRaw("least", 9, least)
                                .Build();
  ASSERT_OK_AND_ASSIGN(auto file, GgufFile::Parse(bytes, "test"));

  EXPECT_THAT(file->GetInts("big"), StatusIs(kInvalid, "element 0 does not fit"));
  EXPECT_THAT(file->GetInts("small"), StatusIs(kInvalid, "element 0 does not fit"));
  EXPECT_THAT(file->GetInts("least"),
              IsOkAndHolds(ElementsAre(std::numeric_limits<int32_t>::min())));
}

TEST(GgufFile, FindsTensorData) {
  const std::string bytes = ValidFile();
  ASSERT_OK_AND_ASSIGN(auto file, GgufFile::Parse(bytes, "valid"));

  ASSERT_OK_AND_ASSIGN(const TensorInfo* matrix, file->GetTensor("matrix"));
  EXPECT_EQ(matrix->type, TensorType::kQ4_K);
  EXPECT_EQ(matrix->num_dims, 2);
  EXPECT_THAT(matrix->dims, ElementsAre(256, 2, 1, 1));
  EXPECT_EQ(matrix->num_elements(), 512u);
  EXPECT_EQ(matrix->num_bytes, 288u);
  ASSERT_OK_AND_ASSIGN(const TensorInfo* vector, file->GetTensor("vector"));
  float values[3];
  std::memcpy(values, vector->data, sizeof(values));
  EXPECT_THAT(values, ElementsAre(1.0f, 2.0f, 3.0f));
  EXPECT_EQ((vector->data - reinterpret_cast<const uint8_t*>(bytes.data())) % 32, 0);
  EXPECT_EQ(file->tensors().size(), 2u);
}

TEST(GgufFile, ReadsVersionTwoAndOtherAlignments) {
  for (const uint32_t alignment : {1u, 8u, 64u, 4096u}) {
    const std::string bytes = GgufWriter()
                                  .SetVersion(2)
                                  .SetAlignment(alignment)
                                  .AddFloatTensor("a", TensorType::kF32, {1}, {1.0f})
                                  .AddFloatTensor("b", TensorType::kF32, {1}, {2.0f})
                                  .Build();
    ASSERT_OK_AND_ASSIGN(auto file, GgufFile::Parse(bytes, "test"));
    float b = 0.0f;
    std::memcpy(&b, file->FindTensor("b")->data, sizeof(b));
    EXPECT_EQ(b, 2.0f) << alignment;
  }
}

TEST(GgufFile, HashesTheWholeFile) {
  testing::TempDir dir;
  const std::string path = dir.Path("model.gguf");
  const std::string bytes = ValidFile();
  ASSERT_OK(WriteFileAtomic(path, bytes));

  ASSERT_OK_AND_ASSIGN(auto file, GgufFile::Open(path));

  EXPECT_EQ(file->path(), path);
  EXPECT_EQ(file->ContentSha256(), Sha256Hex(bytes));
  EXPECT_EQ(file->ContentSha256(), file->ContentSha256());
}

TEST(GgufFile, SaysWhenThereIsNoSuchFile) {
  testing::TempDir dir;
  EXPECT_THAT(GgufFile::Open(dir.Path("none.gguf")),
              StatusIs(absl::StatusCode::kNotFound, "none.gguf"));
}

TEST(GgufFile, ReadsTheSmallModel) {
  ASSERT_OK_AND_ASSIGN(auto file, GgufFile::Open(SmallModelPath()));

  EXPECT_THAT(file->GetString("general.architecture"), IsOkAndHolds("llama"));
  EXPECT_THAT(file->GetUint("llama.block_count"), IsOkAndHolds(30u));
  EXPECT_EQ(file->tensors().size(), 272u);
  ASSERT_OK_AND_ASSIGN(const TensorInfo* embedding, file->GetTensor("token_embd.weight"));
  EXPECT_EQ(embedding->type, TensorType::kQ8_0);
  EXPECT_THAT(embedding->dims, ElementsAre(576, 49152, 1, 1));
  EXPECT_EQ(file->ContentSha256(),
            "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53");
}

struct MalformedCase {
  const char* name;
  std::string bytes;
  absl::StatusCode code;
  const char* message;
};

std::vector<MalformedCase> MalformedHeaders() {
  return {
      {"Empty", "", kInvalid, "magic number of 4 bytes"},
      {"HalfAMagicNumber", "GG", kInvalid, "at byte 0"},
      {"AnotherKindOfFile", "PK\x03\x04 and so on", kInvalid, "not a GGUF file"},
      {"GgmlsOlderMagicNumber", Bytes().Text("ggml").Zeros(20), kInvalid, "not a GGUF file"},
      {"NoVersion", "GGUF", kInvalid, "version"},
      {"VersionZero", Bytes().Text("GGUF").U32(0).U64(0).U64(0), kUnimplemented, "version 0"},
      {"VersionOne", Bytes().Text("GGUF").U32(1).U64(0).U64(0), kUnimplemented, "version 1"},
      {"VersionFour", Bytes().Text("GGUF").U32(4).U64(0).U64(0), kUnimplemented, "version 4"},
      {"BigEndian", Bytes().Text("GGUF").U32(0x03000000).U64(0).U64(0), kUnimplemented,
       "big-endian"},
      {"NoTensorCount", Bytes().Text("GGUF").U32(3), kInvalid, "tensor count"},
      {"NoKeyCount", Bytes().Text("GGUF").U32(3).U64(0), kInvalid, "key count"},
      {"TooManyTensors", Header(kMaxGgufTensors + 1, 0), kInvalid, "over the limit of 65536"},
      {"TensorCountOfAllOnes", Header(~uint64_t{0}, 0), kInvalid, "tensor count"},
      {"TooManyKeys", Header(0, kMaxGgufKeys + 1), kInvalid, "over the limit of 65536"},
      {"KeyCountOfAllOnes", Header(0, ~uint64_t{0}), kInvalid, "key count"},
      {"FewerKeysThanCounted", Header(0, 1), kInvalid, "length of key"},
      {"FewerTensorsThanCounted", Header(1, 0), kInvalid, "length of tensor name"},
  };
}

std::vector<MalformedCase> MalformedValues() {
  const uint64_t huge = ~uint64_t{0};
  return {
      {"EmptyKey", Header(0, 1).String("").U32(4).U32(1), kInvalid, "empty key"},
      {"KeyLongerThanTheFile", Header(0, 1).U64(1000).Text("k"), kInvalid, "past the end"},
      {"KeyLongerThanTheFormatAllows", Header(0, 1).String(std::string(65536, 'k')).U32(4).U32(1),
       kInvalid, "limit 65535"},
      {"KeyLengthOfAllOnes", Header(0, 1).U64(huge), kInvalid, "limit 65535"},
      {"NoValueType", Header(0, 1).String("k"), kInvalid, "value type"},
      {"UnknownValueType", Key(13), kInvalid, "value type 13 is unknown"},
      {"ValueTypeOfAllOnes", Key(0xFFFFFFFF), kInvalid, "is unknown"},
      {"CutUint64", Key(10).U32(1), kInvalid, "uint64 of 8 bytes"},
      {"BoolOfTwo", Key(7).U8(2), kInvalid, "bool has the value 2"},
      {"BoolArrayWithATwo", Key(9).U32(7).U64(3).U8(0).U8(1).U8(2), kInvalid,
       "bool has the value 2"},
      {"StringLongerThanTheFile", Key(8).U64(100).Text("x"), kInvalid, "past the end"},
      {"StringLengthOfAllOnes", Key(8).U64(huge), kInvalid, "limit 16777216"},
      {"ArrayWithoutAType", Key(9), kInvalid, "array element type"},
      {"ArrayOfUnknownType", Key(9).U32(99), kInvalid, "array element type 99"},
      {"ArrayOfArrays", Key(9).U32(9).U64(1), kUnimplemented, "arrays of arrays"},
      {"ArrayWithoutALength", Key(9).U32(4), kInvalid, "array length"},
      {"ArrayOverTheLimit", Key(9).U32(4).U64(kMaxGgufArrayElements + 1), kInvalid,
       "array length 16777217"},
      {"ArrayLengthThatWraps", Key(9).U32(10).U64((huge >> 3) + 2), kInvalid, "over the limit"},
      {"ArrayLongerThanTheFile", Key(9).U32(4).U64(1000).U32(1), kInvalid, "array of 4000 bytes"},
      {"StringArrayLongerThanTheFile", Key(9).U32(8).U64(1 << 24).String("a"), kInvalid,
       "length of array element"},
      {"StringInArrayPastTheEnd", Key(9).U32(8).U64(1).U64(9).Text("a"), kInvalid,
       "array element of 9 bytes"},
      {"DuplicateKey", Header(0, 2).String("k").U32(4).U32(1).String("k").U32(4).U32(1), kInvalid,
       "duplicate key \"k\""},
      {"AlignmentZero", GgufWriter().AddUint32("general.alignment", 0).Build(), kInvalid,
       "general.alignment is 0"},
      {"AlignmentNotAPowerOfTwo", GgufWriter().AddUint32("general.alignment", 24).Build(), kInvalid,
       "power of two"},
      {"AlignmentHuge", GgufWriter().AddUint32("general.alignment", 1u << 31).Build(), kInvalid,
       "power of two up to"},
      {"AlignmentOfAnotherType", GgufWriter().AddString("general.alignment", "32").Build(),
       kInvalid, "want uint32"},
  };
}

std::vector<MalformedCase> MalformedTensors() {
  const uint64_t huge = ~uint64_t{0};
  Bytes no_dims_left = Header(1, 0).String("t").U32(2).U64(8);
  Bytes no_type = Header(1, 0).String("t").U32(1).U64(8);
  Bytes no_offset = Header(1, 0).String("t").U32(1).U64(8).U32(0);
  Bytes empty_name = Header(1, 0);
  Tensor(empty_name, "", {8}, 0, 0).Pad().Zeros(32);
  Bytes long_name = Header(1, 0);
  Tensor(long_name, std::string(65, 'n'), {8}, 0, 0).Pad().Zeros(32);
  return {
      {"EmptyTensorName", empty_name, kInvalid, "empty tensor name"},
      {"TensorNameOverTheLimit", long_name, kInvalid, "limit 64"},
      {"NoDimensions", OneTensor({}, 0, 0, 32), kInvalid, "has 0 dimensions"},
      {"FiveDimensions", OneTensor({1, 1, 1, 1, 1}, 0, 0, 32), kInvalid, "has 5 dimensions"},
      {"CutDimensions", no_dims_left, kInvalid, "dimension of 8 bytes"},
      {"NoTensorType", no_type, kInvalid, "tensor type"},
      {"NoTensorOffset", no_offset, kInvalid, "tensor offset"},
      {"ADimensionOfZero", OneTensor({8, 0}, 0, 0, 32), kInvalid, "dimension 1 is 0"},
      {"ADimensionOfAllOnes", OneTensor({huge}, 0, 0, 32), kInvalid, "impossible size"},
      {"DimensionsThatWrapToZero", OneTensor({uint64_t{1} << 32, uint64_t{1} << 32}, 0, 0, 32),
       kInvalid, "impossible size"},
      {"DimensionsThatWrapToOne", OneTensor({(huge >> 1) + 2, 2}, 0, 0, 32), kInvalid,
       "impossible size"},
      {"UnknownTensorType", OneTensor({32}, 77, 0, 64), kUnimplemented, "type 77"},
      {"ATypeTheEngineLacks", OneTensor({256}, 16, 0, 128), kUnimplemented, "IQ2_XXS"},
      {"TensorTypeThatWasRemoved", OneTensor({32}, 4, 0, 64), kUnimplemented, "type 4"},
      {"RowsOfBrokenBlocks", OneTensor({33, 32}, 8, 0, 4096), kInvalid, "whole blocks of 32"},
      {"RowsShorterThanASuperBlock", OneTensor({128, 2}, 12, 0, 4096), kInvalid,
       "whole blocks of 256"},
      {"OffsetNotAligned", OneTensor({8}, 0, 4, 64), kInvalid, "not a multiple of the alignment"},
      {"OffsetPastTheEnd", OneTensor({8}, 0, 64, 32), kInvalid, "past the end"},
      {"OffsetThatWraps", OneTensor({8}, 0, huge - 31, 64), kInvalid, "past the end"},
      {"DataOneByteShort", OneTensor({8}, 0, 0, 31), kInvalid, "32 bytes at offset 0"},
      {"NoDataAtAll", OneTensor({8}, 0, 0, 0), kInvalid, "past the end"},
      {"DataLargerThanAnyFile", OneTensor({uint64_t{1} << 59}, 0, 0, 32), kInvalid, "past the end"},
      {"DuplicateTensor", TwoTensors("t", "t", 32), kInvalid, "duplicate tensor \"t\""},
      {"TensorsThatOverlap", TwoTensors("a", "b", 0), kInvalid, "is inside tensor \"a\""},
  };
}

TEST(GgufFile, RefusesMalformedFiles) {
  std::vector<MalformedCase> cases;
  for (const auto& part : {MalformedHeaders(), MalformedValues(), MalformedTensors()}) {
    cases.insert(cases.end(), part.begin(), part.end());
  }
  ASSERT_GE(cases.size(), 40u);
  for (const MalformedCase& c : cases) {
    SCOPED_TRACE(c.name);
    const auto file = GgufFile::Parse(c.bytes, "bad.gguf");
    EXPECT_THAT(file, StatusIs(c.code, c.message));
    EXPECT_THAT(std::string(file.status().message()), ::testing::StartsWith("bad.gguf: "));
  }
}

TEST(GgufFile, AcceptsTheEdgesOfWhatIsAllowed) {
  EXPECT_OK(GgufFile::Parse(std::string(Header(0, 0)), "nothing"));
  EXPECT_OK(GgufFile::Parse(OneTensor({8}, 0, 0, 32), "exact"));
  EXPECT_OK(GgufFile::Parse(OneTensor({8}, 0, 32, 64), "a hole"));
  EXPECT_OK(GgufFile::Parse(OneTensor({2, 2, 2, 1}, 0, 0, 32), "four dimensions"));
  EXPECT_OK(GgufFile::Parse(TwoTensors("a", "b", 32), "two"));
  const std::string longest_key = Header(0, 1).String(std::string(65535, 'k')).U32(4).U32(1);
  EXPECT_OK(GgufFile::Parse(longest_key, "longest key"));
  Bytes longest_name = Header(1, 0);
  Tensor(longest_name, std::string(64, 'n'), {8}, 0, 0).Pad().Zeros(32);
  EXPECT_OK(GgufFile::Parse(std::string(longest_name), "longest name"));
}

TEST(GgufFile, RefusesEveryTruncation) {
  const std::string bytes = ValidFile();
  for (size_t size = 0; size < bytes.size(); ++size) {
    // A heap copy of exactly this size, so that a sanitizer sees a read past it.
    const std::vector<char> cut(bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(size));
    const auto file = GgufFile::Parse(absl::string_view(cut.data(), cut.size()), "cut");
    EXPECT_THAT(file, StatusIs(kInvalid)) << size << " of " << bytes.size() << " bytes";
  }
}

// Reads everything that a parsed file offers, so that a sanitizer checks it.
uint64_t Touch(const GgufFile& file) {
  uint64_t sum = 0;
  for (const char* key : {"general.architecture", "u32", "u64", "i32", "f32", "yes", "strings",
                          "ints", "floats", "u8", "f64"}) {
    sum += file.GetUint(key).value_or(1);
    sum += file.GetBool(key).value_or(true) ? 1 : 0;
    sum += std::isnan(file.GetFloat(key).value_or(0.0)) ? 1 : 0;
    if (const auto text = file.GetString(key); text.ok()) sum += text->size();
    if (const auto ints = file.GetInts(key); ints.ok()) sum += ints->size();
    if (const auto floats = file.GetFloats(key); floats.ok()) sum += floats->size();
    if (const auto texts = file.GetStrings(key); texts.ok()) {
      for (const absl::string_view text : *texts) sum += text.size();
    }
  }
  for (const auto& [name, tensor] : file.tensors()) {
    for (uint64_t i = 0; i < tensor.num_bytes; ++i) sum += tensor.data[i];
  }
  return sum;
}

TEST(GgufFile, SurvivesRandomBytes) {
  Rng rng(testing::TestFingerprint(), "flips");
  const std::string valid = ValidFile();
  int parsed = 0;
  uint64_t sum = 0;
  for (int round = 0; round < 20000; ++round) {
    std::vector<char> bytes(valid.begin(), valid.end());
    const uint64_t flips = 1 + rng.Below(4);
    for (uint64_t i = 0; i < flips; ++i) {
      // Most of them in the structured part.
      const uint64_t range = rng.Below(4) == 0 ? bytes.size() : 700;
      bytes[rng.Below(range)] = static_cast<char>(rng.Below(2) == 0 ? rng.Below(256) : 0xFF);
    }
    const auto file = GgufFile::Parse(absl::string_view(bytes.data(), bytes.size()), "flipped");
    if (!file.ok()) {
      EXPECT_FALSE(file.status().message().empty());
      continue;
    }
    ++parsed;
    sum += Touch(**file);
  }
  EXPECT_GT(parsed, 0);
  EXPECT_GT(sum, 0u);
}

}  // namespace
}  // namespace quipu::inference
