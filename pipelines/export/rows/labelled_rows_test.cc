// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/export/rows/labelled_rows.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/file.h"
#include "base/json_parser.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pipelines/export/check/check.h"
#include "pipelines/export/exporter.h"
#include "tests/support/export_fixture.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines {
namespace {

using ::quipu::testing::ExportFixture;
using ::quipu::testing::TempDir;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

// "true Numbers." or "false VERDICT Numbers." of each row.
std::vector<std::string> Rows(ExportFixture& run) {
  std::vector<std::string> rows;
  const LabelledRows labelled(run.store(), run.target());
  EXPECT_OK(labelled.ForEach([&](const LabelledRow& row, const v1::Document&) {
    rows.push_back(absl::StrCat(row.label() ? "true " : absl::StrCat("false ", row.reason, " "),
                                row.result.answer()));
    return absl::OkStatus();
  }));
  return rows;
}

// Rejects the only short-form sample with the answer "Numbers.".
void Reject(ExportFixture& run, v1::RejectReason reason) {
  for (auto& [id, result] : run.store().results) {
    if (result.answer() == "Numbers.") result.mutable_reject()->set_reason(reason);
  }
}

TEST(LabelledRows, HasEachAcceptedPairAndAnAnswerThatWasChanged) {
  ExportFixture run;

  EXPECT_THAT(Rows(run),
              UnorderedElementsAre("true Numbers.", "true It is \"sentence\" number 21.",
                                   "false CHANGED_NUMBER It is \"sentence\" number 20.", "true 3",
                                   ::testing::StartsWith("false CHANGED_NUMBER ")));
}

TEST(LabelledRows, HasOnlyRejectsWhoseAnswerIsWrongMostOfTheTime) {
  ExportFixture run;
  for (const v1::RejectReason reason : {v1::REJECT_REASON_VERDICT, v1::REJECT_REASON_LIKELIHOOD}) {
    Reject(run, reason);
    EXPECT_THAT(Rows(run), Contains(::testing::EndsWith("Numbers.")));
    EXPECT_THAT(Rows(run), Contains(::testing::StartsWith("false ")));
    EXPECT_THAT(Rows(run), ::testing::Not(Contains("true Numbers.")));
  }
  for (const v1::RejectReason reason :
       {v1::REJECT_REASON_PROBABILITY, v1::REJECT_REASON_DISAGREES, v1::REJECT_REASON_GAIN,
        v1::REJECT_REASON_NOT_GROUNDED, v1::REJECT_REASON_AMBIGUOUS, v1::REJECT_REASON_CONTAMINATED,
        v1::REJECT_REASON_DUPLICATE_QUESTION, v1::REJECT_REASON_LANGUAGE,
        v1::REJECT_REASON_QUARANTINED}) {
    Reject(run, reason);
    EXPECT_THAT(Rows(run), ::testing::Not(Contains(::testing::EndsWith("Numbers."))));
  }
}

TEST(LabelledRows, HasTheColumnsThatTrainersOfSingleLabelsRead) {
  ExportFixture run;
  Reject(run, v1::REJECT_REASON_VERDICT);
  const LabelledRows labelled(run.store(), run.target());
  std::map<std::string, std::string> lines;
  ASSERT_OK(labelled.ForEach([&](const LabelledRow& row, const v1::Document& document) {
    return labelled.Append(row, document, &lines[row.result.answer()]);
  }));

  std::string line = lines["Numbers."];
  const size_t size = line.size();
  line.resize(size + simdjson::SIMDJSON_PADDING);
  JsonParser parser;
  ASSERT_OK_AND_ASSIGN(const auto row, parser.ParseObject(absl::string_view(line.data(), size)));
  std::string_view text;
  ASSERT_EQ(row["prompt"].at(0)["role"].get(text), simdjson::SUCCESS);
  EXPECT_EQ(text, "user");
  ASSERT_EQ(row["prompt"].at(0)["content"].get(text), simdjson::SUCCESS);
  EXPECT_THAT(std::string(text), HasSubstr("Its knots stand for numbers."));
  EXPECT_THAT(std::string(text), HasSubstr("What do the knots of a quipu stand for?"));
  ASSERT_EQ(row["completion"].at(0)["role"].get(text), simdjson::SUCCESS);
  EXPECT_EQ(text, "assistant");
  ASSERT_EQ(row["completion"].at(0)["content"].get(text), simdjson::SUCCESS);
  EXPECT_EQ(text, "Numbers.");
  bool label = true;
  ASSERT_EQ(row["label"].get(label), simdjson::SUCCESS);
  EXPECT_FALSE(label);
  ASSERT_EQ(row["reason"].get(text), simdjson::SUCCESS);
  EXPECT_EQ(text, "VERDICT");
  for (const char* other : {"messages", "chosen", "rejected"}) {
    EXPECT_NE(row.at_key(other).error(), simdjson::SUCCESS) << other << ": TRL would read it";
  }
}

class LabelledExport : public ::testing::Test {
 protected:
  LabelledExport() { run_.spec().mutable_export_()->set_labelled(true); }

