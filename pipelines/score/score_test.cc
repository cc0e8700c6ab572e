// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/score/score.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/file.h"
#include "base/stop.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "inference/engine.h"
#include "inference/scripted/engine.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using testing::StatusIs;
using testing::TempDir;

constexpr char kChunk[] = "The old mill at the river was rebuilt by Anna Holm in the year 1874.";

class ScoreFileTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ResetStopForTest();
    auto engine = inference::CreateScriptedEngine({});
    ASSERT_OK(engine.status());
    engine_ = *std::move(engine);
  }

  absl::StatusOr<ScoreSummary> Score(const std::vector<std::string>& lines) {
    const std::string path = dir_.Path("pairs.jsonl");
    const absl::Status written = WriteFileAtomic(path, absl::StrJoin(lines, "\n"));
    if (!written.ok()) return written;
    return ScoreFile(spec_, engine_.get(), path, [this](absl::string_view line) {
      out_.emplace_back(line);
      return absl::OkStatus();
    });
  }

  static std::string Pair(const std::string& question, const std::string& answer,
                          const std::string& more = "") {
    return absl::StrCat(R"({"chunk":")", kChunk, R"(","question":")", question, R"(","answer":")",
                        answer, "\"", more, "}");
  }

  TempDir dir_;
  v1::RunSpec spec_;
  std::unique_ptr<inference::Engine> engine_;
  std::vector<std::string> out_;
};

TEST_F(ScoreFileTest, WritesALineForEachLineAndCountsBadOnes) {
  ASSERT_OK_AND_ASSIGN(
      const ScoreSummary summary,
      Score({Pair("Who rebuilt the old mill?", "Anna Holm", R"(,"id":"a")"), "", "{malformed",
             R"({"chunk":"c","question":"q"})", Pair("When?", "", ""),
             Pair("When was the mill rebuilt?", "1874", R"(,"label":"best")"),
             Pair("When was the mill rebuilt?", "1874")}));

  EXPECT_EQ(summary.pairs, 2u);
  EXPECT_EQ(summary.bad_lines, 4u);
  ASSERT_EQ(out_.size(), 6u);
  EXPECT_THAT(out_[0], StartsWith(R"({"line":1,"id":"a","form":"short","accepted":)"));
  EXPECT_THAT(out_[1],
              StartsWith(absl::StrCat(R"({"line":3,"error":")", dir_.Path("pairs.jsonl"), ":3: ")));
  EXPECT_THAT(out_[2], HasSubstr("\\\"answer\\\""));
  EXPECT_THAT(out_[3], HasSubstr("empty"));
  EXPECT_THAT(out_[4], HasSubstr("none of gold"));
  EXPECT_THAT(out_[5], StartsWith(R"({"line":7,)"));
}

TEST_F(ScoreFileTest, RefusesChunksOverTheSpecsLimit) {
  spec_.mutable_chunks()->set_max_tokens(40);  // A byte is a token of the scripted engine.

  ASSERT_OK_AND_ASSIGN(const ScoreSummary summary, Score({Pair("Who?", "Anna Holm")}));

  EXPECT_EQ(summary.bad_lines, 1u);
  EXPECT_THAT(out_, ElementsAre(HasSubstr("the limit is 40 (chunks.max_tokens)")));
}

TEST_F(ScoreFileTest, MeasuresAllFiguresAlsoAfterAReject) {
  ASSERT_OK(Score({Pair("Who rebuilt the old mill?", "Anna Holm"),
                   Pair("Who rebuilt the old mill?", "Peter Brandt"),
                   Pair("What does the text say?", "Anna Holm")})
                .status());

  ASSERT_EQ(out_.size(), 3u);
  for (const std::string& line : out_) {
    EXPECT_THAT(line, HasSubstr("\"verdict_margin\":"));
    EXPECT_THAT(line, HasSubstr("\"gain\":"));
    EXPECT_THAT(line, HasSubstr("\"probability\":"));
  }
  EXPECT_THAT(out_[1], HasSubstr(R"("accepted":false,"reason":"not_grounded")"));
  EXPECT_THAT(out_[2], HasSubstr(R"("reason":"mentions_text","detail":"question: the text")"));
}

TEST_F(ScoreFileTest, CountsLabels) {
  ASSERT_OK_AND_ASSIGN(
      const ScoreSummary summary,
      Score({Pair("Who rebuilt the old mill?", "Anna Holm", R"(,"label":true)"),
             Pair("Who rebuilt the old mill?", "Peter Brandt", R"(,"label":"name")")}));

  EXPECT_THAT(summary.labels.ToText(), HasSubstr("AUC of right against"));
}

TEST_F(ScoreFileTest, ReportsAFileThatIsNotThere) {
  EXPECT_THAT(ScoreFile(spec_, engine_.get(), dir_.Path("none.jsonl"),
                        [](absl::string_view) { return absl::OkStatus(); })
                  .status(),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("none.jsonl")));
}

TEST_F(ScoreFileTest, OfAnEmptyFileIsNothing) {
  ASSERT_OK_AND_ASSIGN(const ScoreSummary summary, Score({}));

  EXPECT_EQ(summary.pairs + summary.bad_lines, 0u);
  EXPECT_TRUE(out_.empty());
}

}  // namespace
}  // namespace quipu::pipelines
