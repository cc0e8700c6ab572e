// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// What a run does with its corpus as people keep it: files that cannot be read,
// readings that failed, files that change, rows of many shapes.
#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/stop.h"
#include "generator/spec/run_spec.h"
#include "gtest/gtest.h"
#include "pipelines/run/build.h"
#include "tests/support/compress.h"
#include "tests/support/dataset_checks.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines {
namespace {

using ::testing::AllOf;
using testing::CheckDataset;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::IsOkAndHolds;
using testing::StatusIs;
using testing::TempDir;

// A document's text with a chunk in it.
std::string MakeText(int salt) {
  std::string text;
  for (int i = 0; i < 120; ++i) {
    absl::StrAppend(&text, "The keeper of lock ", salt * 1000 + i, " opens gate ", i * 7 + salt,
                    " slowly so that the lower basin fills well. ");
  }
  return text;
}

std::string Document(int salt, absl::string_view field = "text") {
  return absl::StrCat("{\"", field, "\":\"", MakeText(salt), "\",\"url\":\"http://a/", salt,
                      "\"}\n");
}

constexpr absl::string_view kRow = "{\"prompt\":\"Say yes.\",\"completion\":\"Yes.\"}\n";

class CorpusTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ResetStopForTest();
    ASSERT_OK(MakeDirs(dir_.Path("c")));
  }

  void Write(absl::string_view name, absl::string_view content) {
    ASSERT_OK(WriteFileAtomic(dir_.Path(name), content));
  }

  v1::RunSpec Spec(absl::string_view inputs, absl::string_view store = "store") {
    auto spec = generator::ParseRunSpec(
        absl::StrCat("seed: 3 store: \"", dir_.Path(store), "\" export_dir: \"",
                     dir_.Path("export"), "\" engine { kind: SCRIPTED } chunks { min_tokens: 200 ",
                     "max_tokens: 600 tokens_per_chunk: 2000 } ", inputs),
        "test");
    EXPECT_OK(spec.status());
    return *spec;
  }
  v1::RunSpec Documents(absl::string_view pattern, absl::string_view more = "") {
    return Spec(absl::StrCat("documents { path: \"", dir_.Path(pattern), "\" ", more, " }"));
  }
  v1::RunSpec Rows(absl::string_view pattern) {
    return Spec(absl::StrCat("short_rows { path: \"", dir_.Path(pattern), "\" }"));
  }

  // All lines of a view of the export.
  std::string Exported(absl::string_view view) {
    std::string lines;
    const auto files = ExpandInputs(dir_.Path(absl::StrCat("export/", view, "-*.jsonl")));
    EXPECT_OK(files.status());
    for (const std::string& file : files.value_or(std::vector<std::string>())) {
      lines += ReadFile(file, 1 << 28).value_or("unreadable");
    }
    return lines;
  }

  TempDir dir_;
};

// ---- Files that cannot be read. ----

TEST_F(CorpusTest, FilesThatCannotBeReadCountAgainstTheirEntry) {
  for (int i = 0; i < 6; ++i) Write(absl::StrCat("c/", i, ".pdf"), "%PDF-1.7 and so on");
  for (int i = 0; i < 4; ++i) Write(absl::StrCat("c/", i, ".jsonl"), Document(i));

  EXPECT_THAT(Build(Documents("c"), {}).status(),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("6 of 10 files cannot be read"), HasSubstr("0.pdf: a PDF"),
                             HasSubstr("pdftotext"))));
  BuildOptions options;
  options.max_bad_share = 0.6;
  ASSERT_OK_AND_ASSIGN(const BuildSummary summary, Build(Documents("c"), options));
  EXPECT_EQ(summary.counts.documents, 4u);
  EXPECT_EQ(summary.counts.bad_records, 6u);
}

