// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/markup/epub_text.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/uri.h>

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "pipelines/markup/html_text.h"
#include "pipelines/markup/zip_archive.h"

namespace quipu::pipelines {
namespace {

constexpr char kContainer[] = "META-INF/container.xml";
constexpr char kEncryption[] = "META-INF/encryption.xml";
// The list of a book's files: a large dictionary's has a megabyte.
constexpr uint64_t kMaxPackageBytes = 16 << 20;
// Of all chapters, decompressed: markup is at most a few times the text.
constexpr uint64_t kMaxBookBytes = 4 * kMaxRecordBytes;

using XmlDocument = std::unique_ptr<xmlDoc, void (*)(xmlDoc*)>;

std::string AttributeOf(xmlNode* node, const char* name) {
  xmlChar* const value = xmlGetProp(node, reinterpret_cast<const xmlChar*>(name));
  if (value == nullptr) return std::string();
  std::string text(reinterpret_cast<const char*>(value));
  xmlFree(value);
  return text;
}

// Calls `use` for each element of this name, in the order of the document. libxml2 limits the depth.
void ForEach(xmlNode* node, absl::string_view name, const std::function<void(xmlNode*)>& use) {
  for (; node != nullptr; node = node->next) {
    if (node->type != XML_ELEMENT_NODE) continue;
    // Without its prefix, which is the book's choice.
    if (name == reinterpret_cast<const char*>(node->name)) use(node);
    ForEach(node->children, name, use);
  }
}

absl::StatusOr<XmlDocument> ReadXml(const ZipArchive& book, const std::string& name) {
  const absl::StatusOr<std::string> text = book.Read(name, kMaxPackageBytes);
  if (!text.ok()) return absl::InvalidArgumentError(text.status().message());
  XmlDocument document(xmlReadMemory(text->data(), static_cast<int>(text->size()), nullptr, nullptr,
                                     XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING),
                       xmlFreeDoc);
  if (document == nullptr) return absl::InvalidArgumentError(absl::StrCat(name, " is not XML"));
  // No book needs them, and a few lines of them can mean gigabytes.
  if (document->intSubset != nullptr && document->intSubset->entities != nullptr) {
    return absl::InvalidArgumentError(absl::StrCat(name, " declares entities"));
  }
  return document;
}

// "a%20b" -> "a b"
std::string PercentDecoded(absl::string_view text) {
  char* const decoded =
      xmlURIUnescapeString(text.data(), static_cast<int>(text.size()), /*target=*/nullptr);
  if (decoded == nullptr) return std::string(text);
  std::string copy(decoded);
  xmlFree(decoded);
  return copy;
}

// "OEBPS/" and "../a%20b.xhtml#c" -> "a b.xhtml"
std::string Resolve(absl::string_view folder, absl::string_view href) {
  href = href.substr(0, href.find('#'));
  std::vector<std::string> parts = absl::StrSplit(folder, '/', absl::SkipEmpty());
  if (!href.empty() && href[0] == '/') parts.clear();
  for (const absl::string_view part : absl::StrSplit(href, '/', absl::SkipEmpty())) {
    if (part == ".") continue;
    if (part != "..") {
      parts.push_back(PercentDecoded(part));
    } else if (!parts.empty()) {
      parts.pop_back();
    }
  }
  std::string path;
  for (const std::string& part : parts) absl::StrAppend(&path, path.empty() ? "" : "/", part);
  return path;
}

// The names of the chapters in reading order.
absl::StatusOr<std::vector<std::string>> ChaptersOf(const ZipArchive& book) {
  ASSIGN_OR_RETURN(const XmlDocument container, ReadXml(book, kContainer));
  std::string package;
  ForEach(xmlDocGetRootElement(container.get()), "rootfile", [&](xmlNode* node) {
    if (package.empty()) package = AttributeOf(node, "full-path");
  });
  if (package.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(kContainer, " names no package"));
  }
  ASSIGN_OR_RETURN(const XmlDocument opf, ReadXml(book, package));
  xmlNode* const root = xmlDocGetRootElement(opf.get());
  const std::string folder = package.substr(0, package.rfind('/') + 1);
  std::map<std::string, std::string> pages;  // By id.
  ForEach(root, "item", [&](xmlNode* node) {
    const std::string type = AttributeOf(node, "media-type");
    const std::set<std::string> properties =
        absl::StrSplit(AttributeOf(node, "properties"), ' ', absl::SkipEmpty());
    if (properties.count("nav") > 0) return;
    if (type != "application/xhtml+xml" && type != "text/html") return;
    pages[AttributeOf(node, "id")] = Resolve(folder, AttributeOf(node, "href"));
  });
  std::vector<std::string> chapters;
  ForEach(root, "itemref", [&](xmlNode* node) {
    const auto page = pages.find(AttributeOf(node, "idref"));
    if (page == pages.end() || AttributeOf(node, "linear") == "no") return;
    chapters.push_back(page->second);
  });
  if (chapters.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(package, " has no chapters in its spine"));
  }
  return chapters;
}

// The files that are encrypted. Fonts often are, which does not matter.
absl::StatusOr<std::set<std::string>> EncryptedFiles(const ZipArchive& book) {
  std::set<std::string> files;
  if (!book.Has(kEncryption)) return files;
  ASSIGN_OR_RETURN(const XmlDocument encryption, ReadXml(book, kEncryption));
  ForEach(xmlDocGetRootElement(encryption.get()), "CipherReference",
          [&](xmlNode* node) { files.insert(Resolve("", AttributeOf(node, "URI"))); });
  return files;
}

}  // namespace

absl::StatusOr<std::string> EpubText(absl::string_view bytes) {
  ASSIGN_OR_RETURN(const std::unique_ptr<ZipArchive> book, ZipArchive::Open(bytes));
  if (!book->Has(kContainer)) {
    return absl::InvalidArgumentError(absl::StrCat("not an EPUB book: it has no ", kContainer));
  }
  ASSIGN_OR_RETURN(const std::vector<std::string> chapters, ChaptersOf(*book));
  ASSIGN_OR_RETURN(const std::set<std::string> encrypted, EncryptedFiles(*book));
  std::string text;
  uint64_t read = 0;
  for (const std::string& name : chapters) {
    if (encrypted.count(name) > 0) {
      return absl::InvalidArgumentError(
          absl::StrCat("the book is encrypted (", Snippet(name, 100), "): it cannot be read"));
    }
    const absl::StatusOr<std::string> page = book->Read(name, kMaxRecordBytes);
    if (!page.ok()) return absl::InvalidArgumentError(page.status().message());
    // A spine may name a chapter without text any number of times.
    read += page->size();
    if (read > kMaxBookBytes) {
      return absl::InvalidArgumentError(absl::StrCat(
          "chapters of more than ", kMaxBookBytes, " bytes with their markup, which is the limit"));
    }
    const absl::StatusOr<std::string> chapter = HtmlText(*page);
    if (!chapter.ok()) return Annotate(chapter.status(), Snippet(name, 100));
    if (chapter->empty()) continue;  // A picture.
    absl::StrAppend(&text, text.empty() ? "" : "\n\n", *chapter);
    if (text.size() > kMaxRecordBytes) {
      return absl::InvalidArgumentError(absl::StrCat("a book of more than ", kMaxRecordBytes,
                                                     " bytes of text, which is the limit"));
    }
  }
  return text;
}

}  // namespace quipu::pipelines
