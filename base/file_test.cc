// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "base/sha256.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::IsOkAndHolds;
using testing::StatusIs;
using testing::TempDir;

constexpr uint64_t kAny = 1 << 30;
constexpr uid_t kNobody = 65534;

// Returns the names in `dir`, to find leftovers.
std::vector<std::string> NamesIn(const std::string& dir) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(dir)) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

void Write(const std::string& path, absl::string_view content = "x") {
  ASSERT_OK(MakeDirs(std::filesystem::path(path).parent_path().string()));
  ASSERT_OK(WriteFileAtomic(path, content));
}

TEST(ReadFile, ReturnsWhatWasWritten) {
  TempDir dir;
  const std::string binary("a\0\n\xff", 4);
  const std::string large(5000001, 'z');
  for (const std::string& content : {std::string(), binary, large}) {
    ASSERT_OK(WriteFileAtomic(dir.Path("file"), content));
    EXPECT_THAT(ReadFile(dir.Path("file"), kAny), IsOkAndHolds(content));
    EXPECT_THAT(FileSize(dir.Path("file")), IsOkAndHolds(content.size()));
  }
}

TEST(ReadFile, KeepsToItsLimit) {
  TempDir dir;
  Write(dir.Path("file"), "12345");

  EXPECT_THAT(ReadFile(dir.Path("file"), 5), IsOkAndHolds("12345"));
  EXPECT_THAT(ReadFile(dir.Path("file"), 4),
              StatusIs(absl::StatusCode::kResourceExhausted, "more than 4 bytes"));
  EXPECT_THAT(ReadFile(dir.Path("file"), 0), StatusIs(absl::StatusCode::kResourceExhausted));
}

TEST(ReadFile, ReadsPipesAndEndlessFilesWithinTheLimit) {
  TempDir dir;
  const std::string pipe = dir.Path("pipe");
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  const std::string content(100000, 'p');
  std::thread writer([&] {
    const int fd = open(pipe.c_str(), O_WRONLY);
    for (size_t done = 0; done < content.size();) {
      const ssize_t count = write(fd, content.data() + done, content.size() - done);
      if (count < 0) break;
      done += count;
    }
    close(fd);
  });

  EXPECT_THAT(ReadFile(pipe, kAny), IsOkAndHolds(content));
  writer.join();
  EXPECT_THAT(ReadFile("/dev/zero", 1 << 20), StatusIs(absl::StatusCode::kResourceExhausted));
}

TEST(ReadFile, ReportsWhatCannotBeRead) {
  TempDir dir;

  EXPECT_THAT(ReadFile(dir.Path("none"), kAny), StatusIs(absl::StatusCode::kNotFound, "none"));
  EXPECT_THAT(ReadFile(dir.path(), kAny),
              StatusIs(absl::StatusCode::kFailedPrecondition, dir.path()));
  EXPECT_THAT(ReadFile("", kAny), StatusIs(absl::StatusCode::kNotFound));
}

TEST(WriteFileAtomic, ReplacesAndLeavesNothingBehind) {
  TempDir dir;
  ASSERT_OK(WriteFileAtomic(dir.Path("file"), "old and longer"));
  ASSERT_OK(WriteFileAtomic(dir.Path("file"), "new"));

  EXPECT_THAT(ReadFile(dir.Path("file"), kAny), IsOkAndHolds("new"));
  EXPECT_THAT(NamesIn(dir.path()), ElementsAre("file"));
}

TEST(WriteFileAtomic, ReadersSeeOneContentWhole) {
  TempDir dir;
  const std::string path = dir.Path("file");
  const std::string contents[] = {std::string(10000, 'a'), std::string(20000, 'b')};
  ASSERT_OK(WriteFileAtomic(path, contents[0]));
  std::thread writer([&] {
    for (int i = 0; i < 50; ++i) ASSERT_OK(WriteFileAtomic(path, contents[i % 2]));
  });

  for (int i = 0; i < 500; ++i) {
    EXPECT_THAT(ReadFile(path, kAny),
                ::testing::AnyOf(IsOkAndHolds(contents[0]), IsOkAndHolds(contents[1])));
  }
  writer.join();
}

