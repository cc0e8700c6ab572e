// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/ingest/byte_source.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/sha256.h"
#include "gtest/gtest.h"
#include "pipelines/ingest/decompress.h"
#include "pipelines/tables/folder_store.h"
#include "tests/support/compress.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines {
namespace {

using ::quipu::testing::Bzip2;
using ::quipu::testing::Gzip;
using ::quipu::testing::IsOkAndHolds;
using ::quipu::testing::Lz4;
using ::quipu::testing::StatusIs;
using ::quipu::testing::TempDir;
using ::quipu::testing::Xz;
using ::quipu::testing::Zstd;

absl::StatusOr<std::string> ReadAll(ByteSource& source, size_t step = 1000) {
  std::string all;
  std::vector<char> buffer(step);
  while (true) {
    absl::StatusOr<size_t> count = source.Read(buffer.data(), buffer.size());
    if (!count.ok()) return count.status();
    if (*count == 0) return all;
    all.append(buffer.data(), *count);
  }
}

absl::StatusOr<std::string> ReadAllOf(absl::string_view path) {
  absl::StatusOr<std::unique_ptr<ByteSource>> source = OpenByteSource(path);
  if (!source.ok()) return source.status();
  return ReadAll(**source);
}

std::string Text(size_t bytes) {
  std::string text;
  for (size_t i = 0; text.size() < bytes; ++i) absl::StrAppend(&text, "line ", i * i, "\n");
  return text;
}

using NewSource = std::unique_ptr<ByteSource> (*)(std::unique_ptr<ByteSource>, DecompressLimits);

absl::StatusOr<std::string> Decompress(NewSource make, std::string bytes,
                                       DecompressLimits limits = {}, size_t in_step = 1 << 16,
                                       size_t out_step = 1000) {
  std::unique_ptr<ByteSource> source = make(NewStringSource(std::move(bytes), in_step), limits);
  return ReadAll(*source, out_step);
}

// Each format: its suffix, how to write it, how to read it.
struct Format {
  absl::string_view suffix;
  std::string (*compress)(absl::string_view text);
  NewSource open;
};

std::vector<Format> Formats() {
  return {{".gz", Gzip, NewGzipSource},
          {".zst", [](absl::string_view text) { return Zstd(text); }, NewZstdSource},
          {".xz", Xz, NewXzSource},
          {".bz2", Bzip2, NewBzip2Source},
          {".lz4", Lz4, NewLz4Source}};
}

TEST(ByteSource, ReadsPlainAndCompressedFilesAlike) {
  TempDir dir;
  const std::string text = Text(300000);
  ASSERT_OK(WriteFileAtomic(dir.Path("a.txt"), text));
  EXPECT_THAT(ReadAllOf(dir.Path("a.txt")), IsOkAndHolds(text));
  for (const Format& format : Formats()) {
    const std::string path = dir.Path(absl::StrCat("a.txt", format.suffix));
    ASSERT_OK(WriteFileAtomic(path, format.compress(text)));
    EXPECT_THAT(ReadAllOf(path), IsOkAndHolds(text)) << format.suffix;
  }
  ASSERT_OK(WriteFileAtomic(dir.Path("a.TXT.GZ"), Gzip(text)));
  EXPECT_THAT(ReadAllOf(dir.Path("a.TXT.GZ")), IsOkAndHolds(text));
}

TEST(ByteSource, ReadsNothingFromAFileOfNoBytes) {
  TempDir dir;
  for (const std::string name : {"a.txt", "a.gz", "a.zst", "a.xz", "a.bz2", "a.lz4"}) {
    ASSERT_OK(WriteFileAtomic(dir.Path(name), ""));
    EXPECT_THAT(ReadAllOf(dir.Path(name)), IsOkAndHolds(std::string())) << name;
  }
}

TEST(ByteSource, SaysWhatElseACompressedFileIs) {
  TempDir dir;
  ASSERT_OK(WriteFileAtomic(dir.Path("a.gz"), "PK\x03\x04 and more"));

  EXPECT_THAT(ReadAllOf(dir.Path("a.gz")),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       "the name says gzip, the content is a zip archive: unpack it first"));
}

