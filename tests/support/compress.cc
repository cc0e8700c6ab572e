// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "tests/support/compress.h"

#include <bzlib.h>
#include <lz4frame.h>
#include <lzma.h>
#include <zip.h>
#include <zlib.h>
#include <zstd.h>

#include "base/log.h"

namespace quipu::testing {

std::string Gzip(absl::string_view text) {
  z_stream stream = {};
  QUIPU_CHECK(deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, 15 + 16, 9,
                           Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(&out[0]);
  stream.avail_out = static_cast<uInt>(out.size());
  QUIPU_CHECK(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(out.size() - stream.avail_out);
  deflateEnd(&stream);
  return out;
}

std::string Zstd(absl::string_view text, int window_log) {
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
  if (window_log > 0) {
    ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, window_log);
    ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 0);
  }
  std::string out(ZSTD_compressBound(text.size()) + 64, '\0');
  ZSTD_inBuffer in = {text.data(), text.size(), 0};
  ZSTD_outBuffer result = {&out[0], out.size(), 0};
  // Not in one call, which would make the window only as large as the text.
  if (window_log > 0) ZSTD_compressStream2(context, &result, &in, ZSTD_e_flush);
  const size_t left = ZSTD_compressStream2(context, &result, &in, ZSTD_e_end);
  QUIPU_CHECK(left == 0) << ZSTD_getErrorName(left);
  ZSTD_freeCCtx(context);
  out.resize(result.pos);
  return out;
}

std::string Xz(absl::string_view text) {
  std::string out(lzma_stream_buffer_bound(text.size()), '\0');
  size_t size = 0;
  QUIPU_CHECK(lzma_easy_buffer_encode(LZMA_PRESET_DEFAULT, LZMA_CHECK_CRC64, nullptr,
                                      reinterpret_cast<const uint8_t*>(text.data()), text.size(),
                                      reinterpret_cast<uint8_t*>(&out[0]), &size,
                                      out.size()) == LZMA_OK);
  out.resize(size);
  return out;
}

std::string Bzip2(absl::string_view text) {
  std::string out(text.size() + text.size() / 100 + 600, '\0');
  unsigned size = static_cast<unsigned>(out.size());
  QUIPU_CHECK(BZ2_bzBuffToBuffCompress(&out[0], &size, const_cast<char*>(text.data()),
                                       static_cast<unsigned>(text.size()), 9, 0, 0) == BZ_OK);
  out.resize(size);
  return out;
}

std::string Lz4(absl::string_view text) {
  LZ4F_preferences_t preferences = LZ4F_INIT_PREFERENCES;
  preferences.frameInfo.contentChecksumFlag = LZ4F_contentChecksumEnabled;
  std::string out(LZ4F_compressFrameBound(text.size(), &preferences), '\0');
  const size_t size =
      LZ4F_compressFrame(&out[0], out.size(), text.data(), text.size(), &preferences);
  QUIPU_CHECK(!LZ4F_isError(size)) << LZ4F_getErrorName(size);
  out.resize(size);
  return out;
}

std::string Zip(const std::vector<std::pair<std::string, std::string>>& files) {
  zip_source_t* const bytes = zip_source_buffer_create(nullptr, 0, 0, nullptr);
  zip_source_keep(bytes);  // Read below, when the archive is closed.
  zip_t* const archive = zip_open_from_source(bytes, ZIP_TRUNCATE, nullptr);
  QUIPU_CHECK(archive != nullptr);
  for (const auto& [name, content] : files) {
    zip_source_t* const file = zip_source_buffer(archive, content.data(), content.size(), 0);
    QUIPU_CHECK(zip_file_add(archive, name.c_str(), file, ZIP_FL_ENC_UTF_8) >= 0);
  }
  QUIPU_CHECK(zip_close(archive) == 0) << zip_strerror(archive);
  zip_stat_t info;
  QUIPU_CHECK(zip_source_stat(bytes, &info) == 0 && zip_source_open(bytes) == 0);
  std::string out(info.size, '\0');
  QUIPU_CHECK(zip_source_read(bytes, &out[0], out.size()) == static_cast<zip_int64_t>(out.size()));
  zip_source_close(bytes);
  zip_source_free(bytes);
  return out;
}

}  // namespace quipu::testing
