// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/ingest/file_kind.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace quipu::pipelines {
namespace {

std::string Bytes(absl::string_view begin) { return absl::StrCat(begin, std::string(600, 'x')); }

std::string NameOf(absl::string_view begin, absl::string_view path = "file") {
  const std::optional<FileKind> kind = UnreadKind(begin, path);
  return kind.has_value() ? std::string(kind->name) : "";
}

std::string Utf16(absl::string_view text, bool big_endian) {
  std::string wide;
  for (const char c : text) {
    if (big_endian) wide.push_back('\0');
    wide.push_back(c);
    if (!big_endian) wide.push_back('\0');
  }
  return wide;
}

TEST(FileKind, IsNamedByTheFirstBytes) {
  EXPECT_EQ(NameOf("%PDF-1.7\n"), "a PDF file");
  EXPECT_EQ(NameOf("PAR1\x15\x04"), "a Parquet file");
  EXPECT_EQ(NameOf(absl::string_view("ARROW1\0\0", 8)), "an Arrow file");
  EXPECT_EQ(NameOf("7z\xbc\xaf\x27\x1c"), "a 7z archive");
  EXPECT_EQ(NameOf("PK\x03\x04"), "a zip archive");
  EXPECT_EQ(NameOf(Bytes("Rar!\x1a\x07")), "a RAR archive");
  EXPECT_EQ(NameOf("{\\rtf1\\ansi"), "an RTF document");
  EXPECT_EQ(NameOf("version https://git-lfs.github.com/spec/v1\n"),
            "a pointer of Git LFS, not the file itself");
  EXPECT_EQ(NameOf("\x89PNG\r\n"), "a picture");
  EXPECT_EQ(NameOf("\x80\x04\x95"), "a Python pickle");
  EXPECT_EQ(NameOf(Bytes("\x8b\x07\x80"), "a.jsonl.br"), "compressed with brotli");
  EXPECT_EQ(NameOf("plain", "a.br"), "");
  EXPECT_EQ(NameOf("filedesc://crawl.arc 0.0.0.0 20040101 text/plain 76\n"), "an ARC file");
  std::string tar(600, '\0');
  tar.replace(257, 5, "ustar");
  EXPECT_EQ(NameOf(tar), "a tar archive");
}

TEST(FileKind, TellsZipArchivesApart) {
  EXPECT_EQ(NameOf("PK\x03\x04", "a.docx"), "a Microsoft Office document");
  EXPECT_EQ(NameOf("PK\x03\x04..[Content_Types].xml", "a"), "a Microsoft Office document");
  EXPECT_EQ(NameOf("PK\x03\x04..mimetypeapplication/epub+zip", "a"), "an EPUB book");
}

TEST(FileKind, KnowsUtf16WithAndWithoutAByteOrderMark) {
  const std::string json = "{\"text\": \"abc\"}";
  EXPECT_EQ(NameOf("\xff\xfe" + Utf16(json, false)), "UTF-16 text");
  EXPECT_EQ(NameOf("\xfe\xff" + Utf16(json, true)), "UTF-16 text");
  EXPECT_EQ(NameOf(Utf16(json, false)), "UTF-16 text (little-endian, without a byte-order mark)");
  EXPECT_EQ(NameOf(Utf16(json, true)), "UTF-16 text (big-endian, without a byte-order mark)");
}

TEST(FileKind, LeavesTextAlone) {
  for (const absl::string_view text :
       {"", "plain", "{\"text\":\"a\"}", "[1] A note.", "PK is a name", "GIF87 is a format",
        "ORCHIDS AND OTHERS", "ID3 tags", "RIFF", "PAR1 is a name", "BZh", "\xef\xbb\xbf{\"a\":1}",
        "\xe4\xbd\xa0\xe5\xa5\xbd", "version 2", "WARCRAFT"}) {
    EXPECT_EQ(NameOf(text), "") << text;
  }
}

std::string MarkupOf(absl::string_view begin, absl::string_view name = "file") {
  const std::optional<FileKind> kind = MarkupKind(begin, name);
  return kind.has_value() ? std::string(kind->name) : "";
}

TEST(FileKind, KnowsMailWhoseTextIsEncoded) {
  const std::string mime = "a MIME message (a mail, or a page that was saved as MHTML)";
  EXPECT_EQ(MarkupOf("From: <Saved by a browser>\r\nMIME-Version: 1.0\r\nContent-Type: "
                     "multipart/related;\r\n\ttype=\"text/html\"\r\n\r\nx"),
            mime);
  EXPECT_EQ(MarkupOf("From a@b.org Mon Jan 1\nSubject: x\nmime-version: 1.0\n"
                     "content-transfer-encoding: base64\n\nx"),
            mime);
  EXPECT_EQ(MarkupOf("Mime-Version: 1.0\nContent-Type:\n  multipart/mixed\n\nx"), mime);
  // Plain mail is text, and so is a text about mail.
  EXPECT_EQ(MarkupOf("From: a\nMIME-Version: 1.0\nContent-Type: text/plain\n"
                     "Content-Transfer-Encoding: 8bit\n\nx"),
            "");
  EXPECT_EQ(MarkupOf("Mail has a header.\nMIME-Version: 1.0\nContent-Type: multipart/mixed\n"), "");
  EXPECT_EQ(MarkupOf("Subject: x\n\nMIME-Version: 1.0\nContent-Type: multipart/mixed\n"), "");
}

TEST(FileKind, KnowsMarkupByItsFirstTag) {
  EXPECT_EQ(MarkupOf("\xef\xbb\xbf\n <!DOCTYPE html>"), "an HTML page");
  EXPECT_EQ(MarkupOf("<HTML lang=de>"), "an HTML page");
  EXPECT_EQ(MarkupOf("<?xml version=\"1.0\"?>\n<!DOCTYPE html PUBLIC>"), "an HTML page");
  EXPECT_EQ(MarkupOf("<mediawiki xmlns=\""), "a dump of a wiki");
  EXPECT_EQ(MarkupOf("<?xml version=\"1.0\"?><mediawiki>"), "a dump of a wiki");
  EXPECT_EQ(MarkupOf("<doc id=\"12\" url=\"https://x\" title=\"Lock\">\nLock\n"),
            "a file of many pages, as wikiextractor writes it");
  EXPECT_EQ(MarkupOf("<document>"), "");
  EXPECT_EQ(MarkupOf("<?xml version=\"1.0\"?>\n<TEI>"), "an XML file");
  EXPECT_EQ(MarkupOf("<?xml version=\"1.0\""), "an XML file");
  EXPECT_EQ(MarkupOf("<TEI xmlns=\"x\">", "a.xml"), "an XML file");
  EXPECT_EQ(MarkupOf("\n<svg>", "a.SVG"), "an XML file");
  EXPECT_EQ(MarkupOf("A note, not XML.", "a.xml"), "");
  EXPECT_EQ(MarkupOf("<p>a"), "");
  EXPECT_EQ(MarkupOf("html"), "");
}

TEST(FileKind, KnowsTablesByTheirNames) {
  EXPECT_EQ(MarkupOf("text,id\n", "a.CSV"), "a table of separated values");
  EXPECT_EQ(MarkupOf("text\tid\n", "a.tsv"), "a table of separated values");
  EXPECT_EQ(MarkupOf("text,id\n", "csv"), "");
}

TEST(FileKind, KnowsHtml) {
  EXPECT_TRUE(IsHtml("\xef\xbb\xbf\n<!DOCTYPE html>"));
  EXPECT_FALSE(IsHtml("<mediawiki>"));
}

TEST(FileKind, SaysWhatToDo) {
  EXPECT_EQ(Describe(*UnreadKind("%PDF-1.7", "a")),
            "a PDF file, which is not read: extract its text first (pdftotext)");
}

}  // namespace
}  // namespace quipu::pipelines
