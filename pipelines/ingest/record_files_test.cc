// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// RecordReader on files as people keep them: concatenated, arrays, indented, of other
// kinds altogether.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "gtest/gtest.h"
#include "pipelines/ingest/record_reader.h"
#include "tests/support/compress.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines {
namespace {

using ::quipu::testing::Gzip;
using ::quipu::testing::StatusIs;
using ::quipu::testing::TempDir;

absl::StatusOr<std::vector<Record>> ReadDocuments(absl::string_view path,
                                                  const v1::DocumentInput& input = {}) {
  absl::StatusOr<std::unique_ptr<RecordReader>> reader = OpenDocuments(path, input, 0, 0);
  if (!reader.ok()) return reader.status();
  std::vector<Record> records;
  Record record;
  while (true) {
    absl::StatusOr<bool> more = (*reader)->Next(&record);
    if (!more.ok()) return more.status();
    if (!*more) return records;
    records.push_back(record);
  }
}

// ---- What files look like after they were concatenated. ----

std::vector<std::string> TextsOf(const std::vector<Record>& records) {
  std::vector<std::string> texts;
  for (const Record& record : records) {
    texts.push_back(record.status.ok() ? record.text : std::string(record.status.message()));
  }
  return texts;
}

using Texts = std::vector<std::string>;

TEST(Documents, MayHaveByteOrderMarksWhereverFilesBegan) {
  TempDir dir;
  const std::string mark = "\xef\xbb\xbf";
  ASSERT_OK(
      WriteFileAtomic(dir.Path("a.jsonl"),
                      absl::StrCat(mark, "{\"text\":\"a\"}\n", mark, mark, "{\"text\":\"b\"}\n",
                                   mark, "\n{\"text\":\"c\"}", mark, "{\"text\":\"d\"}\n")));

  ASSERT_OK_AND_ASSIGN(const std::vector<Record> records, ReadDocuments(dir.Path("a.jsonl")));

  EXPECT_EQ(TextsOf(records), Texts({"a", "b", "c", "d"}));
}

TEST(Documents, MayShareALine) {
  TempDir dir;
  const std::string text = "{\"text\":\"a\"}\n {\"text\":\"b\"}{\"no\":1} {\"text\":\"c\"}\r\n";
  ASSERT_OK(WriteFileAtomic(dir.Path("a.jsonl"), text));

  ASSERT_OK_AND_ASSIGN(const std::vector<Record> records, ReadDocuments(dir.Path("a.jsonl")));

  ASSERT_EQ(records.size(), 4u);
  EXPECT_EQ(records[1].text, "b");
  EXPECT_EQ(records[1].provenance.offset(), 13u);
  EXPECT_EQ(records[1].next_line, 1u);
  EXPECT_THAT(records[2].status,
              StatusIs(absl::StatusCode::kInvalidArgument, "a.jsonl:2: no field \"text\""));
  EXPECT_EQ(records[3].text, "c");
  EXPECT_EQ(records[3].provenance.line(), 2u);
  EXPECT_EQ(records[3].next_offset, text.size());
}

// ---- JSON that is not lines. ----

TEST(Documents, MayBeLinesOfAListWithoutItsBrackets) {
  TempDir dir;
  const std::string a = "{\"text\":\"a\"}", b = "{\"text\":\"b\"}", mark = "\x1e";
  for (const std::string& text : {
           a + ",\n" + b + ",\n", a + "\n, " + b + " ,", a + ", " + b + ",\n", "," + a + "," + b,
           mark + a + "\n" + mark + b + "\n",  // A JSON text sequence.
       }) {
    ASSERT_OK(WriteFileAtomic(dir.Path("a.jsonl"), text));

    ASSERT_OK_AND_ASSIGN(const std::vector<Record> records, ReadDocuments(dir.Path("a.jsonl")));

    EXPECT_EQ(TextsOf(records), Texts({"a", "b"})) << text;
  }
}

TEST(Documents, MayBeInAnArrayOnALine) {
  TempDir dir;
  const std::string lines = "{\"text\":\"a\"}\n[{\"text\":\"b\"}, {\"text\":\"c\"}]\n";
  ASSERT_OK(WriteFileAtomic(dir.Path("a.jsonl"), lines + "{\"text\":\"d\"}\n"));

  ASSERT_OK_AND_ASSIGN(const std::vector<Record> records, ReadDocuments(dir.Path("a.jsonl")));

  ASSERT_EQ(TextsOf(records), Texts({"a", "b", "c", "d"}));
  EXPECT_EQ(records[2].provenance.line(), 2);
  // Reading resumes in the middle of the line.
  ASSERT_OK_AND_ASSIGN(const auto reader,
                       OpenDocuments(dir.Path("a.jsonl"), v1::DocumentInput(),
                                     records[1].next_offset, records[1].next_line));
  Record record;
  for (const absl::string_view text : {"c", "d"}) {
    ASSERT_OK_AND_ASSIGN(const bool more, reader->Next(&record));
    ASSERT_TRUE(more);
    EXPECT_EQ(record.text, text);
  }
}

TEST(JsonFiles, SayWhenTheirFirstValueHoldsTheRecords) {
  TempDir dir;
  const std::string a = "{\"text\":\"a\"}", b = "{\"text\":\"b\"}";
  for (const std::string& json :
       {"{\"data\":[" + a + "," + b + "]}", "{\"0\":" + a + ",\"1\":" + b + "}",
        "{\"rows\":[{\"row_idx\":0,\"row\":" + a + "}]}",
        std::string("{\"columns\":[\"text\"],\"data\":[[\"a\"],[\"b\"]]}"),
        std::string("{\"text\":{\"0\":\"a\",\"1\":\"b\"}}"),
        std::string("{\"id\":[1,2],\"text\":[\"a\",\"b\"]}")}) {
    ASSERT_OK(WriteFileAtomic(dir.Path("a.json"), json));
    ASSERT_OK_AND_ASSIGN(const auto records, ReadDocuments(dir.Path("a.json")));
    ASSERT_EQ(records.size(), 1u) << json;
    EXPECT_TRUE(records[0].holds_records) << json;
  }
  for (const absl::string_view json :
       {"{\"content\":\"a\"}", "{\"authors\":[{\"name\":\"a\"}],\"text\":null}", "{\"text\":[]}",
        "{\"text\":[1,2]}", "{\"messages\":[{\"text\":\"a\"},{\"text\":\"b\"}]}"}) {
    ASSERT_OK(WriteFileAtomic(dir.Path("a.json"), json));
    ASSERT_OK_AND_ASSIGN(const auto records, ReadDocuments(dir.Path("a.json")));
    ASSERT_EQ(records.size(), 1u) << json;
    EXPECT_FALSE(records[0].holds_records) << json;
  }
}

TEST(JsonFiles, MayHoldOneArray) {
  TempDir dir;
  const std::string json = "[\n  {\"text\": \"a\"},\n  {\"no\": 1},\n  {\"text\": \"b\"}\n]\n";
  for (const std::string name : {"a.json", "a.jsonl", "wiki_00", "a.data"}) {
    ASSERT_OK(WriteFileAtomic(dir.Path(name), json));
    ASSERT_OK_AND_ASSIGN(const std::vector<Record> records, ReadDocuments(dir.Path(name)));
    ASSERT_EQ(records.size(), 3u) << name;
    EXPECT_EQ(records[0].text, "a");
    EXPECT_THAT(records[1].status,
                StatusIs(absl::StatusCode::kInvalidArgument, ":3: no field \"text\""));
    EXPECT_EQ(records[2].text, "b");
    EXPECT_EQ(records[2].provenance.line(), 4u);
  }
}

TEST(JsonFiles, MayHoldOneObject) {
  TempDir dir;
  ASSERT_OK(WriteFileAtomic(dir.Path("a.json"), "{\n  \"text\": \"a\",\n  \"id\": 7\n}\n"));

  ASSERT_OK_AND_ASSIGN(const std::vector<Record> records, ReadDocuments(dir.Path("a.json")));

  EXPECT_EQ(TextsOf(records), Texts({"a"}));
  EXPECT_EQ(records[0].provenance.external_id(), "7");
}

TEST(JsonFiles, EndWithAnErrorIfTheyAreCutOff) {
  TempDir dir;
  ASSERT_OK(WriteFileAtomic(dir.Path("a.json"), "[{\"text\":\"a\"},{\"text\":"));

  EXPECT_THAT(ReadDocuments(dir.Path("a.json")),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       "a.json: the file ends inside the JSON value that begins on line 1"));
}

