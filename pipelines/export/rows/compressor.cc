// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/rows/compressor.h"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <limits>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "base/strings.h"

namespace quipu::pipelines {
namespace {

constexpr size_t kPieceBytes = 1 << 16;

class GzipCompressor : public Compressor {
 public:
  ~GzipCompressor() override { deflateEnd(&stream_); }

  absl::Status Init() {
    // 16: a gzip header, which has no time and no name.
    constexpr int kGzipWindow = 15 + 16;
    constexpr int kMemory = 8;  // zlib's default.
    const int code = deflateInit2(&stream_, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzipWindow, kMemory,
                                  Z_DEFAULT_STRATEGY);
    return code == Z_OK ? absl::OkStatus() : Failed(code);
  }

  absl::Status Append(absl::string_view bytes, std::string* out) override {
    while (!bytes.empty()) {
      const size_t size = std::min<size_t>(bytes.size(), std::numeric_limits<uInt>::max() / 2);
      RETURN_IF_ERROR(Run(bytes.substr(0, size), Z_NO_FLUSH, out));
      bytes.remove_prefix(size);
    }
    return absl::OkStatus();
  }
  absl::Status Finish(std::string* out) override { return Run("", Z_FINISH, out); }

 private:
  static absl::Status Failed(int code) {
    return absl::InternalError(absl::StrCat("zlib: ", zError(code)));
  }

  absl::Status Run(absl::string_view bytes, int flush, std::string* out) {
    // zlib does not write to its input.
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream_.avail_in = static_cast<uInt>(bytes.size());
    do {
      stream_.next_out = reinterpret_cast<Bytef*>(piece_.data());
      stream_.avail_out = static_cast<uInt>(piece_.size());
      const int code = deflate(&stream_, flush);
      if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR) return Failed(code);
      out->append(piece_.data(), piece_.size() - stream_.avail_out);
    } while (stream_.avail_out == 0);
    return absl::OkStatus();
  }

  z_stream stream_ = {};
  std::array<char, kPieceBytes> piece_;
};

class ZstdCompressor : public Compressor {
 public:
  ZstdCompressor() : context_(ZSTD_createCCtx()) {}
  ~ZstdCompressor() override { ZSTD_freeCCtx(context_); }

  absl::Status Append(absl::string_view bytes, std::string* out) override {
    return Run(bytes, ZSTD_e_continue, out);
  }
  absl::Status Finish(std::string* out) override { return Run("", ZSTD_e_end, out); }

 private:
  absl::Status Run(absl::string_view bytes, ZSTD_EndDirective directive, std::string* out) {
    if (context_ == nullptr) return absl::ResourceExhaustedError("zstd: out of memory");
    ZSTD_inBuffer in = {bytes.data(), bytes.size(), 0};
    size_t left = 0;
    do {
      ZSTD_outBuffer piece = {piece_.data(), piece_.size(), 0};
      left = ZSTD_compressStream2(context_, &piece, &in, directive);
      if (ZSTD_isError(left) != 0) {
        return absl::InternalError(absl::StrCat("zstd: ", ZSTD_getErrorName(left)));
      }
      out->append(piece_.data(), piece.pos);
    } while (directive == ZSTD_e_end ? left > 0 : in.pos < in.size);
    return absl::OkStatus();
  }

  ZSTD_CCtx* const context_;
  std::array<char, kPieceBytes> piece_;
};

}  // namespace

absl::string_view CompressionName(ShardCompression compression) {
  switch (compression) {
    case ShardCompression::kGzip:
      return "gzip";
    case ShardCompression::kZstd:
      return "zstd";
    default:
      return "none";
  }
}

absl::StatusOr<ShardCompression> ParseShardCompression(absl::string_view name) {
  for (const ShardCompression each :
       {ShardCompression::kNone, ShardCompression::kGzip, ShardCompression::kZstd}) {
    if (CompressionName(each) == name) return each;
  }
  return absl::InvalidArgumentError(
      absl::StrCat("compression \"", Snippet(name, 40), "\", want none, gzip or zstd"));
}

absl::string_view CompressionSuffix(ShardCompression compression) {
  switch (compression) {
    case ShardCompression::kGzip:
      return ".gz";
    case ShardCompression::kZstd:
      return ".zst";
    default:
      return "";
  }
}

absl::StatusOr<std::unique_ptr<Compressor>> Compressor::Create(ShardCompression compression) {
  if (compression == ShardCompression::kNone) return std::unique_ptr<Compressor>();
  if (compression == ShardCompression::kZstd) return std::make_unique<ZstdCompressor>();
  auto gzip = std::make_unique<GzipCompressor>();
  RETURN_IF_ERROR(gzip->Init());
  return gzip;
}

}  // namespace quipu::pipelines