TEST(ByteSource, KnowsCompressionByTheEndOfTheName) {
  EXPECT_EQ(CompressionOfName("a.jsonl.gz"), Compression::kGzip);
  EXPECT_EQ(CompressionOfName("a.zst"), Compression::kZstd);
  EXPECT_EQ(CompressionOfName("a.zstd"), Compression::kZstd);
  EXPECT_EQ(CompressionOfName("a.xz"), Compression::kXz);
  EXPECT_EQ(CompressionOfName("a.BZ2"), Compression::kBzip2);
  EXPECT_EQ(CompressionOfName("a.lz4"), Compression::kLz4);
  EXPECT_EQ(CompressionOfName("a.gz.txt"), Compression::kNone);
  EXPECT_EQ(CompressionOfName("gz"), Compression::kNone);
  EXPECT_EQ(StripCompressionSuffix("a/b.jsonl.gz"), "a/b.jsonl");
  EXPECT_EQ(StripCompressionSuffix("b.json.zst"), "b.json");
  EXPECT_EQ(StripCompressionSuffix("b.json.zstd"), "b.json");
  EXPECT_EQ(StripCompressionSuffix("b.json"), "b.json");
}

TEST(ByteSource, RefusesContentThatIsNotWhatTheNameSays) {
  TempDir dir;
  ASSERT_OK(WriteFileAtomic(dir.Path("plain.gz"), "plain text"));
  ASSERT_OK(WriteFileAtomic(dir.Path("zstd.gz"), Zstd("text")));
  ASSERT_OK(WriteFileAtomic(dir.Path("gzip.txt"), Gzip("text")));

  EXPECT_THAT(ReadAllOf(dir.Path("plain.gz")),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       "the name says gzip, the content is uncompressed"));
  EXPECT_THAT(ReadAllOf(dir.Path("zstd.gz")),
              StatusIs(absl::StatusCode::kInvalidArgument, "the content is zstd"));
  EXPECT_THAT(ReadAllOf(dir.Path("gzip.txt")),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       "the name says uncompressed, the content is gzip: give the file the "
                       "suffix .gz"));
}

TEST(ByteSource, OpensRegularFilesAlone) {
  TempDir dir;
  ASSERT_EQ(mkfifo(dir.Path("fifo").c_str(), 0600), 0);
  ASSERT_OK(WriteFileAtomic(dir.Path("file"), "x"));
  ASSERT_EQ(symlink(dir.Path("file").c_str(), dir.Path("link").c_str()), 0);

  EXPECT_THAT(ReadAllOf(dir.Path("fifo")), StatusIs(absl::StatusCode::kInvalidArgument, "a FIFO"));
  EXPECT_THAT(ReadAllOf("/dev/zero"), StatusIs(absl::StatusCode::kInvalidArgument, "a device"));
  EXPECT_THAT(ReadAllOf(dir.path()), StatusIs(absl::StatusCode::kInvalidArgument, "a directory"));
  EXPECT_THAT(ReadAllOf(dir.Path("link")), IsOkAndHolds(std::string("x")));
  EXPECT_THAT(ReadAllOf(dir.Path("none")), StatusIs(absl::StatusCode::kNotFound, "none"));
}

TEST(ByteSource, RefusesASocket) {
  TempDir dir;
  const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  // A socket address holds 108 bytes, and a temporary directory's path may be
  // longer: use a path through a descriptor.
  const int directory = open(dir.path().c_str(), O_PATH | O_DIRECTORY);
  ASSERT_GE(directory, 0);
  const std::string name = absl::StrCat("/proc/self/fd/", directory, "/s");
  ASSERT_LT(name.size(), sizeof(address.sun_path));
  std::memcpy(address.sun_path, name.data(), name.size());
  ASSERT_EQ(bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);

  EXPECT_THAT(ReadAllOf(dir.Path("s")),
              StatusIs(absl::StatusCode::kInvalidArgument, "not a regular file"));

  close(directory);
  close(fd);
}

