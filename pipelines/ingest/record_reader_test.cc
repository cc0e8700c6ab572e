// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/ingest/record_reader.h"

#include <fcntl.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/limits.h"
#include "gtest/gtest.h"
#include "tests/support/compress.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines {
namespace {

using ::quipu::testing::Gzip;
using ::quipu::testing::StatusIs;
using ::quipu::testing::TempDir;
using ::quipu::testing::Zstd;

absl::StatusOr<std::vector<Record>> ReadRest(RecordReader& reader) {
  std::vector<Record> records;
  Record record;
  while (true) {
    absl::StatusOr<bool> more = reader.Next(&record);
    if (!more.ok()) return more.status();
    if (!*more) return records;
    records.push_back(record);
  }
}

absl::StatusOr<std::vector<Record>> ReadDocuments(absl::string_view path,
                                                  const v1::DocumentInput& input = {},
                                                  uint64_t offset = 0, uint64_t line = 0) {
  absl::StatusOr<std::unique_ptr<RecordReader>> reader = OpenDocuments(path, input, offset, line);
  if (!reader.ok()) return reader.status();
  return ReadRest(**reader);
}

absl::StatusOr<std::vector<Record>> ReadRows(absl::string_view path,
                                             const v1::ShortInput& input = {}) {
  absl::StatusOr<std::unique_ptr<RecordReader>> reader = OpenShortRows(path, input, 0, 0);
  if (!reader.ok()) return reader.status();
  return ReadRest(**reader);
}

TEST(ShortRows, AConversationWithItsMasksIsNoTableByColumns) {
  TempDir dir;
  ASSERT_OK(WriteFileAtomic(
      dir.Path("a.json"),
      R"({"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Yo"}],)"
      R"("mask":[0,1]})"));

  ASSERT_OK_AND_ASSIGN(const std::vector<Record> records, ReadRows(dir.Path("a.json")));

  ASSERT_EQ(records.size(), 1u);
  EXPECT_OK(records[0].status);
  EXPECT_FALSE(records[0].holds_records);
}

TEST(Documents, KeepTheirOwnId) {
  TempDir dir;
  ASSERT_OK(
      WriteFileAtomic(dir.Path("a.jsonl"),
                      "{\"text\":\"a\",\"id\":\"x-1\"}\n{\"text\":\"a\",\"id\":17}\n"
                      "{\"text\":\"a\",\"id\":-3}\n{\"text\":\"a\",\"id\":18446744073709551615}"
                      "\n"
                      "{\"text\":\"a\",\"id\":1.5}\n{\"text\":\"a\",\"id\":null}\n"
                      "{\"text\":\"a\",\"id\":[1]}\n{\"text\":\"a\"}\n"));

  ASSERT_OK_AND_ASSIGN(const std::vector<Record> records, ReadDocuments(dir.Path("a.jsonl")));

  std::vector<std::string> ids;
  for (const Record& record : records) {
    EXPECT_OK(record.status);
    ids.push_back(record.provenance.external_id());
  }
  EXPECT_EQ(ids, std::vector<std::string>(
                     {"x-1", "17", "-3", "18446744073709551615", "1.5", "", "", ""}));
}

TEST(Documents, ReadTheFieldThatIsAskedFor) {
  TempDir dir;
  ASSERT_OK(WriteFileAtomic(dir.Path("a.jsonl"), "{\"text\":\"a\",\"body\":\"b\"}\n"));
  v1::DocumentInput input;
  input.set_text_field("body");

  ASSERT_OK_AND_ASSIGN(const std::vector<Record> records,
                       ReadDocuments(dir.Path("a.jsonl"), input));

  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].text, "b");
}

// ---- Resuming from every record boundary. ----

void ExpectSame(const Record& a, const Record& b) {
  EXPECT_EQ(a.provenance.SerializeAsString(), b.provenance.SerializeAsString());
  EXPECT_EQ(a.status, b.status);
  EXPECT_EQ(a.text, b.text);
  EXPECT_EQ(a.next_offset, b.next_offset);
  EXPECT_EQ(a.next_line, b.next_line);
}

