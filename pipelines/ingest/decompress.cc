// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/ingest/decompress.h"

#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/log.h"
#include "base/status_macros.h"

namespace quipu::pipelines {
namespace {

constexpr size_t kInputBytes = 64 << 10;
// zlib: a window of 15 bits, and a gzip header is required.
constexpr int kGzipWindowBits = 15 + 16;

// Input, counts and limits, shared by both formats.
class DecompressingSource : public ByteSource {
 public:
  absl::StatusOr<size_t> Read(char* buffer, size_t size) final {
    // A broken stream stays broken.
    if (!status_.ok()) return status_;
    absl::StatusOr<size_t> count = ReadUnlimited(buffer, size);
    if (count.ok()) {
      produced_ += *count;
      status_ = CheckRatio();
    } else {
      status_ = count.status();
    }
    if (!status_.ok()) return status_;
    return count;
  }

 protected:
  DecompressingSource(std::unique_ptr<ByteSource> compressed, DecompressLimits limits)
      : compressed_(std::move(compressed)), limits_(limits), input_(kInputBytes) {}

  // As Read, without the limits.
  virtual absl::StatusOr<size_t> ReadUnlimited(char* buffer, size_t size) = 0;

  // Reads more input if there is none left; false at the end of the file.
  absl::StatusOr<bool> Fill() {
    if (begin_ < end_) return true;
    ASSIGN_OR_RETURN(end_, compressed_->Read(input_.data(), input_.size()));
    begin_ = 0;
    read_ += end_;
    return end_ > 0;
  }

  // Compressed bytes used so far.
  uint64_t consumed() const { return read_ - (end_ - begin_); }

  absl::Status Broken(absl::string_view format, absl::string_view what) const {
    return absl::DataLossError(
        absl::StrCat("broken ", format, " stream at compressed byte ", consumed(), ": ", what));
  }

  const std::unique_ptr<ByteSource> compressed_;
  const DecompressLimits limits_;
  std::vector<char> input_;
  size_t begin_ = 0;  // Of the unread part of input_.
  size_t end_ = 0;

 private:
  absl::Status CheckRatio() const {
    if (produced_ <= limits_.grace_bytes) return absl::OkStatus();
    if (produced_ - limits_.grace_bytes <= consumed() * limits_.max_ratio) {
      return absl::OkStatus();
    }
    return absl::ResourceExhaustedError(
        absl::StrCat("compressed stream expands too much: ", produced_, " bytes from ", consumed(),
                     " compressed ones, the limit is ", limits_.max_ratio, " : 1 past the first ",
                     limits_.grace_bytes));
  }

  uint64_t read_ = 0;
  uint64_t produced_ = 0;
  absl::Status status_;
};

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
    ZSTD_DCtx_setParameter(context_, ZSTD_d_windowLogMax, kMaxZstdWindowLog);
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
      const size_t result = ZSTD_decompressStream(context_, &out, &in);
      begin_ += in.pos;
      if (ZSTD_isError(result)) return Failed(result);
      frame_done_ = result == 0;
      if (!more && out.pos == 0 && !frame_done_) {
        return Broken("zstd", "it ends inside a frame (truncated file?)");
      }
    }
    return out.pos;
  }

 private:
  absl::Status Failed(size_t result) const {
    if (ZSTD_getErrorCode(result) == ZSTD_error_frameParameter_windowTooLarge) {
      return absl::ResourceExhaustedError(
          absl::StrCat("zstd stream needs a window of more than 2^", kMaxZstdWindowLog, " bytes"));
    }
    return Broken("zstd", ZSTD_getErrorName(result));
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