TEST_F(CorpusTest, AFileThatIsOneObjectAroundItsRecordsIsLostAsAFile) {
  std::string around = "{\"data\":[";
  for (int i = 0; i < 300; ++i) {
    absl::StrAppend(&around, i == 0 ? "" : ",", "{\"prompt\":\"Q", i, "\",\"completion\":\"A.\"}");
  }
  Write("c/a.jsonl", kRow);
  Write("c/b.json", around + "]}");

  EXPECT_THAT(Build(Rows("c"), {}).status(),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("1 of 2 files cannot be read"), HasSubstr("b.json:1: "),
                             HasSubstr("write them as one array"))));
  Write("c/b.json", "{\"prompt\":[\"p\",\"q\"],\"completion\":[\"a\",\"b\"]}");
  EXPECT_THAT(Build(Rows("c"), {}).status(),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("1 of 2 files")));
  // Where it is one of several values, it is one bad record of them.
  Write("c/b.json", around + "]}\n{\"prompt\":\"Q\",\"completion\":\"A.\"}\n");
  ASSERT_OK_AND_ASSIGN(const BuildSummary summary, Build(Rows("c"), {}));
  EXPECT_EQ(summary.counts.short_rows, 2u);
  EXPECT_EQ(summary.counts.bad_records, 1u);
}

TEST_F(CorpusTest, ACorpusAroundTheStoreIsReadWithoutIt) {
  Write("a.jsonl", Document(0) + Document(1));
  const v1::RunSpec spec = Spec(absl::StrCat("documents { path: \"", dir_.path(), "\" }"));

  for (int i = 0; i < 2; ++i) {
    ASSERT_OK_AND_ASSIGN(const BuildSummary summary, Build(spec, {}));
    EXPECT_EQ(summary.counts.documents, 2u);
    EXPECT_EQ(summary.counts.bad_records, 0u);
  }
}

// Each is said in the log, and counted once.
TEST_F(CorpusTest, LinksToDirectoriesAndFilesOfTwoEntriesAreNamed) {
  Write("c/a.jsonl", Document(0) + Document(1));
  std::filesystem::create_symlink("none", dir_.Path("c/nothing.jsonl"));
  std::filesystem::create_directory_symlink(dir_.path(), dir_.Path("c/around"));
  v1::RunSpec spec = Documents("c");
  *spec.add_documents() = spec.documents(0);
  spec.mutable_documents(1)->set_text_field("url");

  ::testing::internal::CaptureStderr();
  const absl::StatusOr<BuildSummary> summary = Build(spec, {});
  const std::string log = ::testing::internal::GetCapturedStderr();

  ASSERT_OK(summary.status());
  EXPECT_EQ(summary->counts.documents, 2u);
  EXPECT_THAT(log, HasSubstr("read without the links in it that lead to directories or to nothing "
                             "(2, such as "));
  EXPECT_THAT(log, HasSubstr("would read them differently"));
}

TEST_F(CorpusTest, BadFilesAreNotAllowedOneByOne) {
  for (int i = 0; i < 20; ++i) Write(absl::StrCat("c/", i, ".txt"), "caf\xe9 in Latin-1");
  Write("c/good.txt", MakeText(1));

  EXPECT_THAT(Build(Documents("c"), {}).status(),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("11 of 11 records are bad")));
}

TEST_F(CorpusTest, AnEntryWithoutAGoodRecordIsAnError) {
  Write("c/a.jsonl", "{\"body\":\"a\"}\n{\"body\":\"b\"}\n");
  Write("rows.jsonl", kRow);
  v1::RunSpec spec = Documents("c");
  spec.add_short_rows()->set_path(dir_.Path("rows.jsonl"));

  EXPECT_THAT(Build(spec, {}).status(),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("documents[0]"), HasSubstr("2 of 2 records are bad"),
                             HasSubstr("no field \"text\""))));
}

TEST_F(CorpusTest, ReadsEveryCompression) {
  Write("c/0.jsonl.gz", testing::Gzip(Document(0)));
  Write("c/1.jsonl.zst", testing::Zstd(Document(1)));
  Write("c/2.ndjson.xz", testing::Xz(Document(2)));
  Write("c/3.jl.bz2", testing::Bzip2(Document(3)));
  Write("c/4.json.lz4", testing::Lz4(absl::StrCat("[", Document(4), "]")));
  Write("c/5.jsonl.gz", "");

  ASSERT_OK_AND_ASSIGN(const BuildSummary summary, Build(Documents("c"), {}));

  EXPECT_EQ(summary.counts.documents, 5u);
  EXPECT_EQ(summary.counts.bad_records, 0u);
}