void ExpectResumesEverywhere(const std::string& path, size_t wanted) {
  ASSERT_OK_AND_ASSIGN(const std::vector<Record> all, ReadDocuments(path));
  ASSERT_EQ(all.size(), wanted);
  for (size_t begin = 0; begin <= all.size(); ++begin) {
    const uint64_t offset = begin == 0 ? 0 : all[begin - 1].next_offset;
    const uint64_t line = begin == 0 ? 0 : all[begin - 1].next_line;
    ASSERT_OK_AND_ASSIGN(const std::vector<Record> rest, ReadDocuments(path, {}, offset, line));
    ASSERT_EQ(rest.size(), all.size() - begin) << path << " from " << begin;
    for (size_t i = 0; i < rest.size(); ++i) ExpectSame(rest[i], all[begin + i]);
  }
}

TEST(Documents, GoOnFromEveryRecord) {
  TempDir dir;
  std::string all = "\xef\xbb\xbf";
  for (int i = 0; i < 30; ++i) {
    absl::StrAppend(&all, i % 7 == 3 ? "broken" : absl::StrCat("{\"text\":\"", i, "\"}"),
                    i % 3 == 0 ? "\r\n" : "\n", i % 5 == 0 ? "\n" : "");
  }
  all += R"({"text":"no newline"})";
  ASSERT_OK(WriteFileAtomic(dir.Path("a.jsonl"), all));
  ASSERT_OK(
      WriteFileAtomic(dir.Path("a.jsonl.gz"), Gzip(all.substr(0, 99)) + Gzip(all.substr(99))));
  ASSERT_OK(WriteFileAtomic(dir.Path("a.jsonl.zst"), Zstd(all)));
  ASSERT_OK(WriteFileAtomic(dir.Path("a.txt"), all));
  ASSERT_OK(WriteFileAtomic(dir.Path("empty.txt"), ""));
  ASSERT_OK(WriteFileAtomic(dir.Path("array.json"),
                            "[{\"text\":\"1\"}, 2,\n{\"text\":\"3\"}]\n[{\"text\":\"4\"}]"));
  ASSERT_OK(WriteFileAtomic(dir.Path("objects.json"), "{\n\"text\":\"1\"}\n{\"text\":\"2\"}"));
  ASSERT_OK(WriteFileAtomic(dir.Path("one_line.jsonl"),
                            "{\"text\":\"1\"}{\"text\":\"2\"}\n{\"text\":\"3\"} {\"text\":\"4\"}"));

  ExpectResumesEverywhere(dir.Path("a.jsonl"), 31);
  ExpectResumesEverywhere(dir.Path("a.jsonl.gz"), 31);
  ExpectResumesEverywhere(dir.Path("a.jsonl.zst"), 31);
  ExpectResumesEverywhere(dir.Path("a.txt"), 1);
  ExpectResumesEverywhere(dir.Path("empty.txt"), 1);
  ExpectResumesEverywhere(dir.Path("array.json"), 4);
  ExpectResumesEverywhere(dir.Path("objects.json"), 2);
  ExpectResumesEverywhere(dir.Path("one_line.jsonl"), 4);
  // A bad part of a line has one message, wherever reading begins.
  ASSERT_OK(WriteFileAtomic(
      dir.Path("bad_part.jsonl"),
      "{\"text\":\"1\"}{\"text\"\"2\"} \t\n{\"text\":\"3\"}{\"text\"\"4\"}\r\xef\xbb\xbf"));
  ExpectResumesEverywhere(dir.Path("bad_part.jsonl"), 4);
}