TEST(JsonFiles, AreKnownByAllTheirNames) {
  TempDir dir;
  for (const std::string name :
       {"a.jsonl", "a.ndjson", "a.jl", "a.jsonlines", "a.json", "A.NDJSON", "wiki_00", "part-0"}) {
    ASSERT_OK(WriteFileAtomic(dir.Path(name), "{\"text\":\"a\"}\n{\"text\":\"b\"}\n"));
    ASSERT_OK_AND_ASSIGN(const std::vector<Record> records, ReadDocuments(dir.Path(name)));
    EXPECT_EQ(TextsOf(records), Texts({"a", "b"})) << name;
  }
}

TEST(Documents, KeepTheMetadataThatIsAskedFor) {
  TempDir dir;
  ASSERT_OK(WriteFileAtomic(dir.Path("a.jsonl"),
                            "{\"text\":\"a\",\"meta\":{\"url\":\"u\\ud800\"},\"n\":NaN}\n"
                            "{\"text\":\"b\"}\n"));
  v1::DocumentInput input;
  input.add_metadata_fields("/meta/url");
  input.add_metadata_fields("n");

  ASSERT_OK_AND_ASSIGN(const std::vector<Record> records,
                       ReadDocuments(dir.Path("a.jsonl"), input));

  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].metadata_json, "{\"/meta/url\":\"u\xef\xbf\xbd\"}");
  EXPECT_EQ(records[1].metadata_json, "");
}

// ---- Files of other kinds. ----