TEST_F(CorpusTest, AWindowThatIsTooLargeNamesTheFieldThatAllowsIt) {
  Write("c/a.jsonl.zst", testing::Zstd(Document(1), 28));
  v1::RunSpec spec = Documents("c");
  EXPECT_THAT(Build(spec, {}).status(),
              StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("zstd_window_log: 28")));
  spec.mutable_read()->set_zstd_window_log(28);
  EXPECT_OK(Build(spec, {}).status());
}

// ---- Which documents are read, and how. ----

TEST_F(CorpusTest, DocumentsThatKeepIfLeavesOutAreCounted) {
  Write("c/a.jsonl", absl::StrCat(Document(1), Document(2), Document(3)));

  ASSERT_OK_AND_ASSIGN(const BuildSummary summary,
                       Build(Documents("c", "keep_if { field: \"url\" pattern: \"/[13]$\" }"), {}));

  EXPECT_EQ(summary.counts.documents, 2u);
  EXPECT_EQ(summary.counts.not_kept, 1u);
  EXPECT_EQ(summary.counts.bad_records, 0u);
  EXPECT_THAT(ReadFile(dir_.Path("export/MANIFEST.json"), 1 << 20).value_or(""),
              HasSubstr("\"documents_not_kept\": 1"));
}

TEST_F(CorpusTest, SaysWhatLeftNothingToBuildFrom) {
  Write("c/a.jsonl", absl::StrCat(Document(1), Document(2)));
  EXPECT_THAT(Build(Documents("c", "keep_if { field: \"lang\" pattern: \"en\" }"), {}).status(),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("nothing to build from: 0 documents have fewer than")));
  EXPECT_THAT(
      Build(Documents("c", "keep_if { field: \"lang\" pattern: \"en\" }"), {}).status(),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("2 were left out by keep_if")));
}

TEST_F(CorpusTest, PagesAreReadWithoutTheirMenus) {
  Write("c/a.html", absl::StrCat("<html><title>Locks</title><body><nav>Menu of the site</nav><p>",
                                 MakeText(1), "</p></body></html>"));
  Write("c/b.md", absl::StrCat("# Locks\n\n**", MakeText(2), "**\n"));

  ASSERT_OK_AND_ASSIGN(const BuildSummary summary, Build(Documents("c"), {}));

  EXPECT_EQ(summary.counts.documents, 2u);
  EXPECT_GT(summary.counts.accepted, 0u);
  const std::string rows = Exported("messages");
  EXPECT_THAT(rows, HasSubstr("Locks\\n\\nThe keeper of lock 1000"));
  EXPECT_THAT(rows, ::testing::Not(HasSubstr("Menu of the site")));
  EXPECT_THAT(rows, ::testing::Not(HasSubstr("<p>")));
}

// ---- After a reading that failed. ----

TEST_F(CorpusTest, ARepairedFileIsReadByTheSameCommand) {
  Write("rows.jsonl", "[\n{\"prompt\":\"a\",\"completion\":\"b\"},\n{\"prompt\":");
  EXPECT_THAT(Build(Rows("rows.jsonl"), {}).status(),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("is it cut off")));
  Write("rows.jsonl", absl::StrCat(kRow, "{\"prompt\":\"c\",\"completion\":\"d\"}\n"));

  ASSERT_OK_AND_ASSIGN(const BuildSummary summary, Build(Rows("rows.jsonl"), {}));

  EXPECT_EQ(summary.counts.short_rows, 2u);
  EXPECT_EQ(summary.counts.bad_records, 0u);
}