TEST(Documents, NoticeAFileThatHasBecomeShorter) {
  TempDir dir;
  ASSERT_OK(WriteFileAtomic(dir.Path("a.jsonl"), "{\"text\":\"a\"}\n"));
  ASSERT_OK(WriteFileAtomic(dir.Path("a.jsonl.gz"), Gzip("{\"text\":\"a\"}\n")));
  for (const std::string name : {"a.jsonl", "a.jsonl.gz"}) {
    EXPECT_THAT(ReadDocuments(dir.Path(name), {}, 14, 1),
                StatusIs(absl::StatusCode::kDataLoss, "has the file changed"));
    EXPECT_OK(ReadDocuments(dir.Path(name), {}, 13, 1));
  }
}

// ---- Text files. ----

TEST(TextFiles, AreOneDocumentEach) {
  TempDir dir;
  const std::string text = "{\"text\":\"not JSON Lines\"}\r\n\n\xc3\xa9 \xef\xbb\xbf end";
  ASSERT_OK(WriteFileAtomic(dir.Path("a.txt"), text));
  ASSERT_OK(WriteFileAtomic(dir.Path("a.txt.gz"), Gzip(text)));
  ASSERT_OK(WriteFileAtomic(dir.Path("a.txt.zst"), Zstd(text)));
  for (const std::string name : {"a.txt", "a.txt.gz", "a.txt.zst"}) {
    ASSERT_OK_AND_ASSIGN(const std::vector<Record> records, ReadDocuments(dir.Path(name)));
    ASSERT_EQ(records.size(), 1u) << name;
    EXPECT_OK(records[0].status);
    EXPECT_EQ(records[0].text, text);
    EXPECT_EQ(records[0].provenance.source(), dir.Path(name));
    EXPECT_EQ(records[0].provenance.line(), 0u);
    EXPECT_EQ(records[0].next_offset, text.size());
  }
}

TEST(TextFiles, NeedNoSuffix) {
  TempDir dir;
  for (const absl::string_view text : {"[1] A note.", "{x} is a set.", "Plain."}) {
    ASSERT_OK(WriteFileAtomic(dir.Path("README"), text));
    ASSERT_OK_AND_ASSIGN(const std::vector<Record> records, ReadDocuments(dir.Path("README")));
    ASSERT_EQ(records.size(), 1u) << text;
    EXPECT_EQ(records[0].text, text);
  }
}

TEST(TextFiles, AreReadAsTheSpecSays) {
  TempDir dir;
  ASSERT_OK(WriteFileAtomic(dir.Path("a.txt"), "{\"text\":\"a\"}\n{\"text\":\"b\"}\n"));
  ASSERT_OK(WriteFileAtomic(dir.Path("a.jsonl"), "not JSON"));
  v1::DocumentInput jsonl;
  jsonl.set_format(v1::DocumentInput::JSONL);
  v1::DocumentInput text;
  text.set_format(v1::DocumentInput::TEXT);

  ASSERT_OK_AND_ASSIGN(const auto lines, ReadDocuments(dir.Path("a.txt"), jsonl));
  ASSERT_OK_AND_ASSIGN(const auto whole, ReadDocuments(dir.Path("a.jsonl"), text));

  EXPECT_EQ(lines.size(), 2u);
  ASSERT_EQ(whole.size(), 1u);
  EXPECT_EQ(whole[0].text, "not JSON");
}

TEST(TextFiles, ThatCannotBeUsedAreBadRecords) {
  TempDir dir;
  ASSERT_OK(WriteFileAtomic(dir.Path("empty.txt"), ""));
  ASSERT_OK(WriteFileAtomic(dir.Path("empty.txt.gz"), Gzip("")));
  ASSERT_OK(WriteFileAtomic(dir.Path("latin1.txt"), "caf\xe9"));

  for (const auto& [name, reason] : std::vector<std::pair<std::string, std::string>>{
           {"empty.txt", ": the file is empty"},
           {"empty.txt.gz", ": the file is empty"},
           {"latin1.txt", ": invalid UTF-8 at byte 3"}}) {
    ASSERT_OK_AND_ASSIGN(const std::vector<Record> records, ReadDocuments(dir.Path(name)));
    ASSERT_EQ(records.size(), 1u) << name;
    EXPECT_THAT(records[0].status,
                StatusIs(absl::StatusCode::kInvalidArgument, dir.Path(name) + reason));
  }
}