TEST(ByteSource, SkipsAheadAndNoticesAShorterFile) {
  TempDir dir;
  const std::string text = Text(100000);
  ASSERT_OK(WriteFileAtomic(dir.Path("a.txt"), text));
  ASSERT_OK(WriteFileAtomic(dir.Path("a.txt.gz"), Gzip(text)));
  for (const std::string name : {"a.txt", "a.txt.gz"}) {
    for (const size_t skip : {size_t{1}, size_t{3}, size_t{70001}, text.size()}) {
      ASSERT_OK_AND_ASSIGN(auto source, OpenByteSource(dir.Path(name)));
      ASSERT_OK(source->Skip(skip));
      EXPECT_THAT(ReadAll(*source), IsOkAndHolds(text.substr(skip))) << name << " " << skip;
    }
    ASSERT_OK_AND_ASSIGN(auto source, OpenByteSource(dir.Path(name)));
    EXPECT_THAT(source->Skip(text.size() + 1),
                StatusIs(absl::StatusCode::kDataLoss, absl::StrCat(text.size())));
  }
}

SourceOptions HashedBy(SourceHash* hash) {
  SourceOptions options;
  options.hash = hash;
  return options;
}

TEST(ByteSource, HashesTheFileAsItIsAndOnlyIfAllOfItWasRead) {
  TempDir dir;
  const std::string text = Text(100000);
  for (const auto& [name, bytes] : {std::pair<std::string, std::string>{"a.txt", text},
                                    {"a.txt.gz", Gzip(text)},
                                    {"empty.txt", ""}}) {
    ASSERT_OK(WriteFileAtomic(dir.Path(name), bytes));
    SourceHash whole;
    ASSERT_OK_AND_ASSIGN(auto source, OpenByteSource(dir.Path(name), HashedBy(&whole)));
    ASSERT_OK(ReadAll(*source));
    EXPECT_EQ(whole.Finish(), Sha256Hex(bytes)) << name;
  }
  SourceHash begun;
  ASSERT_OK_AND_ASSIGN(auto source, OpenByteSource(dir.Path("a.txt"), HashedBy(&begun)));
  char buffer[10];
  ASSERT_OK(source->Read(buffer, sizeof(buffer)));
  EXPECT_EQ(begun.Finish(), std::nullopt);
  SourceHash skipped;
  ASSERT_OK_AND_ASSIGN(source, OpenByteSource(dir.Path("a.txt"), HashedBy(&skipped)));
  ASSERT_OK(source->Skip(70001));
  ASSERT_OK(ReadAll(*source));
  EXPECT_EQ(skipped.Finish(), std::nullopt);
}

TEST(ByteSource, ReadsAnObjectAsAFile) {
  TempDir dir;
  StoreFaults faults;
  if (!ServeFolder(dir.Path(""), "bucket", &faults)) GTEST_SKIP() << "no Arrow";
  const std::string text = Text(100000);
  ASSERT_OK(MakeDirs(dir.Path("bucket")));
  ASSERT_OK(WriteFileAtomic(dir.Path("bucket/a.txt"), text));
  ASSERT_OK(WriteFileAtomic(dir.Path("bucket/a.txt.gz"), Gzip(text)));
  EXPECT_THAT(ReadAllOf("s3://bucket/a.txt"), IsOkAndHolds(text));
  EXPECT_THAT(ReadAllOf("s3://bucket/a.txt.gz"), IsOkAndHolds(text));
  ASSERT_OK_AND_ASSIGN(auto source, OpenByteSource("s3://bucket/a.txt"));
  ASSERT_OK(source->Skip(70001));
  EXPECT_THAT(ReadAll(*source), IsOkAndHolds(text.substr(70001)));
  EXPECT_THAT(ReadAllOf("s3://bucket/none.txt"), StatusIs(absl::StatusCode::kNotFound, "none.txt"));
}

