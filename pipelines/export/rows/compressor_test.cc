// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/rows/compressor.h"

#include <zlib.h>
#include <zstd.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace quipu::pipelines {
namespace {

using ::quipu::testing::StatusIs;

std::string Compress(ShardCompression compression, const std::string& text, size_t piece) {
  auto made = Compressor::Create(compression);
  EXPECT_OK(made.status());
  std::string out;
  for (size_t at = 0; at < text.size(); at += piece) {
    EXPECT_OK((*made)->Append(text.substr(at, piece), &out));
  }
  EXPECT_OK((*made)->Finish(&out));
  return out;
}

std::string Gunzip(const std::string& bytes, size_t size) {
  std::string text(size + 1, 0);
  z_stream stream = {};
  EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = bytes.size();
  stream.next_out = reinterpret_cast<Bytef*>(&text[0]);
  stream.avail_out = text.size();
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  text.resize(stream.total_out);
  inflateEnd(&stream);
  return text;
}

std::string LongText() {
  std::string text;
  for (int i = 0; i < 40000; ++i) absl::StrAppend(&text, "row ", i * 7919 % 10007, "\n");
  return text;
}

TEST(Compressor, WritesWhatTheLibrariesRead) {
  const std::string text = LongText();

  const std::string gzip = Compress(ShardCompression::kGzip, text, 1000);
  const std::string zstd = Compress(ShardCompression::kZstd, text, 1000);

  EXPECT_LT(gzip.size(), text.size() / 2);
  EXPECT_EQ(Gunzip(gzip, text.size()), text);
  std::string read(text.size() + 1, 0);
  read.resize(ZSTD_decompress(&read[0], read.size(), zstd.data(), zstd.size()));
  EXPECT_EQ(read, text);
}

TEST(Compressor, GivesTheSameBytesTwice) {
  for (const ShardCompression each : {ShardCompression::kGzip, ShardCompression::kZstd}) {
    EXPECT_EQ(Compress(each, LongText(), 977), Compress(each, LongText(), 977));
  }
}

TEST(Compressor, EndsAnEmptyStream) {
  EXPECT_EQ(Gunzip(Compress(ShardCompression::kGzip, "", 1), 10), "");
  EXPECT_GT(Compress(ShardCompression::kZstd, "", 1).size(), 0u);
}

TEST(Compressor, KnowsItsNames) {
  for (const ShardCompression each :
       {ShardCompression::kNone, ShardCompression::kGzip, ShardCompression::kZstd}) {
    ASSERT_OK_AND_ASSIGN(const ShardCompression parsed,
                         ParseShardCompression(CompressionName(each)));
    EXPECT_EQ(parsed, each);
  }
  EXPECT_THAT(ParseShardCompression("lz4"),
              StatusIs(absl::StatusCode::kInvalidArgument, "want none, gzip or zstd"));
}

}  // namespace
}  // namespace quipu::pipelines