// A sparse file of `size` bytes: zeros, then `tail`.
void WriteSparse(const std::string& path, uint64_t size, absl::string_view tail) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  ASSERT_GE(fd, 0);
  ASSERT_EQ(ftruncate(fd, static_cast<off_t>(size)), 0);
  ASSERT_EQ(pwrite(fd, tail.data(), tail.size(), static_cast<off_t>(size)),
            static_cast<ssize_t>(tail.size()));
  close(fd);
}

TEST(TextFiles, HoldTheLimit) {
  TempDir dir;
  WriteSparse(dir.Path("limit.txt"), kMaxRecordBytes - 1, "x");
  WriteSparse(dir.Path("over.txt"), kMaxRecordBytes, "x");
  WriteSparse(dir.Path("huge.txt"), uint64_t{10} << 30, "x");

  ASSERT_OK_AND_ASSIGN(const auto limit, ReadDocuments(dir.Path("limit.txt")));
  EXPECT_OK(limit[0].status);
  EXPECT_EQ(limit[0].text.size(), kMaxRecordBytes);
  for (const std::string name : {"over.txt", "huge.txt"}) {
    ASSERT_OK_AND_ASSIGN(const auto records, ReadDocuments(dir.Path(name)));
    ASSERT_EQ(records.size(), 1u);
    EXPECT_THAT(records[0].status, StatusIs(absl::StatusCode::kInvalidArgument,
                                            "text of 67108865 bytes or more is "
                                            "too long, the limit is 67108864"));
  }
}

// ---- Sizes. ----

TEST(Documents, OfATooLongLineAreSkippedInBoundedMemory) {
  TempDir dir;
  constexpr uint64_t kHuge = uint64_t{200} << 20;
  WriteSparse(dir.Path("a.jsonl"), kHuge, "\n{\"text\":\"next\"}\n");

  ASSERT_OK_AND_ASSIGN(const std::vector<Record> records, ReadDocuments(dir.Path("a.jsonl")));

  ASSERT_EQ(records.size(), 2u);
  EXPECT_THAT(records[0].status,
              StatusIs(absl::StatusCode::kInvalidArgument,
                       ":1: line of 209715200 bytes is too long, the limit is 67108864"));
  EXPECT_EQ(records[1].text, "next");
  EXPECT_EQ(records[1].provenance.line(), 2u);
  EXPECT_EQ(records[1].provenance.offset(), kHuge + 1);
}

TEST(Documents, OfALongLineAreRead) {
  TempDir dir;
  const std::string text(20 << 20, 'x');
  ASSERT_OK(WriteFileAtomic(dir.Path("a.jsonl"), absl::StrCat("{\"text\":\"", text, "\"}\n")));

  ASSERT_OK_AND_ASSIGN(const std::vector<Record> records, ReadDocuments(dir.Path("a.jsonl")));

  ASSERT_EQ(records.size(), 1u);
  EXPECT_OK(records[0].status);
  EXPECT_TRUE(records[0].text == text);
}

// ---- Files that cannot be read. ----

