// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/score/corpus_sample.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/file.h"
#include "base/stop.h"
#include "generator/spec/run_spec.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "inference/text/byte_tokenizer.h"
#include "pipelines/tables/folder_store.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines {
namespace {

using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using testing::StatusIs;
using testing::TempDir;

std::string Text(absl::string_view who) {
  std::string text;
  for (int i = 0; i < 120; ++i) {
    absl::StrAppend(&text, "The ", who, " of lock ", i, " opens gate ", i * 7,
                    " slowly so that the lower basin fills well.\n");
  }
  return text;
}

class CorpusSampleTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ResetStopForTest();
    ASSERT_OK(MakeDirs(dir_.Path("bucket/c")));
  }

  void Write(absl::string_view name, absl::string_view content) {
    ASSERT_OK(WriteFileAtomic(dir_.Path(absl::StrCat("bucket/c/", name)), content));
  }

  absl::StatusOr<std::vector<std::string>> Sample(absl::string_view path, size_t count) {
    const auto spec = generator::ParseRunSpec(
        absl::StrCat("seed: 1\nstore: \"s\"\ndocuments { path: \"", path,
                     "\" }\nengine { kind: SCRIPTED }\n",
                     "chunks { min_tokens: 200 max_tokens: 400 tokens_per_chunk: 800 }\n",
                     "read { min_document_tokens: 100 }\n"),
        "test.textproto");
    if (!spec.ok()) return spec.status();
    return SampleChunks(*spec, *tokenizer_, count);
  }

  TempDir dir_;
  const std::shared_ptr<const inference::Tokenizer> tokenizer_ = inference::CreateByteTokenizer();
};

TEST_F(CorpusSampleTest, HasChunksOfEachDocument) {
  Write("a.txt", Text("keeper"));
  Write("b.txt", Text("miller"));
  ASSERT_OK_AND_ASSIGN(const auto chunks, Sample(dir_.Path("bucket/c"), 2));

  ASSERT_THAT(chunks, SizeIs(2));
  EXPECT_NE(chunks[0].find("keeper") == std::string::npos,
            chunks[1].find("keeper") == std::string::npos);
}

// As a build does: a card beside tables is no document.
TEST_F(CorpusSampleTest, LeavesOutWhatABuildLeavesOut) {
  Write("README.md", Text("card"));
  Write("a.parquet", "no table: it is named, and left out");
  Write("b.txt", Text("miller"));
  ASSERT_OK_AND_ASSIGN(const auto chunks, Sample(dir_.Path("bucket/c"), 20));

  EXPECT_THAT(chunks, Not(IsEmpty()));
  EXPECT_THAT(chunks, Each(HasSubstr("miller")));
}

TEST_F(CorpusSampleTest, ReadsObjects) {
  StoreFaults faults;
  if (!ServeFolder(dir_.Path(""), "bucket", &faults)) GTEST_SKIP() << "no Arrow";
  Write("a.txt", Text("keeper"));

  ASSERT_OK_AND_ASSIGN(const auto local, Sample(dir_.Path("bucket/c/a.txt"), 20));
  EXPECT_THAT(Sample("s3://bucket/c/*.txt", 20), testing::IsOkAndHolds(local));
  faults.failing = 1000;
  EXPECT_THAT(Sample("s3://bucket/c", 20), StatusIs(absl::StatusCode::kUnavailable, "s3://bucket"));
}

TEST_F(CorpusSampleTest, NothingToSampleIsAnError) {
  EXPECT_THAT(Sample(dir_.Path("bucket/none*"), 2),
              StatusIs(absl::StatusCode::kNotFound, "documents.path: no file matches"));
  Write("a.txt", "Short.");
  EXPECT_THAT(Sample(dir_.Path("bucket/c"), 2),
              StatusIs(absl::StatusCode::kInvalidArgument, "no document has a chunk"));
}

}  // namespace
}  // namespace quipu::pipelines
