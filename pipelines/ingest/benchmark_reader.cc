// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/ingest/benchmark_reader.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/file.h"
#include "base/json_parser.h"
#include "base/log.h"
#include "base/sha256.h"
#include "base/status_macros.h"
#include "base/stop.h"
#include "base/strings.h"
#include "pipelines/ingest/benchmark_layout.h"
#include "pipelines/ingest/byte_source.h"
#include "pipelines/ingest/line_reader.h"

namespace quipu::pipelines {
namespace {

namespace dom = simdjson::dom;
using RecordFn = absl::FunctionRef<absl::Status(const generator::BenchmarkRecord&)>;

struct BenchmarkFile {
  std::string sha256;
  std::string path;
};

// In order of their hashes; each content once.
absl::StatusOr<std::vector<BenchmarkFile>> ListFiles(const v1::DecontaminationSpec& spec) {
  std::set<std::string> paths;
  for (const std::string& pattern : spec.benchmarks()) {
    absl::StatusOr<std::vector<std::string>> found = ExpandInputs(pattern);
    if (!found.ok()) return Annotate(found.status(), "decontamination.benchmarks");
    paths.insert(found->begin(), found->end());
  }
  std::vector<BenchmarkFile> files;
  for (const std::string& path : paths) {
    ASSIGN_OR_RETURN(std::string sha256, Sha256HexOfFile(path));
    files.push_back({std::move(sha256), path});
  }
  std::stable_sort(files.begin(), files.end(), [](const BenchmarkFile& a, const BenchmarkFile& b) {
    return a.sha256 < b.sha256;
  });
  files.erase(std::unique(files.begin(), files.end(),
                          [](const BenchmarkFile& a, const BenchmarkFile& b) {
                            return a.sha256 == b.sha256;
                          }),
              files.end());
  return files;
}

std::string HashOf(const std::vector<BenchmarkFile>& files) {
  std::string lines;
  for (const BenchmarkFile& file : files) absl::StrAppend(&lines, file.sha256, "\n");
  return Sha256Hex(lines);
}

absl::Status CheckHash(const std::string& sha256, const v1::DecontaminationSpec& spec) {
  if (spec.benchmarks_sha256().empty() || spec.benchmarks_sha256() == sha256) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(absl::StrCat("the benchmark files have the SHA-256 ", sha256,
                                                    ", want ", spec.benchmarks_sha256()));
}

std::string BaseName(absl::string_view path) {
  const size_t slash = path.find_last_of('/');
  return std::string(slash == absl::string_view::npos ? path : path.substr(slash + 1));
}

// One JSON value; `text` has simdjson's padding behind it.
absl::StatusOr<dom::element> Parse(dom::parser* parser, absl::string_view text) {
  dom::element element;
  const simdjson::error_code code =
      parser->parse(text.data(), text.size(), /*realloc_if_needed=*/false).get(element);
  if (code == simdjson::SUCCESS) return element;
  return absl::InvalidArgumentError(
      absl::StrCat("not valid JSON: ", simdjson::error_message(code)));
}

// Reads the records of one file.
class FileReader {
 public:
  FileReader(absl::string_view path, RecordFn fn, uint64_t max_bytes)
      : path_(path), fn_(fn), max_bytes_(max_bytes) {}

  absl::Status Read() {
    ASSIGN_OR_RETURN(std::unique_ptr<ByteSource> source, OpenByteSource(path_));
    LineReader lines(std::move(source), /*offset=*/0, /*line=*/0, max_bytes_);
    dom::parser parser;
    Line line;
    bool first = true;
    while (true) {
      absl::StatusOr<bool> more = lines.Next(&line);
      if (!more.ok()) return AtPlace(more.status(), "");
      if (!*more) break;
      absl::string_view text = line.text;
      if (line.offset == 0) absl::ConsumePrefix(&text, "\xef\xbb\xbf");
      if (!line.too_long && text.find_first_not_of(" \t\r") == absl::string_view::npos) continue;
      absl::StatusOr<dom::element> element = ParseLine(line, text, &parser);
      // A value over several lines, or a list.
      if (first && (!element.ok() || element->is_array())) return ReadJson(element.status());
      const std::string place = absl::StrCat(":", line.number);
      if (!element.ok()) return AtPlace(element.status(), place);
      RETURN_IF_ERROR(AddObject(*element, place));
      first = false;
    }
    return first ? AtPlace(absl::InvalidArgumentError("no record"), "") : absl::OkStatus();
  }

 private:
  absl::Status AtPlace(const absl::Status& status, absl::string_view place) const {
    return Annotate(status, absl::StrCat(Snippet(path_, 300), place));
  }

  absl::StatusOr<dom::element> ParseLine(const Line& line, absl::string_view text,
                                         dom::parser* parser) const {
    if (!line.too_long) return Parse(parser, text);
    return absl::InvalidArgumentError(
        absl::StrCat("line of ", line.length, " bytes is too long, the limit is ", max_bytes_));
  }