TEST(WriteFileAtomic, WritesIntoAPipeAndLeavesItInItsPlace) {
  TempDir dir;
  const std::string path = dir.Path("pipe");
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  std::string read;
  std::thread reader([&] { read = ReadFile(path, 100).value_or("nothing"); });

  EXPECT_OK(WriteFileAtomic(path, "content"));

  reader.join();
  EXPECT_EQ(read, "content");
  struct stat info;
  ASSERT_EQ(stat(path.c_str(), &info), 0);
  EXPECT_TRUE(S_ISFIFO(info.st_mode));
}

TEST(WriteFileAtomic, ReportsAMissingDirectory) {
  TempDir dir;

  EXPECT_THAT(WriteFileAtomic(dir.Path("none/file"), "x"),
              StatusIs(absl::StatusCode::kNotFound, "none/file"));
}

TEST(WriteFileAtomic, ReportsADirectoryInItsPlace) {
  TempDir dir;
  ASSERT_OK(MakeDirs(dir.Path("place")));

  EXPECT_THAT(WriteFileAtomic(dir.Path("place"), "x"),
              StatusIs(absl::StatusCode::kFailedPrecondition, "place"));
  EXPECT_THAT(NamesIn(dir.path()), ElementsAre("place"));
}

TEST(WriteFileAtomic, ReportsAReadOnlyDirectory) {
  // A file in the system's temporary directory, which everybody can reach.
  char path[] = "/tmp/quipu_read_only_XXXXXX";
  ASSERT_NE(mkdtemp(path), nullptr);
  const absl::Cleanup remove = [&path] { EXPECT_OK(RemoveTree(path)); };
  ASSERT_OK(WriteFileAtomic(JoinPath(path, "file"), "old"));
  ASSERT_EQ(chmod(path, 0555), 0);
  const bool is_root = geteuid() == 0;  // Nothing is read-only for root.
  if (is_root) {
    ASSERT_EQ(seteuid(kNobody), 0);
  }

  const absl::Status status = WriteFileAtomic(JoinPath(path, "file"), "new");
  const absl::StatusOr<std::string> content = ReadFile(JoinPath(path, "file"), kAny);

  if (is_root) {
    ASSERT_EQ(seteuid(0), 0);
  }
  ASSERT_EQ(chmod(path, 0755), 0);
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kPermissionDenied, path));
  EXPECT_THAT(content, IsOkAndHolds("old"));
  EXPECT_THAT(NamesIn(path), ElementsAre("file"));
}

TEST(MakeDirs, CreatesParentsAndIsContentWithWhatIsThere) {
  TempDir dir;

  EXPECT_OK(MakeDirs(dir.Path("a/b/c/")));
  EXPECT_TRUE(IsDirectory(dir.Path("a/b/c")));
  EXPECT_OK(MakeDirs(dir.Path("a/b")));
}