TEST(UnreadFiles, AreNamedWithWhatToDo) {
  TempDir dir;
  ASSERT_OK(WriteFileAtomic(dir.Path("a.txt"), "%PDF-1.7 and more"));
  ASSERT_OK(WriteFileAtomic(dir.Path("a.jsonl.gz"), Gzip("PAR1\x15\x04 and more")));
  ASSERT_OK(WriteFileAtomic(dir.Path("utf16.jsonl"), absl::string_view("\xff\xfe{\0\"\0", 6)));
  ASSERT_OK(WriteFileAtomic(dir.Path("page.txt"), "<!doctype html><p>a"));
  ASSERT_OK(WriteFileAtomic(dir.Path("a.csv.gz"), Gzip("text,id\nOne.,1\n")));
  ASSERT_OK(WriteFileAtomic(dir.Path("b.jsonl.gz"), Gzip(Gzip("{\"text\":\"a\"}\n"))));
  for (const auto& [name, reason] : std::vector<std::pair<std::string, std::string>>{
           {"a.txt", "a PDF file, which is not read: extract its text first"},
           {"a.jsonl.gz",
            "a Parquet file, which is not read: give it a name that ends in .parquet"},
           {"utf16.jsonl", "UTF-16 text, which is not read: write it as UTF-8 first"},
           {"b.jsonl.gz", "compressed twice, which is not read: decompress it once"},
           {"a.csv.gz", "a table of separated values, which is not read: write it as JSONL"},
           {"page.txt", "an HTML page, which is not read: set format: HTML"}}) {
    EXPECT_THAT(ReadDocuments(dir.Path(name)),
                StatusIs(absl::StatusCode::kInvalidArgument, absl::StrCat(name, ": ", reason)));
  }
  v1::DocumentInput text;
  text.set_format(v1::DocumentInput::TEXT);
  ASSERT_OK_AND_ASSIGN(const auto page, ReadDocuments(dir.Path("page.txt"), text));
  EXPECT_EQ(TextsOf(page), Texts({"<!doctype html><p>a"}));
  text.set_format(v1::DocumentInput::HTML);
  ASSERT_OK_AND_ASSIGN(const auto main_text, ReadDocuments(dir.Path("page.txt"), text));
  EXPECT_EQ(TextsOf(main_text), Texts({"a"}));
}

// ---- Pages. ----

TEST(Pages, AreReadWithoutTheirMarks) {
  TempDir dir;
  const std::string html = "<html><nav>Menu</nav><h1>T</h1><p>A &amp; b.</html>";
  ASSERT_OK(WriteFileAtomic(dir.Path("a.html"), html));
  ASSERT_OK(WriteFileAtomic(dir.Path("a.HTM.gz"), Gzip(html)));
  ASSERT_OK(WriteFileAtomic(dir.Path("page"), html));
  for (const absl::string_view name : {"a.html", "a.HTM.gz", "page"}) {
    ASSERT_OK_AND_ASSIGN(const auto records, ReadDocuments(dir.Path(name)));
    EXPECT_EQ(TextsOf(records), Texts({"T\n\nA & b."})) << name;
    EXPECT_EQ(records[0].provenance.line(), 0);
  }
  ASSERT_OK(WriteFileAtomic(dir.Path("a.md"), "# T\n\nA *b*.\n"));
  ASSERT_OK_AND_ASSIGN(const auto markdown, ReadDocuments(dir.Path("a.md")));
  EXPECT_EQ(TextsOf(markdown), Texts({"T\n\nA b."}));
}

TEST(Pages, WithoutATextAreBadRecords) {
  TempDir dir;
  ASSERT_OK(WriteFileAtomic(dir.Path("a.html"), "<script>x()</script>"));
  ASSERT_OK_AND_ASSIGN(const auto records, ReadDocuments(dir.Path("a.html")));
  ASSERT_EQ(records.size(), 1u);
  EXPECT_THAT(records[0].status,
              StatusIs(absl::StatusCode::kInvalidArgument, "a.html: the page has no text"));
}

TEST(KeepIf, LeavesDocumentsOfEveryKindOut) {
  TempDir dir;
  v1::DocumentInput input;
  input.add_keep_if()->set_pattern("yes");
  ASSERT_OK(WriteFileAtomic(dir.Path("a.txt"), "no"));
  ASSERT_OK(WriteFileAtomic(dir.Path("a.md"), "**yes**"));
  ASSERT_OK(WriteFileAtomic(dir.Path("a.jsonl"), "{\"text\":\"yes\"}\n{\"text\":\"no\"}\n"));
  ASSERT_OK_AND_ASSIGN(const auto text, ReadDocuments(dir.Path("a.txt"), input));
  EXPECT_FALSE(text[0].kept);
  EXPECT_OK(text[0].status);
  ASSERT_OK_AND_ASSIGN(const auto markdown, ReadDocuments(dir.Path("a.md"), input));
  EXPECT_TRUE(markdown[0].kept);
  ASSERT_OK_AND_ASSIGN(const auto lines, ReadDocuments(dir.Path("a.jsonl"), input));
  EXPECT_TRUE(lines[0].kept);
  EXPECT_FALSE(lines[1].kept);
}

}  // namespace
}  // namespace quipu::pipelines
