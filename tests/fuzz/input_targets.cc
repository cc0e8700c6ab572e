// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/input_targets.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "base/utf8.h"
#include "generator/prompts/response_parser.h"
#include "generator/spec/run_spec.h"
#include "generator/text/normalize.h"
#include "pipelines/ingest/byte_source.h"
#include "pipelines/ingest/record_reader.h"
#include "pipelines/ingest/short_row_parser.h"
#include "pipelines/markup/epub_text.h"
#include "pipelines/markup/html_text.h"
#include "pipelines/markup/markdown_text.h"
#include "tests/support/compress.h"

namespace quipu::fuzz {
namespace {

using pipelines::Record;
using pipelines::RecordReader;

constexpr const char* kSuffixes[] = {".gz", ".zst", ".xz", ".bz2", ".lz4"};
constexpr const char* kNameSuffixes[] = {"", ".txt", ".md", ".html", ".json", ".csv", ".docx"};
// A book's files, as the targets and their seeds name them.
constexpr const char* kBookFiles[] = {"META-INF/container.xml", "o/c.opf", "o/a.xhtml",
                                      "o/n.xhtml"};
// More than any small input may become (200 times its size).
constexpr size_t kMostBytes = 64 << 20;

// Reads all records. Each begins where the one before said that it would.
absl::Status ReadAll(RecordReader* reader, std::vector<Record>* records) {
  uint64_t offset = 0;
  while (true) {
    Record record;
    ASSIGN_OR_RETURN(const bool more, reader->Next(&record));
    if (!more) return absl::OkStatus();
    QUIPU_CHECK(record.next_offset >= offset) << "reading went backwards";
    QUIPU_CHECK(record.status.ok() || (record.text.empty() && record.messages.empty()))
        << "a bad record has content";
    offset = record.next_offset;
    records->push_back(std::move(record));
  }
}

// The status of the first bad one.
absl::Status StatusOf(const std::vector<Record>& records) {
  if (records.empty()) return Refused("no record");
  const auto bad = std::find_if(records.begin(), records.end(),
                                [](const Record& record) { return !record.status.ok(); });
  return bad == records.end() ? absl::OkStatus() : bad->status;
}

// Reading on from the middle gives the rest: a run that was killed resumes so.
template <typename Open>
absl::Status CheckResumes(const Open& open) {
  ASSIGN_OR_RETURN(std::unique_ptr<RecordReader> reader, open(0, 0));
  std::vector<Record> all;
  RETURN_IF_ERROR(ReadAll(reader.get(), &all));
  if (all.size() < 2) return StatusOf(all);
  const size_t middle = all.size() / 2;
  absl::StatusOr<std::unique_ptr<RecordReader>> later =
      open(all[middle - 1].next_offset, all[middle - 1].next_line);
  QUIPU_CHECK(later.ok()) << later.status().ToString();
  std::vector<Record> rest;
  const absl::Status read = ReadAll(later->get(), &rest);
  QUIPU_CHECK(read.ok() && rest.size() == all.size() - middle) << "reading on gives other records";
  for (size_t i = 0; i < rest.size(); ++i) {
    const Record& wanted = all[middle + i];
    QUIPU_CHECK(rest[i].text == wanted.text && rest[i].status == wanted.status &&
                rest[i].messages.size() == wanted.messages.size() &&
                rest[i].next_offset == wanted.next_offset)
        << "reading on gives another record";
  }
  return StatusOf(all);
}

}  // namespace

absl::Status FuzzDocuments(absl::string_view input) {
  const std::string path = ScratchFile("documents.jsonl", input);
  v1::DocumentInput fields;
  fields.add_metadata_fields("id");
  return CheckResumes([&](uint64_t offset, uint64_t line) {
    return pipelines::OpenDocuments(path, fields, offset, line);
  });
}

Seeds DocumentSeeds() {
  return {
      {"{\"text\": \"A quipu is a cord.\", \"id\": 7}\n{\"text\": [\"a\", {\"text\": \"b\"}]}\n",
       "[{\"text\": \"one\"},\n {\"text\": \"two \\ud83d\\ude00\", \"n\": NaN}]",
       "{\n  \"text\": \"over\\nlines\",\n  \"id\": 123456789012345678901234567890\n}\n"},
      {"{\"text\": \"half of a pair: \\ud800\"}\n",
       "{\"text\": \"a\"}{\"text\": \"b\"}\r\n\xef\xbb\xbf{\"text\": \"c\"} x\n{\"text\": 1}\n"}};
}

// The first byte chooses the name's suffix, which with the content decides how a file is read.
absl::Status FuzzFile(absl::string_view input) {
  if (input.empty()) return Refused("no name");
  const char* suffix = kNameSuffixes[static_cast<uint8_t>(input[0]) % std::size(kNameSuffixes)];
  input.remove_prefix(1);
  // Arrow's own parsers (README.md).
  if (absl::StartsWith(input, "PAR1") || absl::StartsWith(input, "ARROW1") ||
      absl::StartsWith(input, "\xff\xff\xff\xff")) {
    return Refused("for Arrow");
  }
  const std::string path = ScratchFile(absl::StrCat("file", suffix), input);
  v1::DocumentInput fields;
  fields.set_text_field("/a~1b/0/text");
  fields.add_metadata_fields("/meta/x");
  fields.add_keep_if()->set_pattern("quipu");
  v1::DocumentCondition* condition = fields.add_keep_if();
  condition->set_field("lang");
  condition->set_pattern("^de$");
  condition->set_negate(true);
  const absl::Status documents = CheckResumes([&](uint64_t offset, uint64_t line) {
    return pipelines::OpenDocuments(path, fields, offset, line);
  });
  const absl::Status rows = CheckResumes([&](uint64_t offset, uint64_t line) {
    return pipelines::OpenShortRows(path, v1::ShortInput(), offset, line);
  });
  return rows.ok() ? rows : documents;
}

Seeds FileSeeds() {
  const std::string any_name(1, '\0');
  return {{absl::StrCat("\x01", "A text about a quipu."),
           absl::StrCat("\x02", "# A quipu\n\nin *Markdown*\n"),
           absl::StrCat("\x03", "<!doctype html><p>A quipu on a page.</p>"),
           absl::StrCat("\x04", "{\"a/b\":[{\"text\":\"a quipu\"}],\"lang\":\"en\"}\n")},
          {absl::StrCat("\x06", testing::Zip({{"word/document.xml", "x"}})),
           absl::StrCat(any_name, testing::Zip({{"mimetype", "application/epub+zip"}, {"x", "y"}})),
           absl::StrCat(any_name, testing::Zip({{"a.txt", "x"}}))}};
}

absl::Status FuzzWarc(absl::string_view input) {
  const std::string path = ScratchFile("pages.warc", absl::StrCat("WARC/1", input));
  v1::DocumentInput fields;
  fields.add_metadata_fields("url");
  return CheckResumes([&](uint64_t offset, uint64_t line) {
    return pipelines::OpenDocuments(path, fields, offset, line);
  });
}

Seeds WarcSeeds() {
  const auto record = [](absl::string_view type, absl::string_view content) {
    return absl::StrCat(".0\r\nWARC-Type: ", type,
                        "\r\nWARC-Target-URI: http://a.org/\r\nWARC-Record-ID: <urn:uuid:1>\r\n"
                        "WARC-Date: 2020-01-01T00:00:00Z\r\nContent-Length: ",
                        content.size(), "\r\n\r\n", content, "\r\n\r\n");
  };
  const std::string page =
      record("response",
             "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>A page.</p>");
  const std::string chunked = record("response",
                                     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
                                     "Content-Type: text/plain\r\n\r\n4\r\nText\r\n0\r\n\r\n");
  const std::string info = record("warcinfo", "software: x\r\n");
  return {{absl::StrCat(info, "WARC/1", page, "WARC/1", record("conversion", "Its text.")),
           absl::StrCat(chunked, "WARC/1", record("resource", "<html>x</html>"))}};
}

absl::Status FuzzShortRows(absl::string_view input) {
  const std::string path = ScratchFile("rows.jsonl", input);
  const v1::ShortInput fields;
  const absl::Status status = CheckResumes([&](uint64_t offset, uint64_t line) {
    return pipelines::OpenShortRows(path, fields, offset, line);
  });
  ASSIGN_OR_RETURN(const auto reader, pipelines::OpenShortRows(path, fields, 0, 0));
  std::vector<Record> records;
  ReadAll(reader.get(), &records).IgnoreError();
  for (const Record& record : records) {
    if (!record.status.ok()) continue;
    const absl::Status checked = pipelines::CheckConversation(record.messages);
    QUIPU_CHECK(checked.ok()) << checked.ToString();
  }
  return status;
}

Seeds ShortRowSeeds() {
  return {
      {"{\"messages\":[{\"role\":\"system\",\"content\":\"s\"},{\"role\":\"user\",\"content\":"
       "\"q\"},{\"role\":\"assistant\",\"content\":\"a\"}]}\n",
       "{\"prompt\":\"q\",\"completion\":\"a\"}\n{\"instruction\":\"q\",\"input\":\"\","
       "\"output\":\"a\"}\n",
       "{\"conversations\":[{\"from\":\"human\",\"value\":\"q\"},{\"from\":\"gpt\",\"value\":"
       "\"a\"}]}\n",
       "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"q\"}]},"
       "{\"role\":\"assistant\",\"content\":\"a\",\"tool_calls\":[]}],\"tools\":null}\n"}};
}

absl::Status FuzzText(absl::string_view input) {
  const std::string repaired = RepairUtf8(input);
  QUIPU_CHECK(IsValidUtf8(repaired));
  QUIPU_CHECK(!IsValidUtf8(input) || repaired == input) << "valid text was changed";
  const size_t invalid = FirstInvalidUtf8(input);
  QUIPU_CHECK((invalid == input.size()) == IsValidUtf8(input));
  size_t code_points = 0;
  for (size_t at = 0; at < repaired.size(); ++code_points) NextCodePoint(repaired, &at);
  QUIPU_CHECK(code_points == CountCodePoints(repaired));
  const absl::StatusOr<std::string> normal = generator::NormalizeDocument(input);
  QUIPU_CHECK(normal.ok() == IsValidUtf8(input));
  if (!normal.ok()) return normal.status();
  const absl::StatusOr<std::string> again = generator::NormalizeDocument(*normal);
  QUIPU_CHECK(again.ok() && *again == *normal) << "normalising is not idempotent";
  const absl::StatusOr<std::string> composed = generator::ComposeText(input);
  QUIPU_CHECK(composed.ok() && IsValidUtf8(*composed));
  return absl::OkStatus();
}

Seeds TextSeeds() {
  return {{"A quipu.\r\n\r\n\r\n\tTwo  spaces.\x0b\x0c",
           "e\xcc\x81 \xea\xb0\x80 \xe2\x80\xae \xc2\xa0", "\xef\xbb\xbf\xf0\x9f\x91\xa9"},
          {"\xff\xfe\xc0\x80\xed\xa0\x80\xf4\x90\x80\x80\xe2\x82"}};
}

absl::Status FuzzCompressed(absl::string_view input) {
  if (input.empty()) return Refused("no name");
  const char* suffix = kSuffixes[static_cast<uint8_t>(input[0]) % std::size(kSuffixes)];
  const std::string path = ScratchFile(absl::StrCat("in.txt", suffix), input.substr(1));
  ASSIGN_OR_RETURN(const auto source, pipelines::OpenByteSource(path));
  std::string buffer(64 << 10, '\0');
  size_t total = 0;
  while (true) {
    ASSIGN_OR_RETURN(const size_t count, source->Read(buffer.data(), buffer.size()));
    if (count == 0) return absl::OkStatus();
    total += count;
    QUIPU_CHECK(count <= buffer.size() && total <= kMostBytes) << "too much came out";
  }
}

Seeds CompressedSeeds() {
  const std::string text = "A quipu is a cord with knots. A quipu is a cord.\n";
  // The first byte chooses the suffix.
  return {{absl::StrCat(std::string(1, '\0'), testing::Gzip(text)),
           absl::StrCat("\x01", testing::Zstd(text)), absl::StrCat("\x02", testing::Xz(text)),
           absl::StrCat("\x03", testing::Bzip2(text)), absl::StrCat("\x04", testing::Lz4(text))}};
}

absl::Status FuzzHtml(absl::string_view input) {
  const absl::StatusOr<std::string> text = pipelines::HtmlText(input);
  QUIPU_CHECK(!text.ok() || IsValidUtf8(*text)) << "the text of a page is not UTF-8";
  if (!IsValidUtf8(input)) return text.status();
  const absl::StatusOr<std::string> fragment = pipelines::HtmlFragmentText(input);
  QUIPU_CHECK(!fragment.ok() || IsValidUtf8(*fragment));
  return text.ok() ? fragment.status() : text.status();
}

Seeds HtmlSeeds() {
  return {
      {"<html><head><title>t</title><meta charset=utf-8></head><body><nav>n</nav><main><h1>A</h1>"
       "<p>One &amp; two.<br>Three</p><ul><li>x</li></ul><pre>a  b</pre></main></body></html>",
       "<table><tr><td>1<td>2</table><script>if (a<b)</script><p hidden>x<!-- c --></p>",
       "<meta charset=gb2312><p>\xd6\xd0\xe9\x46\x80</p>",
       "<meta http-equiv=content-type content='text/html; charset=iso-2022-jp'>\x1b$B$3\x1b(B",
       "<?xml version='1.0' encoding='shift_jis'?><html><p>\x87\x40\xb1</p></html>",
       absl::StrCat("\xff\xfe<", std::string(1, '\0'))},
      {"<meta charset=utf-8><p>caf\xe9 \xc3\xa9</p>"}};
}

// The bytes of a book; or, behind an "f", its files, each behind a NUL: no mutation would keep an
// archive's checksums.
absl::Status FuzzEpub(absl::string_view input) {
  std::string book(input);
  if (absl::StartsWith(input, "f")) {
    std::vector<std::pair<std::string, std::string>> files = {{"mimetype", "application/epub+zip"}};
    const char* const* name = kBookFiles;
    for (const absl::string_view file : absl::StrSplit(input.substr(1), '\0')) {
      if (name == std::end(kBookFiles)) break;
      files.emplace_back(*name++, file);
    }
    book = testing::Zip(files);
  }
  const absl::StatusOr<std::string> text = pipelines::EpubText(book);
  QUIPU_CHECK(!text.ok() || IsValidUtf8(*text)) << "the text of a book is not UTF-8";
  return text.status();
}

Seeds EpubSeeds() {
  const std::string container =
      "<container><rootfiles><rootfile full-path=\"o/c.opf\"/></rootfiles></container>";
  const std::string package =
      "<package><manifest><item id=\"a\" href=\"a.xhtml\" media-type=\"application/xhtml+xml\"/>"
      "<item id=\"n\" href=\"./n%2exhtml#x\" media-type=\"text/html\" properties=\"nav\"/>"
      "</manifest><spine><itemref idref=\"a\"/><itemref idref=\"n\" linear=\"no\"/></spine>"
      "</package>";
  const std::string page = "<html><body><h1>One</h1><p>Text &amp; more.</p></body></html>";
  const std::string end(1, '\0');
  return {{absl::StrCat("f", container, end, package, end, page, end, page),
           testing::Zip({{"mimetype", "application/epub+zip"},
                         {"META-INF/container.xml", container},
                         {"o/c.opf", package},
                         {"o/a.xhtml", page},
                         {"o/n.xhtml", page}})},
          {testing::Zip({{"mimetype", "application/epub+zip"},
                         {"META-INF/container.xml", container},
                         {"o/c.opf", package}})}};
}

absl::Status FuzzMarkdown(absl::string_view input) {
  const absl::StatusOr<std::string> text = pipelines::MarkdownText(input);
  QUIPU_CHECK(!text.ok() || !IsValidUtf8(input) || IsValidUtf8(*text));
  return text.status();
}

Seeds MarkdownSeeds() {
  return {
      {"---\ntitle: t\n---\n# A\n\nOne *two* [three](http://x \"t\") `code`.\n\n- a\n  - b\n\n"
       "```c\nint x;\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n<div>html</div> &amp; \\* "
       "![i](j)\n"}};
}

absl::Status FuzzSpec(absl::string_view input) {
  ASSIGN_OR_RETURN(const v1::RunSpec spec, generator::ParseRunSpec(input, "fuzz.textproto"));
  generator::ValidatePairSpec(spec).IgnoreError();
  QUIPU_CHECK(generator::CheckSameBehaviour(spec, spec).ok()) << "a spec differs from itself";
  const v1::ModelIdentity model;
  QUIPU_CHECK(generator::RunIdOf(spec, model, model) ==
              generator::RunIdOf(generator::BehaviourOf(spec), model, model))
      << "a stored spec has another run id";
  return generator::ValidateRunSpec(spec);
}

Seeds SpecSeeds() {
  const std::string paths =
      "store: \"s\" documents { path: \"a/*.jsonl.gz\" text_field: \"/a/0\" }\n";
  return {
      {absl::StrCat("seed: 1\n", paths, "engine { kind: SCRIPTED }\n"),
       absl::StrCat(paths, "short_rows { path: \"b\" }\nengine { model: \"m.gguf\" }\n",
                    "chunks { min_tokens: 64 max_tokens: 128 }\n",
                    "verification { target_precision: 0.9 } export { shard_bytes: 4096 } # end\n")},
      {"documents { path: \"a\" keep_if: \"x > 3\" } short_rows { format: ALPACA }\n"}};
}

absl::Status FuzzResponse(absl::string_view input) {
  const absl::StatusOr<generator::QuestionAnswer> pair = generator::ParseResponse(input);
  if (!pair.ok()) return pair.status();
  QUIPU_CHECK(pair->question.find('\n') == std::string::npos) << "a question has two lines";
  QUIPU_CHECK(pair->question.size() + pair->answer.size() <= input.size() + 16);
  return absl::OkStatus();
}

Seeds ResponseSeeds() {
  return {{"<question>Why?</question>\n<answer>So.</answer>",
           "Sure! <question>What <b>is</b>\nthis?</question> x <answer><p>A &lt; b</p></answer> y",
           "<question></question><answer></answer>"},
          {"<question>a<question>b</question><answer>"}};
}

}  // namespace quipu::fuzz
