// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pipelines/ingest/record_reader.h"
#include "protos/run_spec.pb.h"
#include "tests/support/compress.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines {
namespace {

using ::quipu::testing::Gzip;
using ::quipu::testing::StatusIs;
using ::quipu::testing::TempDir;
using ::quipu::testing::Zstd;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string WarcOf(const std::string& type, const std::string& content_type,
                   const std::string& content) {
  return absl::StrCat("WARC/1.0\r\nWARC-Type: ", type,
                      "\r\nWARC-Target-URI: http://example.org/a\r\n"
                      "WARC-Record-ID: <urn:uuid:12-34>\r\nContent-Type: ",
                      content_type, "\r\nWARC-Identified-Content-Language: eng\r\nContent-Length: ",
                      content.size(), "\r\n\r\n", content, "\r\n\r\n");
}

std::string Response(const std::string& header, const std::string& body) {
  return WarcOf("response", "application/http; msgtype=response",
                absl::StrCat("HTTP/1.1 ", header, "\r\n\r\n", body));
}

std::string Info() { return WarcOf("warcinfo", "application/warc-fields", "software: x\r\n"); }
std::string Wet(const std::string& text) { return WarcOf("conversion", "text/plain", text); }

class WarcTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::vector<Record>> Read(const std::string& name, const std::string& bytes,
                                           uint64_t offset = 0, uint64_t line = 0) {
    EXPECT_OK(WriteFileAtomic(dir_.Path(name), bytes));
    absl::StatusOr<std::unique_ptr<RecordReader>> reader =
        OpenDocuments(dir_.Path(name), input_, offset, line);
    if (!reader.ok()) return reader.status();
    std::vector<Record> records;
    Record record;
    while (true) {
      const absl::StatusOr<bool> more = (*reader)->Next(&record);
      if (!more.ok()) return more.status();
      if (!*more) return records;
      records.push_back(record);
    }
  }
  // Its text, its fault, or "-" if it is no page.
  std::vector<std::string> TextsOf(const std::string& bytes) {
    std::vector<std::string> texts;
    const absl::StatusOr<std::vector<Record>> records = Read("a.warc", bytes);
    EXPECT_OK(records.status());
    if (!records.ok()) return texts;
    for (const Record& record : *records) {
      texts.push_back(!record.status.ok() ? std::string(record.status.message())
                      : record.kept       ? record.text
                                          : "-");
    }
    return texts;
  }

  TempDir dir_;
  v1::DocumentInput input_;
};

TEST_F(WarcTest, WetFilesAreTextsWithTheirFields) {
  input_.add_metadata_fields("url");
  input_.add_metadata_fields("language");
  const std::string bytes = absl::StrCat(Gzip(Info()), Gzip(Wet("One.\nTwo.\n")), Gzip(Wet("3")));

  ASSERT_OK_AND_ASSIGN(const std::vector<Record> records, Read("CC-MAIN.warc.wet.gz", bytes));

  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].text, "One.\nTwo.\n");
  EXPECT_EQ(records[0].metadata_json, R"({"url":"http://example.org/a","language":"eng"})");
  EXPECT_EQ(records[0].provenance.external_id(), "12-34");
  EXPECT_EQ(records[0].provenance.line(), 2u);
  EXPECT_EQ(records[1].text, "3");
}

TEST_F(WarcTest, ResumesBehindEachRecord) {
  const std::string bytes =
      absl::StrCat(Info(), Wet("a"), Response("404 Not Found", "b"), Wet("c"));
  ASSERT_OK_AND_ASSIGN(const std::vector<Record> all, Read("a.warc", bytes));
  ASSERT_EQ(all.size(), 3u);
  for (size_t i = 0; i < all.size(); ++i) {
    ASSERT_OK_AND_ASSIGN(const std::vector<Record> rest,
                         Read("a.warc", bytes, all[i].next_offset, all[i].next_line));
    ASSERT_EQ(rest.size(), all.size() - i - 1);
    if (rest.empty()) continue;
    EXPECT_EQ(rest[0].text, all[i + 1].text);
    EXPECT_EQ(rest[0].provenance.line(), all[i + 1].provenance.line());
    EXPECT_EQ(rest[0].provenance.offset(), all[i + 1].provenance.offset());
  }
}