TEST(ByteSource, ReadsADescriptorWhateverItsCompression) {
  for (const std::string& bytes : {std::string("a\nb"), Gzip("a\nb"), Zstd("a\nb")}) {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    ASSERT_EQ(write(ends[1], bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
    close(ends[1]);
    ASSERT_OK_AND_ASSIGN(auto source, OpenDescriptor(ends[0], "standard input"));
    EXPECT_THAT(ReadAll(*source), IsOkAndHolds(std::string("a\nb")));
    source.reset();
    close(ends[0]);
  }
}

TEST(ByteSource, ReadsAnEmptyDescriptor) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  close(ends[1]);
  ASSERT_OK_AND_ASSIGN(auto source, OpenDescriptor(ends[0], "standard input"));
  EXPECT_THAT(ReadAll(*source), IsOkAndHolds(std::string()));
  close(ends[0]);
}

TEST(Decompress, ReadsManyMembersAndFrames) {
  const std::string a = Text(70000);
  const std::string b = "the second";

  for (const Format& format : Formats()) {
    const auto compress = format.compress;
    EXPECT_THAT(Decompress(format.open, absl::StrCat(compress(a), compress(""), compress(b))),
                IsOkAndHolds(a + b))
        << format.suffix;
  }
}

TEST(Decompress, DoesNotDependOnThePieces) {
  const std::string text = Text(5000);
  for (const size_t in_step : {1, 2, 7, 100}) {
    for (const size_t out_step : {1, 3, 4096}) {
      for (const Format& format : Formats()) {
        const std::string twice = format.compress(text) + format.compress(text);
        EXPECT_THAT(Decompress(format.open, twice, {}, in_step, out_step),
                    IsOkAndHolds(text + text))
            << format.suffix;
      }
    }
  }
}

TEST(Decompress, NoticesTruncationAtEveryByte) {
  for (const Format& format : Formats()) {
    const std::string bytes = format.compress("some text, some more text");
    for (size_t size = 0; size < bytes.size(); ++size) {
      EXPECT_THAT(Decompress(format.open, bytes.substr(0, size)),
                  StatusIs(absl::StatusCode::kDataLoss, "truncated"))
          << format.suffix << " " << size;
    }
  }
}

TEST(Decompress, NoticesEveryFlippedBitOfTheData) {
  const std::string text = Text(2000);
  std::string gzip = Gzip(text);
  for (size_t i = 10; i < gzip.size(); ++i) {  // Behind the header (time, system).
    gzip[i] ^= 4;
    const absl::StatusOr<std::string> read = Decompress(NewGzipSource, gzip);
    EXPECT_FALSE(read.ok()) << i;
    gzip[i] ^= 4;
  }
}

TEST(Decompress, RefusesWhatFollowsTheLastMember) {
  EXPECT_THAT(Decompress(NewGzipSource, Gzip("a") + "garbage"),
              StatusIs(absl::StatusCode::kDataLoss, "broken gzip stream at compressed byte"));
  for (const Format& format : Formats()) {
    EXPECT_THAT(Decompress(format.open, format.compress("a") + "garbage"),
                StatusIs(absl::StatusCode::kDataLoss, "broken "))
        << format.suffix;
  }
  EXPECT_THAT(Decompress(NewGzipSource, Gzip("a") + std::string(3000, '\0')),
              IsOkAndHolds(std::string("a")));
  EXPECT_THAT(Decompress(NewGzipSource, Gzip("a") + std::string(30, '\0') + Gzip("b")),
              StatusIs(absl::StatusCode::kDataLoss, "data after the padding"));
}

TEST(Decompress, StaysBroken) {
  auto source = NewGzipSource(NewStringSource(Gzip("a") + "x"), {});
  char buffer[10];
  ASSERT_THAT(source->Read(buffer, sizeof(buffer)), IsOkAndHolds(size_t{1}));
  EXPECT_THAT(source->Read(buffer, sizeof(buffer)), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(source->Read(buffer, sizeof(buffer)), StatusIs(absl::StatusCode::kDataLoss));
}

// 32 MiB of zeros compress about 1000:1 by gzip and more by others; lz4 reaches 255:1 at most.
TEST(Decompress, StopsBombs) {
  const std::string zeros(32 << 20, '\0');
  for (const Format& format : Formats()) {
    if (format.suffix == ".lz4") continue;
    const std::string bomb = format.compress(zeros);
    auto source = format.open(NewStringSource(bomb), DecompressLimits());
    std::vector<char> buffer(1 << 16);
    uint64_t produced = 0;
    absl::Status status;
    while (status.ok()) {
      absl::StatusOr<size_t> count = source->Read(buffer.data(), buffer.size());
      status = count.status();
      if (count.ok() && *count == 0) break;
      if (count.ok()) produced += *count;
    }
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kResourceExhausted, "the limit is 200 : 1"));
    EXPECT_LT(produced, kCompressionGraceBytes + kMaxCompressionRatio * bomb.size() + (1 << 20));
  }
}