TEST(Documents, OfABrokenFileEndWithItsError) {
  TempDir dir;
  const std::string whole = Gzip("{\"text\":\"a\"}\n");
  ASSERT_OK(WriteFileAtomic(dir.Path("cut.jsonl.gz"), whole.substr(0, whole.size() - 4)));

  EXPECT_THAT(ReadDocuments(dir.Path("cut.jsonl.gz")),
              StatusIs(absl::StatusCode::kDataLoss, "cut.jsonl.gz: broken gzip"));
  EXPECT_THAT(ReadDocuments(dir.Path("none.jsonl")), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(ReadDocuments(dir.path()), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(ReadDocuments("/dev/zero"), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(Documents, OfABombEndWithTheLimit) {
  TempDir dir;
  ASSERT_OK(WriteFileAtomic(dir.Path("bomb.jsonl.zst"), Zstd(std::string(64 << 20, ' '))));

  EXPECT_THAT(ReadDocuments(dir.Path("bomb.jsonl.zst")),
              StatusIs(absl::StatusCode::kResourceExhausted, "expands too much"));
}

// ---- Short rows. ----

TEST(ShortRows, IgnoredFieldsAreAsGoodAsAbsent) {
  TempDir dir;
  ASSERT_OK(WriteFileAtomic(
      dir.Path("a.jsonl"),
      R"({"id":"r1","instruction":"Q","sentence":"A note.","output":"A","big":123456789012345678901})"
      "\n"
      R"({"id":"r2","instruction":"Q2","output":"A2"})"
      "\n"
      R"({"id":"r3","instruction":"Q3","sentence":"A note.","passage":["P"],"output":"A3"})"));
  ASSERT_OK_AND_ASSIGN(const std::vector<Record> refused, ReadRows(dir.Path("a.jsonl")));
  EXPECT_THAT(refused[0].status, StatusIs(absl::StatusCode::kInvalidArgument,
                                          "\"sentence\" would be lost, and the question may be "
                                          "about it; if not, name it in short_rows.ignore_fields"));

  v1::ShortInput input;
  input.add_ignore_fields("sentence");
  input.add_ignore_fields("none of that name");
  ASSERT_OK_AND_ASSIGN(const std::vector<Record> rows, ReadRows(dir.Path("a.jsonl"), input));

  ASSERT_EQ(rows.size(), 3u);
  ASSERT_OK(rows[0].status);
  EXPECT_EQ(rows[0].provenance.external_id(), "r1");
  EXPECT_EQ(rows[0].messages[1].content(), "A");
  EXPECT_THAT(rows[0].unused_fields, ::testing::ElementsAre("big"));
  EXPECT_OK(rows[1].status);
  EXPECT_THAT(rows[2].status, StatusIs(absl::StatusCode::kInvalidArgument, "\"passage\""));
}

TEST(ShortRows, OfAllShapesMayShareAFile) {
  TempDir dir;
  ASSERT_OK(WriteFileAtomic(dir.Path("a.jsonl"),
                            "{\"messages\":[{\"role\":\"user\",\"content\":\"1\"},{\"role\":"
                            "\"assistant\",\"content\":\"2\"}],\"id\":\"m\"}\n"
                            "{\"prompt\":\"1\",\"completion\":\"2\"}\n"
                            "{\"instruction\":\"1\",\"output\":\"2\"}\n"
                            "{\"text\":\"no row\"}\n"
                            "{\"conversations\":[{\"from\":\"human\",\"value\":\"1\"},{\"from\":"
                            "\"gpt\",\"value\":\"2\"}]}\n"));

  ASSERT_OK_AND_ASSIGN(const std::vector<Record> records, ReadRows(dir.Path("a.jsonl")));

  ASSERT_EQ(records.size(), 5u);
  EXPECT_EQ(records[0].provenance.external_id(), "m");
  EXPECT_THAT(records[3].status,
              StatusIs(absl::StatusCode::kInvalidArgument, "a.jsonl:4: no known shape"));
  EXPECT_TRUE(records[3].messages.empty());
  for (const size_t i : {0, 1, 2, 4}) {
    ASSERT_OK(records[i].status);
    ASSERT_EQ(records[i].messages.size(), 2u);
    EXPECT_EQ(records[i].messages[0].content(), "1");
    EXPECT_EQ(records[i].messages[1].role(), "assistant");
  }
}

TEST(ShortRows, AreJsonLinesWhateverTheName) {
  TempDir dir;
  ASSERT_OK(WriteFileAtomic(dir.Path("rows.txt"), "{\"prompt\":\"1\",\"completion\":\"2\"}\n"));

  ASSERT_OK_AND_ASSIGN(const std::vector<Record> records, ReadRows(dir.Path("rows.txt")));

  ASSERT_EQ(records.size(), 1u);
  EXPECT_OK(records[0].status);
}

}  // namespace
}  // namespace quipu::pipelines
