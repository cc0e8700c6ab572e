// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/markup/epub_text.h"

#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/support/compress.h"
#include "tests/support/status_matchers.h"

namespace quipu::pipelines {
namespace {

using ::quipu::testing::IsOkAndHolds;
using ::quipu::testing::StatusIs;
using ::quipu::testing::Zip;

std::string Page(const std::string& body) {
  return absl::StrCat(
      "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<html xmlns=\"http://www.w3.org/1999/xhtml\">"
      "<head><title/><script/></head><body>",
      body, "</body></html>");
}

// A book of two chapters as e-book programs write it: the order of the spine is not that of
// the names, and one name needs escapes.
std::map<std::string, std::string> Book() {
  return {
      {"META-INF/container.xml",
       "<?xml version=\"1.0\"?><container version=\"1.0\" "
       "xmlns=\"urn:oasis:names:tc:opendocument:xmlns:container\"><rootfiles><rootfile "
       "full-path=\"OEBPS/content.opf\" media-type=\"application/oebps-package+xml\"/></rootfiles>"
       "</container>"},
      {"OEBPS/content.opf",
       "<opf:package xmlns:opf=\"http://www.idpf.org/2007/opf\" version=\"3.0\"><opf:manifest>"
       "<opf:item id=\"a\" href=\"text/a%20first.xhtml\" media-type=\"application/xhtml+xml\"/>"
       "<opf:item id=\"b\" href=\"text/../b.xhtml#top\" media-type=\"application/xhtml+xml\"/>"
       "<opf:item id=\"n\" href=\"nav.xhtml\" media-type=\"application/xhtml+xml\" "
       "properties=\"nav\"/>"
       "<opf:item id=\"x\" href=\"notes.xhtml\" media-type=\"application/xhtml+xml\"/>"
       "<opf:item id=\"p\" href=\"cover.png\" media-type=\"image/png\"/></opf:manifest>"
       "<opf:spine><opf:itemref idref=\"n\"/><opf:itemref idref=\"p\"/><opf:itemref idref=\"b\"/>"
       "<opf:itemref idref=\"a\"/><opf:itemref idref=\"x\" linear=\"no\"/></opf:spine>"
       "</opf:package>"},
      {"OEBPS/text/a first.xhtml", Page("<p>Second in order.</p>")},
      {"OEBPS/b.xhtml", Page("<h1>One</h1><p>First in order.</p>")},
      {"OEBPS/nav.xhtml", Page("<nav><ol><li>One</li></ol></nav>")},
      {"OEBPS/notes.xhtml", Page("<p>A note.</p>")},
      {"OEBPS/cover.png", "\x89PNG"},
  };
}

absl::StatusOr<std::string> TextOf(const std::map<std::string, std::string>& files) {
  std::vector<std::pair<std::string, std::string>> all = {{"mimetype", "application/epub+zip"}};
  all.insert(all.end(), files.begin(), files.end());
  return EpubText(Zip(all));
}

TEST(EpubText, ChaptersAreInTheOrderOfTheSpine) {
  EXPECT_THAT(TextOf(Book()), IsOkAndHolds("One\n\nFirst in order.\n\nSecond in order."));
}

TEST(EpubText, SaysWhatIsMissing) {
  auto book = Book();
  book.erase("OEBPS/b.xhtml");
  EXPECT_THAT(TextOf(book).status(), StatusIs(absl::StatusCode::kInvalidArgument,
                                              "the archive has no file OEBPS/b.xhtml"));
  book.erase("OEBPS/content.opf");
  EXPECT_THAT(TextOf(book).status(), StatusIs(absl::StatusCode::kInvalidArgument,
                                              "the archive has no file OEBPS/content.opf"));
  book.erase("META-INF/container.xml");
  EXPECT_THAT(TextOf(book).status(),
              StatusIs(absl::StatusCode::kInvalidArgument, "not an EPUB book"));
  EXPECT_THAT(EpubText("no zip").status(),
              StatusIs(absl::StatusCode::kInvalidArgument, "not a zip archive"));
}

TEST(EpubText, RefusesDamagedEncryptedAndDangerousBooks) {
  auto book = Book();
  book["META-INF/encryption.xml"] =
      "<encryption><EncryptedData><CipherData><CipherReference URI=\"OEBPS/b.xhtml\"/>"
      "</CipherData></EncryptedData></encryption>";
  EXPECT_THAT(TextOf(book).status(), StatusIs(absl::StatusCode::kInvalidArgument,
                                              "the book is encrypted (OEBPS/b.xhtml)"));
  // A font alone: its text can be read.
  book["META-INF/encryption.xml"] =
      "<encryption><EncryptedData><CipherData><CipherReference URI=\"OEBPS/font.otf\"/>"
      "</CipherData></EncryptedData></encryption>";
  EXPECT_OK(TextOf(book).status());

  book["OEBPS/content.opf"] = "<!DOCTYPE p [<!ENTITY a \"x\"><!ENTITY b \"&a;&a;\">]><p>&b;</p>";
  EXPECT_THAT(TextOf(book).status(),
              StatusIs(absl::StatusCode::kInvalidArgument, "content.opf declares entities"));
  book["OEBPS/content.opf"] = "<package>";
  EXPECT_THAT(TextOf(book).status(),
              StatusIs(absl::StatusCode::kInvalidArgument, "content.opf is not XML"));
  book["OEBPS/content.opf"] = "<package/>";
  EXPECT_THAT(TextOf(book).status(),
              StatusIs(absl::StatusCode::kInvalidArgument, "has no chapters in its spine"));
}

TEST(EpubText, ChaptersWithoutTextHaveALimit) {
  auto book = Book();
  book["OEBPS/b.xhtml"] = Page("<!--" + std::string(16 << 20, 'x') + "-->");
  std::string refs;
  for (int i = 0; i < 17; ++i) refs += "<opf:itemref idref=\"b\"/>";
  std::string& opf = book["OEBPS/content.opf"];
  opf.insert(opf.find("<opf:itemref"), refs);
  EXPECT_THAT(TextOf(book).status(), StatusIs(absl::StatusCode::kInvalidArgument,
                                              "chapters of more than 268435456 bytes"));
}

TEST(EpubText, ACutBookIsNoCrash) {
  std::vector<std::pair<std::string, std::string>> all;
  for (const auto& file : Book()) all.push_back(file);
  const std::string book = Zip(all);
  for (size_t size = 0; size < book.size(); size += 7) {
    EXPECT_FALSE(EpubText(book.substr(0, size)).ok()) << size;
  }
}

}  // namespace
}  // namespace quipu::pipelines
