// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "tests/crash/run_directory.h"

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "base/file.h"
#include "base/sha256.h"
#include "gtest/gtest.h"
#include "pipelines/tables/table_writer.h"
#include "tests/support/status_matchers.h"

namespace quipu::testing {
namespace {

constexpr int kShortRows = 40;

std::string DocumentLine(int id, absl::string_view text) {
  return absl::StrCat("{\"id\": ", id, ", \"text\": \"", absl::StrReplaceAll(text, {{"\n", "\\n"}}),
                      "\"}\n");
}

// Writes lines of JSON as a table.
absl::Status WriteTable(const std::string& path, absl::string_view lines, int group_rows) {
  pipelines::TableWriter::Options options;
  options.columns = {{"id", "int64"}, {"text", "string"}};
  options.group_rows = static_cast<uint64_t>(group_rows);
  absl::StatusOr<std::unique_ptr<pipelines::TableWriter>> writer =
      pipelines::TableWriter::Create(path, options);
  if (!writer.ok()) return writer.status();
  for (const absl::string_view line : absl::StrSplit(lines, '\n', absl::SkipEmpty())) {
    const absl::Status added = (*writer)->Add(line);
    if (!added.ok()) return added;
  }
  return (*writer)->Finish();
}

}  // namespace

std::string TestProgram(absl::string_view name) {
  const char* runfiles = std::getenv("TEST_SRCDIR");
  const char* workspace = std::getenv("TEST_WORKSPACE");
  return absl::StrCat(runfiles, "/", workspace, "/", name);
}

int Kills(int usual) {
  const char* text = std::getenv("QUIPU_KILLS");
  int kills = usual;
  if (text != nullptr && !absl::SimpleAtoi(text, &kills)) kills = usual;
  return kills;
}

std::string MakeText(Rng* rng, int sentences, absl::string_view who) {
  const std::vector<std::string> people = {"The keeper", "A traveller", "The old captain",
                                           "Her sister", "The weaver",  "A clerk",
                                           "The miller", "His friend"};
  const std::vector<std::string> did = {"counted", "carried", "found",  "mended",  // taste-ok: data
                                        "sold",    "painted", "copied", "hid"};
  const std::vector<std::string> what = {"knotted cords", "silver coins", "river stones",
                                         "woollen cloth", "wax candles",  "paper maps",
                                         "copper bells",  "clay jars"};
  const std::vector<std::string> where = {"in the harbour", "behind the church", "near the bridge",
                                          "at the market",  "on the hill",       "by the mill",
                                          "in the archive", "under the stairs"};
  std::string text;
  for (int i = 0; i < sentences; ++i) {
    const std::string& person = people[rng->Below(people.size())];
    absl::StrAppend(&text, who.empty() ? absl::string_view(person) : who, " ",
                    did[rng->Below(did.size())], " ", rng->Below(900) + 2, " ",
                    what[rng->Below(what.size())], " ", where[rng->Below(where.size())],
                    i % 6 == 5 ? ".\n\n" : ". ");
  }
  return text;
}

RunDirectory::RunDirectory(const Workload& workload, const Fingerprint& seed)
    : program_{TestProgram("pipelines/quipu")} {
  Rng rng(seed, "kill-test-corpus");
  std::string rows;
  for (int i = 0; i < workload.documents; ++i) {
    absl::StrAppend(&rows, DocumentLine(i, MakeText(&rng, workload.sentences)));
    if (i == 1 && workload.table_group_rows == 0) absl::StrAppend(&rows, "{\"id\": broken\n");
  }
  int next = workload.documents;
  for (const std::string& text : workload.more_documents) {
    absl::StrAppend(&rows, DocumentLine(next++, text));
  }
  std::string short_rows;
  for (int i = 0; i < kShortRows; ++i) {
    absl::StrAppend(&short_rows, "{\"prompt\": \"What is ", i, " plus ", i,
                    "?\", \"completion\": \"It is ", 2 * i, ".\"}\n");
  }
  const std::string corpus = workload.table_group_rows > 0 ? "corpus.parquet" : "corpus.jsonl";
  EXPECT_OK(workload.table_group_rows > 0
                ? WriteTable(Path(corpus), rows, workload.table_group_rows)
                : WriteFileAtomic(Path(corpus), rows));
  EXPECT_OK(WriteFileAtomic(Path("short.jsonl"), short_rows));
  EXPECT_OK(
      WriteFileAtomic(Path("spec.textproto"),
                      absl::StrCat("seed: 7\nstore: \"run/store\"\ndocuments { path: \"", corpus,
                                   "\" }\n"
                                   "short_rows { path: \"short.jsonl\" }\nengine { ",
                                   workload.engine, " }\nperformance { ", workload.performance,
                                   " }\n", workload.rest)));
}

absl::StatusOr<std::unique_ptr<ChildProcess>> RunDirectory::Start(
    const std::vector<std::string>& arguments, absl::string_view log) const {
  std::vector<std::string> argv = program_;
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  return ChildProcess::Start(argv, {dir_.path(), Path(log), ""});
}

absl::StatusOr<int> RunDirectory::Run(const std::vector<std::string>& arguments,
                                      absl::string_view log) const {
  std::vector<std::string> argv = program_;
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  return RunChild(argv, {dir_.path(), Path(log), ""}, kRunLimit);
}

void RunDirectory::ExpectSucceeds(const std::vector<std::string>& arguments) const {
  const absl::StatusOr<int> code = Run(arguments);
  ASSERT_OK(code.status()) << ReadLog();
  EXPECT_EQ(*code, 0) << "quipu " << absl::StrJoin(arguments, " ") << "\n" << ReadLog();
}

int RunDirectory::KillUntilDone(const std::vector<std::string>& arguments, int most,
                                absl::Duration mean_life, Rng* rng) const {
  for (int killed = 0; killed < most; ++killed) {
    auto child = Start(arguments);
    EXPECT_OK(child.status());
    if (!child.ok() || (*child)->Wait(2 * rng->Uniform() * mean_life).has_value()) return killed;
    (*child)->Kill();
  }
  return most;
}

std::string RunDirectory::ReadLog(absl::string_view log) const {
  return ReadFile(Path(log), 1 << 26).value_or("(no log)");
}

std::string RunDirectory::ExportDigest() const {
  const auto files = ExpandInputs(Path("run/export"));
  if (!files.ok()) return std::string(files.status().message());
  std::vector<std::string> lines;
  for (const std::string& file : *files) {
    lines.push_back(absl::StrCat(file.substr(dir_.path().size()), " ",
                                 Sha256HexOfFile(file).value_or("unreadable")));
  }
  std::sort(lines.begin(), lines.end());
  return absl::StrJoin(lines, "\n");
}

std::vector<std::string> RunDirectory::Rows() const {
  const auto rows = ReadFile(Path("run/export/messages-00000.jsonl"), 1 << 28);
  if (!rows.ok()) return {};
  return absl::StrSplit(*rows, '\n', absl::SkipEmpty());
}

bool RunDirectory::HasLongRows() const {
  const std::vector<std::string> rows = Rows();
  return std::any_of(rows.begin(), rows.end(), [](const std::string& row) {
    return absl::StrContains(row, "\"kind\":\"long\"");
  });
}

std::string DigestLeftAlone(const Workload& workload, const Fingerprint& seed,
                            absl::Duration* took) {
  Workload alone = workload;
  if (took == nullptr) alone.performance.clear();
  const RunDirectory dir(alone, seed);
  const absl::Time began = absl::Now();
  dir.ExpectSucceeds({"build", "spec.textproto"});
  if (took != nullptr) *took = absl::Now() - began;
  EXPECT_TRUE(dir.HasLongRows()) << dir.ReadLog();
  return dir.ExportDigest();
}

}  // namespace quipu::testing