TEST_F(WarcTest, PagesOfServersAreTheirMainText) {
  const std::string page = "<p>Page.</p>";
  EXPECT_THAT(
      TextsOf(absl::StrCat(
          WarcOf("request", "application/http; msgtype=request", "GET /a HTTP/1.1\r\n\r\n"),
          Response("200 OK\r\nContent-Type: text/html", page),
          Response("200 OK\r\ncontent-type: TEXT/HTML; charset=\"iso-8859-1\"", "<p>\xe4</p>"),
          Response("200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked",
                   "4;x\r\n<p>P\r\n8\r\nage.</p>\r\n0\r\n\r\n"),
          // A crawler that joined the chunks and kept the field.
          Response("200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked", page),
          Response("200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip", Gzip(page)),
          Response("200 OK\r\nContent-Type: text/html\r\nContent-Encoding: zstd", Zstd(page)),
          // A crawler that decompressed the page and kept the field.
          Response("200 OK\r\nContent-Type: text/html\r\nContent-Encoding: br", page),
          Response("200 OK\r\nContent-Type: text/plain", "Text."),
          WarcOf("resource", "text/html", page))),
      ElementsAre("Page.", "\xc3\xa4", "Page.", "Page.", "Page.", "Page.", "Page.", "Text.",
                  "Page."));
}

TEST_F(WarcTest, PagesThatWereCutAndFieldsThatSayLittle) {
  const std::string html = "200 OK\r\nContent-Type: text/html; charset=iso-8859-1\r\n";
  const std::string chunked = html + "Transfer-Encoding: chunked";
  EXPECT_THAT(TextsOf(absl::StrCat(Response(chunked, "4\r\n<p>P\r\n80\r\nage"),
                                   Response(chunked, "7\r\n<p>Page\r\n8"),
                                   // A page that begins with a number, and has no chunks.
                                   Response(chunked, "3\n<p>Page.\n"),
                                   Response(html + "Transfer-Encoding: gzip, chunked",
                                            absl::StrCat(absl::Hex(Gzip("<p>Page.").size()), "\r\n",
                                                         Gzip("<p>Page."), "\r\n0\r\n\r\n")),
                                   Response(html + "Content-Encoding: None", "<p>P\xe4ge."))),
              ElementsAre("Page", "Page", "3\n\nPage.", "Page.", "P\xc3\xa4ge."));
}

TEST_F(WarcTest, WhatIsNoPageIsCountedAndWhatCannotBeReadIsBad) {
  EXPECT_THAT(
      TextsOf(absl::StrCat(
          Response("200 OK\r\nContent-Type: image/png", "\x89PNG"),
          Response("301 Moved\r\nContent-Type: text/html", "<p>Moved.</p>"),
          WarcOf("response", "text/dns", "20260101\nexample.org. A 1.2.3.4"),
          Response("200 OK\r\nContent-Type: text/html", "<p>\xe4</p>"),
          Response("200 OK\r\nContent-Type: text/html\r\nContent-Encoding: br", "\x8b\x02\x80\xff"),
          Wet("\xe4"))),
      ElementsAre("-", "-", "-", HasSubstr("a.warc:4: invalid UTF-8 at byte 3"),
                  HasSubstr("a.warc:5: a page in the Content-Encoding \"br\""),
                  HasSubstr("a.warc:6: invalid UTF-8 at byte 0 of the page")));
}

TEST_F(WarcTest, ConditionsWorkOnFields) {
  v1::DocumentCondition& condition = *input_.add_keep_if();
  condition.set_field("url");
  condition.set_pattern("example.com");
  ASSERT_OK_AND_ASSIGN(const std::vector<Record> records, Read("a.warc", Wet("a")));
  ASSERT_EQ(records.size(), 1u);
  EXPECT_FALSE(records[0].kept);
}

TEST_F(WarcTest, ABrokenFileIsAnErrorAtItsPlace) {
  const std::string wet = Wet("abc");
  EXPECT_THAT(Read("a.warc", wet.substr(0, wet.size() - 5)).status(),
              StatusIs(absl::StatusCode::kDataLoss,
                       "a.warc: the file ends 1 bytes before the end "
                       "of the WARC record at byte 0"));
  EXPECT_THAT(Read("a.warc", wet.substr(0, 40)).status(),
              StatusIs(absl::StatusCode::kDataLoss, "ends inside the WARC record at byte 0"));
  EXPECT_THAT(
      Read("a.warc", absl::StrCat(wet, "no record")).status(),
      StatusIs(absl::StatusCode::kDataLoss, "no WARC record begins here but \"no record\""));
  EXPECT_THAT(Read("a.warc", "WARC/1.0\r\nContent-Length: x\r\n\r\n").status(),
              StatusIs(absl::StatusCode::kDataLoss, "Content-Length \"x\" is not a number"));
}

TEST_F(WarcTest, AFileWithoutASuffixIsKnownByItsContent) {
  ASSERT_OK_AND_ASSIGN(const std::vector<Record> records, Read("crawl", Wet("a")));
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].text, "a");
}

}  // namespace
}  // namespace quipu::pipelines