TEST(Decompress, StopsBombsOfManySmallMembers) {
  const std::string member = Gzip(std::string(1 << 20, '\0'));
  std::string bomb;
  for (int i = 0; i < 40; ++i) bomb += member;

  EXPECT_THAT(Decompress(NewGzipSource, bomb, {}, 1 << 16, 1 << 16),
              StatusIs(absl::StatusCode::kResourceExhausted, "compressed stream expands too much"));
}

TEST(Decompress, LetsSmallFilesOfAnyRatioPass) {
  const std::string zeros(kCompressionGraceBytes, '\0');

  EXPECT_THAT(Decompress(NewGzipSource, Gzip(zeros), {}, 1 << 16, 1 << 16), IsOkAndHolds(zeros));
}

TEST(Decompress, RefusesALargeWindowAndNamesTheField) {
  EXPECT_THAT(Decompress(NewZstdSource, Zstd("small text", kMaxZstdWindowLog + 1)),
              StatusIs(absl::StatusCode::kResourceExhausted,
                       "needs a window of 2^28 bytes, the limit is 2^27: set read { "
                       "zstd_window_log: 28 }"));
  EXPECT_THAT(Decompress(NewZstdSource, Zstd("small text", kMaxZstdWindowLog)),
              IsOkAndHolds(std::string("small text")));
  DecompressLimits limits;
  limits.zstd_window_log = 28;
  EXPECT_THAT(Decompress(NewZstdSource, Zstd("small text", 28), limits),
              IsOkAndHolds(std::string("small text")));
}

// The window of the second frame is the larger one.
// A stream of six bytes whose header says that it needs a dictionary of 4 GiB.
TEST(Decompress, RefusesALargeDictionaryOfXz) {
  const std::string stream(
      "\xfd\x37\x7a\x58\x5a\x00\x00\x01\x69\x22\xde\x36\x02\x00\x21\x01\x28\x00\x00\x00"
      "\xe6\xa0\x11\xb3\x01\x00\x05\x71\x75\x69\x70\x75\x0a\x00\x00\x00\x0c\xa4\xcc\xe0"
      "\x00\x01\x1a\x06\xc5\xea\xc8\x79\x90\x42\x99\x0d\x01\x00\x00\x00\x00\x01\x59\x5a",
      60);
  EXPECT_THAT(Decompress(NewXzSource, stream),
              StatusIs(absl::StatusCode::kResourceExhausted, "the limit is 1073741824"));
}

TEST(Decompress, NamesTheWindowOfAnyFrame) {
  EXPECT_THAT(Decompress(NewZstdSource, Zstd("a") + Zstd("b", 29)),
              StatusIs(absl::StatusCode::kResourceExhausted, "zstd_window_log: 29"));
}

}  // namespace
}  // namespace quipu::pipelines