  std::vector<std::string> Findings() {
    auto findings = CheckExport(run_.store(), run_.target(), dir_.Path("export"));
    EXPECT_OK(findings.status());
    return *findings;
  }

  ExportFixture run_;
  TempDir dir_;
};

TEST_F(LabelledExport, IsAThirdViewThatTheCheckFindsSound) {
  ASSERT_OK_AND_ASSIGN(const ExportSummary summary,
                       Export(run_.store(), run_.target(), dir_.Path("export")));

  EXPECT_EQ(summary.labelled_rows, 5u);
  EXPECT_EQ(summary.labelled_true, 3u);
  ASSERT_OK_AND_ASSIGN(const std::string text,
                       ReadFile(dir_.Path("export/labelled-00000.jsonl"), 1 << 24));
  EXPECT_EQ(std::vector<std::string>(absl::StrSplit(absl::StripSuffix(text, "\n"), '\n')).size(),
            5u);
  ASSERT_OK_AND_ASSIGN(const std::string manifest,
                       ReadFile(dir_.Path("export/MANIFEST.json"), 1 << 20));
  EXPECT_THAT(manifest, HasSubstr("\"labelled_true\": 3"));
  EXPECT_THAT(Findings(), IsEmpty());
  ASSERT_OK(Export(run_.store(), run_.target(), dir_.Path("again")).status());
  EXPECT_EQ(*ReadFile(dir_.Path("again/labelled-00000.jsonl"), 1 << 24), text);
}

TEST_F(LabelledExport, HasAWrongLabelThatTheCheckFinds) {
  ASSERT_OK(Export(run_.store(), run_.target(), dir_.Path("export")).status());
  const std::string path = dir_.Path("export/labelled-00000.jsonl");
  ASSERT_OK_AND_ASSIGN(const std::string text, ReadFile(path, 1 << 24));
  ASSERT_OK(
      WriteFileAtomic(path, absl::StrReplaceAll(text, {{"\"label\":true", "\"label\":false"}})));

  EXPECT_THAT(Findings(), Contains(HasSubstr("the label is false, the pair was accepted")));
  EXPECT_THAT(Findings(), Contains(HasSubstr("differs from the row that the store gives")));

  ASSERT_OK(WriteFileAtomic(path, text.substr(0, text.find('\n') + 1)));
  EXPECT_THAT(Findings(), Contains(HasSubstr("labelled-*.jsonl: no row ")));
}

TEST_F(LabelledExport, IsAbsentUnlessTheSpecWantsIt) {
  run_.spec().mutable_export_()->set_labelled(false);
  ASSERT_OK_AND_ASSIGN(const ExportSummary summary,
                       Export(run_.store(), run_.target(), dir_.Path("export")));

  EXPECT_EQ(summary.labelled_rows, 0u);
  EXPECT_FALSE(FileExists(dir_.Path("export/labelled-00000.jsonl")));
  EXPECT_THAT(Findings(), IsEmpty());
}

}  // namespace
}  // namespace quipu::pipelines