TEST(MakeDirs, RefusesAFileInTheWay) {
  TempDir dir;
  Write(dir.Path("file"));

  EXPECT_THAT(MakeDirs(dir.Path("file")), StatusIs(absl::StatusCode::kFailedPrecondition, "file"));
  EXPECT_THAT(MakeDirs(dir.Path("file/x")), StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST(RemoveTree, RemovesFilesAndDirectories) {
  TempDir dir;
  Write(dir.Path("tree/a/file"));
  Write(dir.Path("tree/b"));
  Write(dir.Path("file"));

  EXPECT_OK(RemoveTree(dir.Path("tree/")));
  EXPECT_OK(RemoveTree(dir.Path("file")));
  EXPECT_OK(RemoveTree(dir.Path("never there")));
  EXPECT_THAT(NamesIn(dir.path()), ElementsAre());
}

TEST(RemoveTree, DoesNotFollowLinks) {
  TempDir dir;
  Write(dir.Path("kept/file"));
  ASSERT_OK(MakeDirs(dir.Path("tree")));
  std::filesystem::create_directory_symlink(dir.Path("kept"), dir.Path("tree/link"));
  std::filesystem::create_directory_symlink(dir.Path("kept"), dir.Path("link"));

  EXPECT_OK(RemoveTree(dir.Path("tree")));
  EXPECT_OK(RemoveTree(dir.Path("link/")));

  EXPECT_THAT(NamesIn(dir.path()), ElementsAre("kept"));
  EXPECT_TRUE(FileExists(dir.Path("kept/file")));
}

TEST(RemoveTree, RefusesTheRoot) {
  EXPECT_THAT(RemoveTree("///"), StatusIs(absl::StatusCode::kPermissionDenied));
}

TEST(SyncDir, TakesDirectoriesOnly) {
  TempDir dir;
  Write(dir.Path("file"));

  EXPECT_OK(SyncDir(dir.path()));
  EXPECT_THAT(SyncDir(dir.Path("none")), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(SyncDir(dir.Path("file")), StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST(FileKinds, AreToldApart) {
  TempDir dir;
  Write(dir.Path("file"));

  EXPECT_TRUE(FileExists(dir.Path("file")));
  EXPECT_FALSE(IsDirectory(dir.Path("file")));
  EXPECT_TRUE(FileExists(dir.path()));
  EXPECT_TRUE(IsDirectory(dir.path()));
  EXPECT_FALSE(FileExists(dir.Path("none")));
  EXPECT_FALSE(IsDirectory(dir.Path("none")));
  EXPECT_THAT(FileSize(dir.Path("none")), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(FileSize(dir.path()), StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST(JoinPath, PutsOneSlash) {
  EXPECT_EQ(JoinPath("a", "b"), "a/b");
  EXPECT_EQ(JoinPath("a/", "b"), "a/b");
  EXPECT_EQ(JoinPath("a//", "b/c"), "a/b/c");
  EXPECT_EQ(JoinPath("/", "b"), "/b");
  EXPECT_EQ(JoinPath("", "b"), "b");
  EXPECT_EQ(JoinPath("a", ""), "a");
  EXPECT_EQ(JoinPath("a", "/b"), "/b");
}

class ExpandInputsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const char* name : {"b.txt", "a.txt", "c.md", "sub/d.txt", "sub/deep/e.txt", ".hidden",
                             ".git/f.txt", "sub/.g.txt", "star*[1].txt"}) {
      Write(dir_.Path(name));
    }
    std::filesystem::create_directory_symlink(dir_.path(), dir_.Path("sub/cycle"));
    std::filesystem::create_symlink(dir_.Path("c.md"), dir_.Path("sub/link.md"));
    std::filesystem::create_symlink(dir_.Path("none"), dir_.Path("sub/dangling"));
    ASSERT_EQ(mkfifo(dir_.Path("sub/pipe").c_str(), 0600), 0);
  }

  // Expands a pattern below the directory, to paths below it.
  std::vector<std::string> Expand(absl::string_view pattern) {
    const absl::StatusOr<std::vector<std::string>> files = ExpandInputs(dir_.Path(pattern));
    EXPECT_OK(files);
    std::vector<std::string> names;
    for (const std::string& file : files.value_or(std::vector<std::string>())) {
      names.push_back(file.substr(dir_.path().size() + 1));
    }
    return names;
  }

  TempDir dir_;
};

TEST_F(ExpandInputsTest, SaysWhatMayBeWrongWhereNoFileIs) {
  const auto said = [](const std::string& pattern) {
    return std::string(ExpandInputs(pattern).status().message());
  };
  EXPECT_THAT(said("none "), HasSubstr("no file matches \"none \" in /"));
  const std::string absolute = dir_.Path("none*");
  EXPECT_EQ(said(absolute), "no file matches \"" + absolute + "\"");
  EXPECT_THAT(said("$HOME/none"), HasSubstr("environment variables are not replaced"));
  EXPECT_THAT(said("hf://datasets/none"), HasSubstr("download it first"));
  ASSERT_OK(MakeDirs(dir_.Path("empty")));
  EXPECT_THAT(said(dir_.Path("empty")), HasSubstr("the directory has no files that are read"));
}

TEST_F(ExpandInputsTest, TakesAFileItself) {
  EXPECT_THAT(Expand("a.txt"), ElementsAre("a.txt"));
  EXPECT_THAT(Expand(".hidden"), ElementsAre(".hidden"));
}

TEST_F(ExpandInputsTest, TakesTheFilesOfADirectory) {
  EXPECT_THAT(Expand("sub"), ElementsAre("sub/d.txt", "sub/deep/e.txt", "sub/link.md"));
  EXPECT_THAT(Expand("sub/"), ElementsAre("sub/d.txt", "sub/deep/e.txt", "sub/link.md"));
}

TEST_F(ExpandInputsTest, TakesGlobs) {
  EXPECT_THAT(Expand("?.txt"), ElementsAre("a.txt", "b.txt"));
  EXPECT_THAT(Expand("[bc].*"), ElementsAre("b.txt", "c.md"));
  EXPECT_THAT(Expand("*/*.txt"), ElementsAre("sub/d.txt"));
  EXPECT_THAT(Expand("{a,c,b}.*"), ElementsAre("a.txt", "b.txt", "c.md"));
}

TEST_F(ExpandInputsTest, TakesTwoStarsForAnyNumberOfDirectories) {
  EXPECT_THAT(Expand("**/?.txt"), ElementsAre("a.txt", "b.txt", "sub/d.txt", "sub/deep/e.txt"));
  EXPECT_THAT(Expand("sub/**/*.txt"), ElementsAre("sub/d.txt", "sub/deep/e.txt"));
  EXPECT_THAT(Expand("**/deep/**/e.*"), ElementsAre("sub/deep/e.txt"));
  EXPECT_THAT(Expand("sub/**"), ElementsAre("sub/d.txt", "sub/deep/e.txt", "sub/link.md"));
}

TEST_F(ExpandInputsTest, TakesTwoStarsBelowADirectoryWithAnOddName) {
  ASSERT_OK(MakeDirs(dir_.Path("odd[1]{x}*/below")));
  Write(dir_.Path("odd[1]{x}*/below/z.csv"));
  EXPECT_THAT(Expand("**/*.csv"), ElementsAre("odd[1]{x}*/below/z.csv"));
}

TEST_F(ExpandInputsTest, NamesNoFileTwice) {
  EXPECT_THAT(Expand("{a.txt,?.txt,a.*}"), ElementsAre("a.txt", "b.txt"));
}

TEST_F(ExpandInputsTest, TakesFilesOfDirectoriesThatMatch) {
  EXPECT_THAT(Expand("su*"), ElementsAre("sub/d.txt", "sub/deep/e.txt", "sub/link.md"));
}

TEST_F(ExpandInputsTest, TakesExistingNamesLiterally) {
  EXPECT_THAT(Expand("star*[1].txt"), ElementsAre("star*[1].txt"));
}

TEST_F(ExpandInputsTest, ReportsWhenNothingMatches) {
  for (const char* pattern : {"none", "*.none", "sub/pipe", "sub/dangling"}) {
    EXPECT_THAT(ExpandInputs(dir_.Path(pattern)), StatusIs(absl::StatusCode::kNotFound, pattern));
  }
  ASSERT_OK(MakeDirs(dir_.Path("empty")));
  EXPECT_THAT(ExpandInputs(dir_.Path("empty")), StatusIs(absl::StatusCode::kNotFound, "empty"));
  EXPECT_THAT(ExpandInputs(""), StatusIs(absl::StatusCode::kNotFound));
}

TEST(MappedFile, ShowsTheBytes) {
  TempDir dir;
  const std::string content = std::string(10000, 'm') + std::string("\0end", 4);
  Write(dir.Path("file"), content);

  ASSERT_OK_AND_ASSIGN(const auto file, MappedFile::Open(dir.Path("file")));

  EXPECT_EQ(file->bytes(), content);
  EXPECT_EQ(file->path(), dir.Path("file"));
}

TEST(MappedFile, OutlivesTheName) {
  TempDir dir;
  Write(dir.Path("file"), "content");
  ASSERT_OK_AND_ASSIGN(const auto file, MappedFile::Open(dir.Path("file")));

  ASSERT_OK(RemoveTree(dir.Path("file")));

  EXPECT_EQ(file->bytes(), "content");
}

TEST(MappedFile, MayBeEmpty) {
  TempDir dir;
  Write(dir.Path("file"), "");

  ASSERT_OK_AND_ASSIGN(const auto file, MappedFile::Open(dir.Path("file")));

  EXPECT_TRUE(file->bytes().empty());
}

TEST(MappedFile, ReportsWhatCannotBeMapped) {
  TempDir dir;

  EXPECT_THAT(MappedFile::Open(dir.Path("none")), StatusIs(absl::StatusCode::kNotFound, "none"));
  EXPECT_THAT(MappedFile::Open(dir.path()), StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST(FileWriter, WritesAndHashesAllPieces) {
  TempDir dir;
  std::string expected;
  ASSERT_OK_AND_ASSIGN(const auto writer, FileWriter::Create(dir.Path("file")));
  for (int i = 0; i < 3000; ++i) {
    const std::string piece(i, static_cast<char>('a' + i % 26));
    ASSERT_OK(writer->Append(piece));
    expected += piece;
  }
  ASSERT_OK(writer->Close());

  EXPECT_EQ(writer->bytes_written(), expected.size());
  EXPECT_EQ(writer->sha256(), Sha256Hex(expected));
  EXPECT_THAT(ReadFile(dir.Path("file"), kAny), IsOkAndHolds(expected));
}

TEST(FileWriter, TruncatesWhatWasThere) {
  TempDir dir;
  Write(dir.Path("file"), "old");

  ASSERT_OK_AND_ASSIGN(const auto writer, FileWriter::Create(dir.Path("file")));
  ASSERT_OK(writer->Close());

  EXPECT_THAT(FileSize(dir.Path("file")), IsOkAndHolds(0u));
  EXPECT_EQ(writer->sha256(), Sha256Hex(""));
}

TEST(FileWriter, RefusesUseAfterClose) {
  TempDir dir;
  ASSERT_OK_AND_ASSIGN(const auto writer, FileWriter::Create(dir.Path("file")));
  ASSERT_OK(writer->Close());

  EXPECT_THAT(writer->Append("x"), StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(writer->Close(), StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST(FileWriter, ReportsAFullDisk) {
  // /dev/full substitutes for a full disk: writing to it fails with ENOSPC.
  ASSERT_OK_AND_ASSIGN(const auto writer, FileWriter::Create("/dev/full"));
  ASSERT_OK(writer->Append("x"));

  EXPECT_THAT(writer->Close(), StatusIs(absl::StatusCode::kResourceExhausted, "/dev/full"));
}

TEST(FileWriter, StaysFailedAfterAnError) {
  ASSERT_OK_AND_ASSIGN(const auto writer, FileWriter::Create("/dev/full"));

  EXPECT_THAT(writer->Append(std::string(2 << 20, 'x')),
              StatusIs(absl::StatusCode::kResourceExhausted, "/dev/full"));
  EXPECT_THAT(writer->Append("x"), StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(writer->Close(), StatusIs(absl::StatusCode::kResourceExhausted));
}

TEST(FileWriter, ReportsAMissingDirectory) {
  TempDir dir;

  EXPECT_THAT(FileWriter::Create(dir.Path("none/file")),
              StatusIs(absl::StatusCode::kNotFound, "none/file"));
}

}  // namespace
}  // namespace quipu