  // A file that is one JSON value: an object, or an array of them.
  absl::Status ReadJson(const absl::Status& as_lines) {
    absl::StatusOr<std::string> read = ReadAll();
    if (!read.ok()) return AtPlace(read.status(), "");
    std::string text = *std::move(read);
    const size_t size = text.size();
    text.resize(size + simdjson::SIMDJSON_PADDING);
    dom::parser parser;
    absl::StatusOr<dom::element> root = Parse(&parser, absl::string_view(text.data(), size));
    if (!root.ok()) {
      return AtPlace(absl::InvalidArgumentError(
                         absl::StrCat("neither JSON (", root.status().message(),
                                      ") nor JSON Lines (line 1: ", as_lines.message(), ")")),
                     "");
    }
    dom::array array;
    if (root->get(array) != simdjson::SUCCESS) return AddObject(*root, "");
    size_t number = 0;
    for (const dom::element element : array) {
      RETURN_IF_ERROR(AddObject(element, absl::StrCat(" item ", ++number)));
    }
    return absl::OkStatus();
  }

  absl::StatusOr<std::string> ReadAll() const {
    ASSIGN_OR_RETURN(const std::unique_ptr<ByteSource> source, OpenByteSource(path_));
    constexpr size_t kStep = 1 << 20;
    std::string text;
    while (text.size() <= max_bytes_) {
      const size_t size = text.size();
      text.resize(size + kStep);
      ASSIGN_OR_RETURN(const size_t count, source->Read(&text[size], kStep));
      text.resize(size + count);
      if (count == 0) return text;
    }
    return absl::InvalidArgumentError(
        absl::StrCat("JSON of over ", max_bytes_, " bytes, the limit: use JSON Lines"));
  }

  // Passes on the records of one value, which is at `place` of the file.
  absl::Status AddObject(const dom::element& element, const std::string& place) {
    if (StopRequested()) return absl::CancelledError("stopped while reading benchmarks");
    dom::object object;
    if (element.get(object) != simdjson::SUCCESS) {
      return AtPlace(
          absl::InvalidArgumentError(absl::StrCat(JsonTypeName(element), ", want an object")),
          place);
    }
    absl::StatusOr<ParsedBenchmark> parsed = ParseBenchmark(object);
    if (!parsed.ok()) return AtPlace(parsed.status(), place);
    const std::string name = absl::StrCat(BaseName(path_), place);
    const bool several = parsed->records.size() > 1;
    for (size_t i = 0; i < parsed->records.size(); ++i) {
      generator::BenchmarkRecord& record = parsed->records[i];
      record.name = several ? absl::StrCat(name, " record ", i + 1) : name;
      RETURN_IF_ERROR(fn_(record));
    }
    return absl::OkStatus();
  }

  const std::string path_;
  const RecordFn fn_;
  const uint64_t max_bytes_;
};

}  // namespace

absl::Status ReadBenchmarkFile(absl::string_view path, RecordFn fn, uint64_t max_record_bytes) {
  return FileReader(path, fn, max_record_bytes).Read();
}

absl::StatusOr<std::string> HashBenchmarks(const v1::DecontaminationSpec& spec) {
  ASSIGN_OR_RETURN(const std::vector<BenchmarkFile> files, ListFiles(spec));
  return HashOf(files);
}

absl::StatusOr<v1::RunSpec> WithBenchmarksHash(const v1::RunSpec& spec) {
  v1::RunSpec resolved = spec;
  if (spec.decontamination().benchmarks().empty()) return resolved;
  ASSIGN_OR_RETURN(const std::string sha256, HashBenchmarks(spec.decontamination()));
  RETURN_IF_ERROR(CheckHash(sha256, spec.decontamination()));
  resolved.mutable_decontamination()->set_benchmarks_sha256(sha256);
  return resolved;
}

absl::StatusOr<std::unique_ptr<generator::Decontaminator>> LoadBenchmarks(
    const v1::DecontaminationSpec& spec) {
  ASSIGN_OR_RETURN(const std::vector<BenchmarkFile> files, ListFiles(spec));
  RETURN_IF_ERROR(CheckHash(HashOf(files), spec));
  auto benchmarks = std::make_unique<generator::Decontaminator>(spec);
  for (const BenchmarkFile& file : files) {
    RETURN_IF_ERROR(ReadBenchmarkFile(file.path, [&](const generator::BenchmarkRecord& record) {
      benchmarks->Add(record);
      return absl::OkStatus();
    }));
  }
  benchmarks->Finish();
  LogInfo(absl::StrCat("read ", files.size(), " benchmark files: ", benchmarks->Summary()));
  return benchmarks;
}

}  // namespace quipu::pipelines
