// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// xz, bzip2 and lz4 (decompress.h).
#include <bzlib.h>
#include <lz4frame.h>
#include <lzma.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "pipelines/ingest/decompress.h"
#include "pipelines/ingest/decompressing_source.h"

namespace quipu::pipelines {
namespace {

// xz -9 needs 65 MiB; dictionaries grow up to 4 GiB by --lzma2=dict.
constexpr uint64_t kMaxXzBytes = uint64_t{1} << 30;

class XzSource : public DecompressingSource {
 public:
  XzSource(std::unique_ptr<ByteSource> compressed, DecompressLimits limits)
      : DecompressingSource(std::move(compressed), limits) {
    QUIPU_CHECK(lzma_stream_decoder(&stream_, kMaxXzBytes, LZMA_CONCATENATED) == LZMA_OK)
        << "out of memory";
  }
  ~XzSource() override { lzma_end(&stream_); }

 protected:
  absl::StatusOr<size_t> ReadUnlimited(char* buffer, size_t size) override {
    stream_.next_out = reinterpret_cast<uint8_t*>(buffer);
    stream_.avail_out = size;
    while (!done_ && stream_.avail_out == size) {
      ASSIGN_OR_RETURN(const bool more, Fill());
      stream_.next_in = reinterpret_cast<const uint8_t*>(input().data());
      stream_.avail_in = input().size();
      const lzma_ret code = lzma_code(&stream_, more ? LZMA_RUN : LZMA_FINISH);
      begin_ = end_ - stream_.avail_in;
      done_ = code == LZMA_STREAM_END;
      if (code != LZMA_OK && !done_) return Failed(code, more);
    }
    return size - stream_.avail_out;
  }

 private:
  absl::Status Failed(lzma_ret code, bool more) const {
    switch (code) {
      case LZMA_MEMLIMIT_ERROR:
        return absl::ResourceExhaustedError(
            absl::StrCat("xz stream needs ", lzma_memusage(&stream_), " bytes, the limit is ",
                         kMaxXzBytes, "; decompress it first (xz -d)"));
      case LZMA_FORMAT_ERROR:
        return Broken("xz", "not an xz stream");
      case LZMA_OPTIONS_ERROR:
        return Broken("xz", "options that this version does not know");
      case LZMA_BUF_ERROR:
        return Broken("xz", more ? "damaged" : "it ends inside a stream (truncated file?)");
      default:
        return Broken("xz", "damaged data");
    }
  }

  lzma_stream stream_ = LZMA_STREAM_INIT;
  bool done_ = false;
};

class Bzip2Source : public DecompressingSource {
 public:
  Bzip2Source(std::unique_ptr<ByteSource> compressed, DecompressLimits limits)
      : DecompressingSource(std::move(compressed), limits) {
    Begin();
  }
  ~Bzip2Source() override { BZ2_bzDecompressEnd(&stream_); }

 protected:
  absl::StatusOr<size_t> ReadUnlimited(char* buffer, size_t size) override {
    size = std::min<size_t>(size, 1 << 30);  // The library counts in an int.
    stream_.next_out = buffer;
    stream_.avail_out = static_cast<unsigned>(size);
    while (stream_.avail_out == size) {
      ASSIGN_OR_RETURN(const bool more, Fill());
      if (!more) {
        if (inside_) return Broken("bzip2", "it ends inside a stream (truncated file?)");
        return 0;
      }
      if (!inside_) Restart(buffer, size);
      inside_ = true;
      stream_.next_in = input_.data() + begin_;
      stream_.avail_in = static_cast<unsigned>(end_ - begin_);
      const int code = BZ2_bzDecompress(&stream_);
      begin_ = end_ - stream_.avail_in;
      if (code == BZ_STREAM_END) {
        inside_ = false;
      } else if (code != BZ_OK) {
        return Broken("bzip2", code == BZ_DATA_ERROR_MAGIC ? "not a bzip2 stream" : "damaged data");
      }
    }
    return size - stream_.avail_out;
  }

 private:
  void Begin() {
    QUIPU_CHECK(BZ2_bzDecompressInit(&stream_, /*verbosity=*/0, /*small=*/0) == BZ_OK)
        << "out of memory";
  }
  // Tools that use many threads (pbzip2, lbzip2) write many streams.
  void Restart(char* buffer, size_t size) {
    BZ2_bzDecompressEnd(&stream_);
    stream_ = {};
    Begin();
    stream_.next_out = buffer;
    stream_.avail_out = static_cast<unsigned>(size);
  }

  bz_stream stream_ = {};
  bool inside_ = true;  // An empty stream is a truncated one.
};

class Lz4Source : public DecompressingSource {
 public:
  Lz4Source(std::unique_ptr<ByteSource> compressed, DecompressLimits limits)
      : DecompressingSource(std::move(compressed), limits) {
    const LZ4F_errorCode_t code = LZ4F_createDecompressionContext(&context_, LZ4F_VERSION);
    QUIPU_CHECK(!LZ4F_isError(code)) << "out of memory";
  }
  ~Lz4Source() override { LZ4F_freeDecompressionContext(context_); }

 protected:
  absl::StatusOr<size_t> ReadUnlimited(char* buffer, size_t size) override {
    while (true) {
      ASSIGN_OR_RETURN(const bool more, Fill());
      if (!more && frame_done_) return 0;
      size_t taken = end_ - begin_;
      size_t made = size;
      const size_t hint =
          LZ4F_decompress(context_, buffer, &made, input_.data() + begin_, &taken, nullptr);
      if (LZ4F_isError(hint)) return Broken("lz4", LZ4F_getErrorName(hint));
      begin_ += taken;
      frame_done_ = hint == 0;
      if (made > 0) return made;
      if (!more && !frame_done_) {
        return Broken("lz4", "it ends inside a frame (truncated file?)");
      }
    }
  }

 private:
  LZ4F_dctx* context_ = nullptr;
  bool frame_done_ = false;
};

}  // namespace

std::unique_ptr<ByteSource> NewXzSource(std::unique_ptr<ByteSource> compressed,
                                        DecompressLimits limits) {
  return std::make_unique<XzSource>(std::move(compressed), limits);
}

std::unique_ptr<ByteSource> NewBzip2Source(std::unique_ptr<ByteSource> compressed,
                                           DecompressLimits limits) {
  return std::make_unique<Bzip2Source>(std::move(compressed), limits);
}

std::unique_ptr<ByteSource> NewLz4Source(std::unique_ptr<ByteSource> compressed,
                                         DecompressLimits limits) {
  return std::make_unique<Lz4Source>(std::move(compressed), limits);
}

}  // namespace quipu::pipelines
