// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/ingest/file_kind.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "pipelines/core/git_lfs.h"

namespace quipu::pipelines {
namespace {

struct Signature {
  size_t at;
  absl::string_view bytes;
  FileKind kind;
  // The signature is letters that a text may begin with: control characters tell them apart.
  bool binary = false;
};

constexpr absl::string_view kUnpack = "unpack it first";
constexpr absl::string_view kToJsonl = "write it as JSONL or Parquet first";
// Where they are not read as tables.
constexpr absl::string_view kNameParquet = "give it a name that ends in .parquet, uncompressed";
constexpr absl::string_view kNameArrow = "give it a name that ends in .arrow, uncompressed";
constexpr absl::string_view kNoText = "it holds no text";
constexpr absl::string_view kToText = "save it as text first";

template <size_t kSize>
constexpr absl::string_view Bytes(const char (&bytes)[kSize]) {
  return absl::string_view(bytes, kSize - 1);
}

// Sources: the formats' own specifications, and file(1)'s names.
const Signature kSignatures[] = {
    {0, Bytes("%PDF-"), {"a PDF file", "extract its text first (pdftotext)"}},
    {0, Bytes("PAR1"), {"a Parquet file", kNameParquet}, true},
    {0, Bytes("ARROW1"), {"an Arrow file", kNameArrow}, true},
    {0, Bytes("FEA1"), {"a Feather file of version 1", "write it as version 2"}, true},
    {0, Bytes("\xff\xff\xff\xff"), {"an Arrow stream", kNameArrow}},
    {0, Bytes("ORC"), {"an ORC file", kToJsonl}, true},
    {0, Bytes("Obj\x01"), {"an Avro file", kToJsonl}},
    {0, Bytes("SQLite format 3\0"), {"an SQLite database", kToJsonl}},
    {0, Bytes("\x89HDF\r\n\x1a\n"), {"an HDF5 file", kToJsonl}},
    {0, Bytes("\x93NUMPY"), {"a NumPy array", kToJsonl}},
    {0, Bytes("7z\xbc\xaf\x27\x1c"), {"a 7z archive", "unpack it first (7z x)"}},
    {0, Bytes("Rar!\x1a\x07"), {"a RAR archive", kUnpack}},
    {257, Bytes("ustar"), {"a tar archive", "unpack it first (tar xf)"}, true},
    {0, Bytes("LZIP"), {"compressed with lzip", "use gz, zst, xz, bz2 or lz4"}, true},
    {0, Bytes("\x89LZO\0\r\n\x1a\n"), {"compressed with lzop", "use gz, zst, xz, bz2 or lz4"}},
    {0, Bytes("\x1f\x9d"), {"compressed with compress", "use gz, zst, xz, bz2 or lz4"}},
    {0, Bytes("\x5d\0\0"), {"compressed with lzma", "use gz, zst, xz, bz2 or lz4"}},
    {0, Bytes("\x02\x21\x4c\x18"), {"an lz4 file of the old format", "compress it again"}},
    {0, Bytes("\xff\x06\0\0sNaPpY"), {"compressed with snappy", "use gz, zst, xz, bz2 or lz4"}},
    {0, Bytes("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), {"an old Microsoft Office document", kToText}},
    {0, Bytes("{\\rtf"), {"an RTF document", kToText}},
    {0, Bytes("%!PS"), {"a PostScript file", "extract its text first (ps2txt)"}},
    {0, Bytes("AT&TFORM"), {"a DjVu file", "extract its text first (djvutxt)"}},
    {0, Bytes("filedesc://"), {"an ARC file", "write it as WARC first (warcio recompress)"}},
    {0, Bytes("WARC/"), {"a WARC file", "only documents may be WARC files, with format AUTO"}},
    {0, kGitLfsPointer, {"a pointer of Git LFS, not the file itself", "fetch it (git lfs pull)"}},
    {0, Bytes("GGUF"), {"a model file", kNoText}, true},
    {0,
     Bytes("\x7f"
           "ELF"),
     {"a program", kNoText}},
    {0, Bytes("\x89PNG"), {"a picture", kNoText}},
    {0, Bytes("\xff\xd8\xff"), {"a picture", kNoText}},
    {0, Bytes("GIF8"), {"a picture", kNoText}, true},
    {0, Bytes("II*\0"), {"a picture", kNoText}},
    {0, Bytes("MM\0*"), {"a picture", kNoText}},
    {0, Bytes("RIFF"), {"a picture, sound or film", kNoText}, true},
    {0, Bytes("OggS"), {"a sound file", kNoText}, true},
    {0, Bytes("ID3"), {"a sound file", kNoText}, true},
    {4, Bytes("ftyp"), {"a film", kNoText}, true},
    {0,
     Bytes("\xff\xfe\0\0"),
     {"UTF-32 text", "write it as UTF-8 first (iconv -f UTF-32 -t UTF-8)"}},
    {0,
     Bytes("\0\0\xfe\xff"),
     {"UTF-32 text", "write it as UTF-8 first (iconv -f UTF-32 -t UTF-8)"}},
    {0, Bytes("\xff\xfe"), {"UTF-16 text", "write it as UTF-8 first (iconv -f UTF-16 -t UTF-8)"}},
    {0, Bytes("\xfe\xff"), {"UTF-16 text", "write it as UTF-8 first (iconv -f UTF-16 -t UTF-8)"}},
};

bool HasControlCharacters(absl::string_view begin) {
  return std::any_of(begin.begin(), begin.end(),
                     [](char c) { return absl::ascii_iscntrl(c) && !absl::ascii_isspace(c); });
}

// Office documents and books are zip archives.
FileKind ZipKind(absl::string_view begin, absl::string_view path) {
  if (absl::StrContains(begin, "application/epub+zip")) {
    return {"an EPUB book", "only documents may be books, with format AUTO and uncompressed"};
  }
  if (absl::StrContains(begin, "application/vnd.oasis.opendocument")) {
    return {"an OpenDocument file", "save it as text first (pandoc -t plain)"};
  }
  for (const absl::string_view suffix : {".docx", ".pptx", ".xlsx"}) {
    if (absl::EndsWithIgnoreCase(path, suffix)) {
      return {"a Microsoft Office document", "save it as text first (pandoc -t plain)"};
    }
  }
  if (absl::StrContains(begin, "[Content_Types].xml") || absl::StrContains(begin, "word/")) {
    return {"a Microsoft Office document", "save it as text first (pandoc -t plain)"};
  }
  return {"a zip archive", "unpack it first (unzip)"};
}

// Pickles of protocol 2 to 5 begin with this opcode and end of a small number.
bool IsPickle(absl::string_view begin) {
  return begin.size() > 2 && begin[0] == '\x80' && begin[1] >= 2 && begin[1] <= 5;
}

// Text of mostly Latin letters in UTF-16 without a byte-order mark: every other byte is 0.
std::optional<FileKind> BareUtf16(absl::string_view begin) {
  constexpr size_t kEnough = 8;
  size_t zeros[2] = {0, 0};
  const size_t size = begin.size() / 2 * 2;
  if (size < kEnough) return std::nullopt;
  for (size_t i = 0; i < size; ++i) zeros[i % 2] += begin[i] == '\0' ? 1 : 0;
  // Half of the characters: some text is of two scripts.
  const size_t enough = size / 4;
  if (zeros[1] > enough && zeros[0] == 0) {
    return FileKind{"UTF-16 text (little-endian, without a byte-order mark)",
                    "write it as UTF-8 first (iconv -f UTF-16LE -t UTF-8)"};
  }
  if (zeros[0] > enough && zeros[1] == 0) {
    return FileKind{"UTF-16 text (big-endian, without a byte-order mark)",
                    "write it as UTF-8 first (iconv -f UTF-16BE -t UTF-8)"};
  }
  return std::nullopt;
}

// A mail or a saved page whose text is encoded, or in parts: "MIME-Version: 1.0" and what follows.
bool IsEncodedMail(absl::string_view begin) {
  bool parts = false;
  bool encoded = false;
  bool mime = false;
  bool first = true;
  absl::string_view field;  // That the line continues.
  for (absl::string_view line : absl::StrSplit(begin, '\n')) {
    absl::ConsumeSuffix(&line, "\r");
    if (line.empty()) break;
    // "From ann@example.org Mon ..." begins a message of a mailbox.
    if (std::exchange(first, false) && absl::StartsWith(line, "From ")) continue;
    absl::string_view value = absl::StripLeadingAsciiWhitespace(line);
    if (!absl::ascii_isspace(static_cast<unsigned char>(line.front()))) {
      const size_t colon = line.find(':');
      if (colon == absl::string_view::npos || absl::StrContains(line.substr(0, colon), ' ')) break;
      field = line.substr(0, colon);
      value = absl::StripLeadingAsciiWhitespace(line.substr(colon + 1));
    }
    mime = mime || absl::EqualsIgnoreCase(field, "MIME-Version");
    parts = parts || (absl::EqualsIgnoreCase(field, "Content-Type") &&
                      absl::StartsWithIgnoreCase(value, "multipart/"));
    encoded = encoded || (absl::EqualsIgnoreCase(field, "Content-Transfer-Encoding") &&
                          (absl::StartsWithIgnoreCase(value, "quoted-printable") ||
                           absl::StartsWithIgnoreCase(value, "base64")));
  }
  return mime && (parts || encoded);
}

// Without a byte-order mark and white space.
absl::string_view SkipMark(absl::string_view begin) {
  absl::ConsumePrefix(&begin, "\xef\xbb\xbf");
  return absl::StripLeadingAsciiWhitespace(begin);
}

constexpr absl::string_view kXmlDeclaration = "<?xml ";
// Of files whose declaration may be missing.
constexpr absl::string_view kXmlNames[] = {".xml", ".nxml", ".svg", ".rss", ".atom"};

// Without "<?xml version=...?>".
absl::string_view SkipDeclaration(absl::string_view begin) {
  if (!absl::StartsWith(begin, kXmlDeclaration)) return begin;
  const size_t end = begin.find("?>");
  return end == absl::string_view::npos ? begin : SkipMark(begin.substr(end + 2));
}

}  // namespace

std::optional<FileKind> UnreadKind(absl::string_view begin, absl::string_view path) {
  if (absl::StartsWith(begin, Bytes("PK\x03\x04")) ||
      absl::StartsWith(begin, Bytes("PK\x05\x06"))) {
    return ZipKind(begin, path);
  }
  for (const Signature& signature : kSignatures) {
    if (begin.size() >= signature.at &&
        absl::StartsWith(begin.substr(signature.at), signature.bytes) &&
        (!signature.binary || HasControlCharacters(begin))) {
      return signature.kind;
    }
  }
  // It has no signature.
  if (absl::EndsWithIgnoreCase(path, ".br") && HasControlCharacters(begin)) {
    return FileKind{"compressed with brotli", "use gz, zst, xz, bz2 or lz4"};
  }
  if (IsPickle(begin)) return FileKind{"a Python pickle", kToJsonl};
  return BareUtf16(begin);
}

bool IsHtml(absl::string_view begin) {
  begin = SkipDeclaration(SkipMark(begin));
  return absl::StartsWithIgnoreCase(begin, "<!doctype html") ||
         absl::StartsWithIgnoreCase(begin, "<html");
}

bool IsEpub(absl::string_view begin) {
  return absl::StartsWith(begin, Bytes("PK\x03\x04")) &&
         absl::StrContains(begin, "application/epub+zip");
}

bool IsWarc(absl::string_view begin) { return absl::StartsWith(begin, "WARC/"); }

std::optional<FileKind> MarkupKind(absl::string_view begin, absl::string_view name) {
  if (IsHtml(begin)) {
    return FileKind{"an HTML page",
                    "set format: HTML to read its main text, or TEXT to read it with its tags"};
  }
  begin = SkipMark(begin);
  if (IsEncodedMail(begin)) {
    return FileKind{"a MIME message (a mail, or a page that was saved as MHTML)",
                    "save its text, or the page as HTML, first, or set format: TEXT to read it as "
                    "it is"};
  }
  if (absl::StartsWithIgnoreCase(SkipDeclaration(begin), "<mediawiki")) {
    return FileKind{"a dump of a wiki", "extract its pages' text first (wikiextractor --json)"};
  }
  // Each page would be a document, and all were joined.
  if (absl::StartsWith(begin, "<doc id=\"")) {
    return FileKind{"a file of many pages, as wikiextractor writes it",
                    "write them as JSON (wikiextractor --json), or set format: TEXT to read it as "
                    "one text"};
  }
  const bool xml_name = std::any_of(
      std::begin(kXmlNames), std::end(kXmlNames),
      [name](absl::string_view suffix) { return absl::EndsWithIgnoreCase(name, suffix); });
  if (absl::StartsWith(begin, kXmlDeclaration) || (xml_name && absl::StartsWith(begin, "<"))) {
    return FileKind{"an XML file",
                    "extract its text first, or set format: TEXT to read it with its tags"};
  }
  for (const absl::string_view suffix : {".csv", ".tsv"}) {
    if (!absl::EndsWithIgnoreCase(name, suffix)) continue;
    return FileKind{"a table of separated values",
                    "write it as JSONL or Parquet first, or set format: TEXT to read it as one "
                    "text"};
  }
  return std::nullopt;
}

std::string Describe(const FileKind& kind) {
  return absl::StrCat(kind.name, ", which is not read: ", kind.advice);
}

}  // namespace quipu::pipelines