TEST_F(CorpusTest, ACorrectedSpecIsTakenIfNothingWasMadeYet) {
  Write("c/a.jsonl", Document(1, "content"));
  EXPECT_THAT(Build(Documents("c"), {}).status(), StatusIs(absl::StatusCode::kInvalidArgument));
  // Of a process that was killed while it began again.
  ASSERT_OK(MakeDirs(dir_.Path(".store.quipu-removed")));
  Write(".store.quipu-removed/RUN_STATE", "half removed");

  ASSERT_OK_AND_ASSIGN(const BuildSummary summary,
                       Build(Documents("c", "text_field: \"content\""), {}));

  EXPECT_EQ(summary.counts.documents, 1u);
  EXPECT_EQ(summary.counts.bad_records, 0u);
  EXPECT_THAT(ListDir(dir_.path()), IsOkAndHolds(ElementsAre("c", "export", "store")));
  // Now something was made.
  EXPECT_THAT(Build(Documents("c", "text_field: \"url\""), {}).status(),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       AllOf(HasSubstr("spec differs"), HasSubstr("remove "))));
}

// ---- A corpus that changes. ----

TEST_F(CorpusTest, AFinishedRunSaysHowItsCorpusHasChanged) {
  for (const int i : {1, 2, 3}) Write(absl::StrCat("c/", i, ".jsonl"), Document(i));
  const v1::RunSpec spec = Documents("c/*.jsonl");
  ASSERT_OK(Build(spec, {}).status());
  ASSERT_OK(Build(spec, {}).status());

  Write("c/4.jsonl", Document(4));
  std::string other = Document(2);
  other.replace(other.find("keeper"), 6, "porter");  // As many bytes.
  Write("c/2.jsonl", other);
  ASSERT_OK(RemoveTree(dir_.Path("c/3.jsonl")));

  EXPECT_THAT(Build(spec, {}).status(),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       AllOf(HasSubstr("the corpus has changed since"),
                             HasSubstr(absl::StrCat("new: ", dir_.Path("c/4.jsonl"))),
                             HasSubstr(absl::StrCat("changed: ", dir_.Path("c/2.jsonl"),
                                                    " (as many bytes, other content)")),
                             HasSubstr(absl::StrCat("gone: ", dir_.Path("c/3.jsonl"))))));
}

TEST_F(CorpusTest, AFileThatWasOnlyTouchedIsTheSame) {
  Write("c/1.jsonl", Document(1));
  ASSERT_OK(Build(Documents("c"), {}).status());
  const std::filesystem::path path = dir_.Path("c/1.jsonl");
  std::filesystem::last_write_time(path,
                                   std::filesystem::last_write_time(path) + std::chrono::hours(1));

  EXPECT_OK(Build(Documents("c"), {}).status());
}

// ---- Short rows. ----

TEST_F(CorpusTest, TurnsWithoutLossAreNotTrainedAndSayingSoIsExported) {
  Write(
      "rows.jsonl",
      R"({"messages":[{"role":"user","content":"Q1"},{"role":"assistant","content":"Wrong","weight":0},{"role":"user","content":"Q2"},{"role":"assistant","content":"Right"}]})"
      "\n"
      R"({"messages":[{"role":"user","content":"Q1"},{"role":"assistant","content":"Wrong"},{"role":"user","content":"Q2"},{"role":"assistant","content":"Right"}]})"
      "\n"
      R"({"conversations":[{"from":"gpt","value":"Hello"},{"from":"human","value":"Q3"},{"from":"gpt","value":"A3"}]})"
      "\n");
  const v1::RunSpec spec = Rows("rows.jsonl");

  ASSERT_OK_AND_ASSIGN(const BuildSummary summary, Build(spec, {}));

  EXPECT_EQ(summary.counts.short_rows, 3u);  // The first two differ.
  EXPECT_EQ(summary.counts.cut_rows, 1u);
  EXPECT_THAT(CheckDataset(spec), IsEmpty());
  const std::string messages = Exported("messages");
  EXPECT_THAT(messages, HasSubstr(R"({"role":"assistant","content":"Wrong","weight":0})"));
  EXPECT_THAT(messages, HasSubstr(R"({"role":"assistant","content":"Wrong","weight":1})"));
  EXPECT_EQ(messages.find("Hello"), std::string::npos);
  EXPECT_THAT(ReadFile(dir_.Path("export/MANIFEST.json"), 1 << 20).value_or(""),
              HasSubstr("\"short_rows_cut\": 1"));
}

