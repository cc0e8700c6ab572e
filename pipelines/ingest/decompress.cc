// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/ingest/decompress.h"

#include <zlib.h>
// For ZSTD_getFrameHeader, which tells the window that a frame needs.
#define ZSTD_STATIC_LINKING_ONLY
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "pipelines/ingest/decompressing_source.h"

namespace quipu::pipelines {
namespace {

// zlib: a window of 15 bits, and a gzip header is required.
constexpr int kGzipWindowBits = 15 + 16;

class GzipSource : public DecompressingSource {
 public:
  GzipSource(std::unique_ptr<ByteSource> compressed, DecompressLimits limits)
      : DecompressingSource(std::move(compressed), limits) {
    QUIPU_CHECK(inflateInit2(&stream_, kGzipWindowBits) == Z_OK) << "out of memory";
  }
  ~GzipSource() override { inflateEnd(&stream_); }

 protected:
  absl::StatusOr<size_t> ReadUnlimited(char* buffer, size_t size) override {
    // zlib counts in an int.
    size = std::min<size_t>(size, 1 << 30);
    stream_.next_out = reinterpret_cast<Bytef*>(buffer);
    stream_.avail_out = static_cast<uInt>(size);
    while (stream_.avail_out == size) {
      ASSIGN_OR_RETURN(const bool more, Fill());
      if (!more) {
        if (in_member_) return Broken("gzip", "it ends inside a member (truncated file?)");
        return 0;
      }
      if (!in_member_ && members_ > 0) {
        ASSIGN_OR_RETURN(const bool padding, SkipZeros());
        if (padding) continue;
      }
      RETURN_IF_ERROR(Inflate());
    }
    return size - stream_.avail_out;
  }

 private:
  absl::Status Inflate() {
    if (!in_member_) {
      inflateReset(&stream_);
      in_member_ = true;
    }
    stream_.next_in = reinterpret_cast<Bytef*>(input_.data() + begin_);
    stream_.avail_in = static_cast<uInt>(end_ - begin_);
    const int code = inflate(&stream_, Z_NO_FLUSH);
    begin_ = end_ - stream_.avail_in;
    if (code == Z_STREAM_END) {
      in_member_ = false;
      ++members_;
      return absl::OkStatus();
    }
    if (code == Z_OK || code == Z_BUF_ERROR) return absl::OkStatus();
    return Broken("gzip", stream_.msg != nullptr ? stream_.msg : "not a gzip member");
  }

  // Zeros after the last member are padding (tapes, block devices), as in
  // gzip(1). True if all that is left in the buffer was that.
  absl::StatusOr<bool> SkipZeros() {
    const size_t before = begin_;
    while (begin_ < end_ && input_[begin_] == 0) ++begin_;
    if (begin_ > before) padded_ = true;
    if (begin_ == end_) return true;
    if (padded_) return Broken("gzip", "data after the padding");
    return false;
  }

  z_stream stream_ = {};
  bool in_member_ = true;  // An empty file is a truncated one.
  bool padded_ = false;
  uint64_t members_ = 0;
};

class ZstdSource : public DecompressingSource {
 public:
  ZstdSource(std::unique_ptr<ByteSource> compressed, DecompressLimits limits)
      : DecompressingSource(std::move(compressed), limits), context_(ZSTD_createDCtx()) {
    QUIPU_CHECK(context_ != nullptr) << "out of memory";
    ZSTD_DCtx_setParameter(context_, ZSTD_d_windowLogMax, limits.zstd_window_log);
  }
  ~ZstdSource() override { ZSTD_freeDCtx(context_); }

 protected:
  absl::StatusOr<size_t> ReadUnlimited(char* buffer, size_t size) override {
    ZSTD_outBuffer out = {buffer, size, 0};
    while (out.pos == 0) {
      // At the end of the file the decoder may still hold output.
      ASSIGN_OR_RETURN(const bool more, Fill());
      if (!more && frame_done_) return 0;
      ZSTD_inBuffer in = {input_.data() + begin_, end_ - begin_, 0};
      const absl::string_view frame =
          frame_done_ || consumed() == 0 ? input() : absl::string_view();
      const size_t result = ZSTD_decompressStream(context_, &out, &in);
      begin_ += in.pos;
      if (ZSTD_isError(result)) return Failed(result, frame);
      frame_done_ = result == 0;
      if (!more && out.pos == 0 && !frame_done_) {
        return Broken("zstd", "it ends inside a frame (truncated file?)");
      }
    }
    return out.pos;
  }

 private:
  absl::Status Failed(size_t result, absl::string_view frame) const {
    if (ZSTD_getErrorCode(result) != ZSTD_error_frameParameter_windowTooLarge) {
      return Broken("zstd", ZSTD_getErrorName(result));
    }
    const int needed = WindowLogOf(frame);
    const std::string have = absl::StrCat("the limit is 2^", limits_.zstd_window_log);
    if (needed > kGreatestZstdWindowLog) {
      return absl::ResourceExhaustedError(absl::StrCat(
          "zstd stream needs a window of 2^", needed, " bytes, ", have,
          "; decompress it first (zstd -d --memory=", uint64_t{1} << (needed - 20), "MB)"));
    }
    return absl::ResourceExhaustedError(
        absl::StrCat("zstd stream needs a window of 2^", needed, " bytes, ", have,
                     ": set read { zstd_window_log: ", needed, " } in the spec"));
  }

  // The greatest that a field of the spec allows if the header is not in one piece.
  static int WindowLogOf(absl::string_view frame) {
    ZSTD_frameHeader header;
    if (ZSTD_getFrameHeader(&header, frame.data(), frame.size()) != 0) {
      return kGreatestZstdWindowLog;
    }
    int log = 0;
    while (log < 63 && (uint64_t{1} << log) < header.windowSize) ++log;
    return log;
  }

  ZSTD_DCtx* const context_;
  bool frame_done_ = false;
};

}  // namespace

std::unique_ptr<ByteSource> NewGzipSource(std::unique_ptr<ByteSource> compressed,
                                          DecompressLimits limits) {
  return std::make_unique<GzipSource>(std::move(compressed), limits);
}

std::unique_ptr<ByteSource> NewZstdSource(std::unique_ptr<ByteSource> compressed,
                                          DecompressLimits limits) {
  return std::make_unique<ZstdSource>(std::move(compressed), limits);
}

}  // namespace quipu::pipelines