TEST_F(CorpusTest, RowsAreComposedAsDocumentsAre) {
  // U+AC00 and its two parts.
  Write("rows.jsonl",
        "{\"prompt\":\"\xea\xb0\x80\",\"completion\":\"a\"}\n"
        "{\"prompt\":\"\xe1\x84\x80\xe1\x85\xa1\",\"completion\":\"a\"}\n");

  ASSERT_OK_AND_ASSIGN(const BuildSummary summary, Build(Rows("rows.jsonl"), {}));

  EXPECT_EQ(summary.counts.short_rows, 1u);
  EXPECT_EQ(summary.counts.duplicate_rows, 1u);
  EXPECT_EQ(summary.counts.duplicates, 0u);
  EXPECT_THAT(Exported("messages"), HasSubstr("\xea\xb0\x80"));
}

// ---- Metadata. ----

TEST_F(CorpusTest, MetadataIsExportedAsOneType) {
  Write("c/a.jsonl", Document(1));
  Write("rows.jsonl", kRow);
  v1::RunSpec spec = Documents("c", "metadata_fields: \"url\"");
  spec.add_short_rows()->set_path(dir_.Path("rows.jsonl"));

  ASSERT_OK(Build(spec, {}).status());

  const std::string messages = Exported("messages");
  EXPECT_THAT(messages, HasSubstr(R"("metadata":"{\"url\":\"http://a/1\"}")"));
  EXPECT_THAT(messages, HasSubstr(R"("metadata":"{}")"));
  EXPECT_THAT(CheckDataset(spec), IsEmpty());
}

TEST_F(CorpusTest, MakesPairsOfTheDocumentsThatTheSelectionChoosesAlone) {
  Write("c/a.jsonl", absl::StrCat(Document(1), Document(2), Document(3), Document(4)));
  // The first document again, without its last sentence.
  std::string again = MakeText(1);
  again.resize(again.rfind("The keeper"));
  Write("c/again.txt", again);
  const std::string selection =
      "selection { near_duplicate_overlap: 0.8 sample_documents: 2 } "
      "generation { language: \"en\" }";
  v1::RunSpec spec = Documents("c/*");
  ASSERT_OK_AND_ASSIGN(const BuildSummary all, Build(spec, {}));
  EXPECT_EQ(all.counts.without_chunk, 0u);
  EXPECT_EQ(all.counts.planned_documents, 5u);

  spec = Spec(absl::StrCat("documents { path: \"", dir_.Path("c/*"), "\" } ", selection), "chosen");
  ASSERT_OK_AND_ASSIGN(const BuildSummary chosen, Build(spec, {}));

  EXPECT_EQ(chosen.counts.documents, 5u);
  EXPECT_EQ(chosen.counts.planned_documents, 5u);
  EXPECT_EQ(chosen.counts.no_chunk_by_reason.at(v1::NO_CHUNK_REASON_NEAR_DUPLICATE), 1u);
  EXPECT_EQ(chosen.counts.no_chunk_by_reason.at(v1::NO_CHUNK_REASON_NOT_SAMPLED), 2u);
  EXPECT_LT(chosen.counts.tasks, all.counts.tasks);
  EXPECT_GT(chosen.counts.tasks, 0u);
}

TEST_F(CorpusTest, RefusesASelectionForAPartition) {
  Write("c/a.jsonl", Document(1));
  const v1::RunSpec spec = Spec(absl::StrCat("documents { path: \"", dir_.Path("c/a.jsonl"),
                                             "\" } selection { sample_documents: 1 }"));
  BuildOptions options;
  options.partition.emplace().set_count(2);
  EXPECT_THAT(Build(spec, options).status(), StatusIs(absl::StatusCode::kInvalidArgument,
                                                      HasSubstr("selection with --partition")));
}

}  // namespace
}  // namespace quipu::pipelines
