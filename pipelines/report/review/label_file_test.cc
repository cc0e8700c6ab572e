// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/report/review/label_file.h"

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/json_parser.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pipelines/score/given_pair.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace quipu::pipelines {
namespace {

using ::testing::HasSubstr;
using testing::StatusIs;
using testing::TempDir;

LabelledPair PairOf(const std::string& id, const std::string& label,
                    const std::string& rater = "") {
  LabelledPair pair;
  pair.id = id;
  pair.rater = rater;
  pair.label = label;
  pair.chunk = "The miller sold nine sacks.";
  pair.question = "How many?";
  pair.answer = "Nine \"sacks\".";
  pair.form = "short";
  pair.language = "en";
  return pair;
}

class LabelFileTest : public ::testing::Test {
 protected:
  std::unique_ptr<LabelFile> Open() {
    auto file = LabelFile::Open(path_);
    EXPECT_OK(file);
    return file.ok() ? *std::move(file) : nullptr;
  }

  TempDir dir_;
  const std::string path_ = dir_.Path("labels.jsonl");
};

TEST_F(LabelFileTest, RemembersTheLastLabelOfEachPair) {
  ASSERT_OK(Open()->Set(PairOf("aa", "good")));
  ASSERT_OK(Open()->Set(PairOf("bb", "usable")));
  LabelledPair corrected = PairOf("aa", "bad");
  corrected.fault = "unsupported";
  ASSERT_OK(Open()->Set(corrected));

  const auto file = Open();

  EXPECT_EQ(file->size(), 2u);
  ASSERT_NE(file->Find("aa", ""), nullptr);
  EXPECT_EQ(file->Find("aa", "")->label, "bad");
  EXPECT_EQ(file->Find("aa", "")->fault, "unsupported");
  EXPECT_EQ(file->Find("aa", "")->answer, "Nine \"sacks\".");
  EXPECT_EQ(file->Find("cc", ""), nullptr);
}

TEST_F(LabelFileTest, RemembersALabelOfEachRater) {
  ASSERT_OK(Open()->Set(PairOf("aa", "good", "ann")));
  ASSERT_OK(Open()->Set(PairOf("aa", "bad", "bob")));
  ASSERT_OK(Open()->Set(PairOf("aa", "usable", "ann")));

  const auto file = Open();

  EXPECT_EQ(file->size(), 2u);
  EXPECT_EQ(file->Find("aa", "ann")->label, "usable");
  EXPECT_EQ(file->Find("aa", "bob")->label, "bad");
  EXPECT_EQ(file->Find("aa", ""), nullptr);
  EXPECT_THAT(file->Raters(), ::testing::ElementsAre("ann", "bob"));
}

TEST_F(LabelFileTest, RetainsWhatAnotherReviewHasStoredMeanwhile) {
  const auto first = Open();
  const auto second = Open();
  ASSERT_OK(first->Set(PairOf("aa", "good", "ann")));

  ASSERT_OK(second->Set(PairOf("aa", "bad", "bob")));

  EXPECT_EQ(Open()->size(), 2u);
  EXPECT_EQ(second->Find("aa", "ann")->label, "good");
}

TEST_F(LabelFileTest, LosesNoLabelOfReviewsThatStoreAtTheSameTime) {
  constexpr int kReviews = 4, kLabels = 20;
  std::vector<std::thread> reviews;
  for (int r = 0; r < kReviews; ++r) {
    reviews.emplace_back([this, r] {
      const auto file = Open();
      for (int i = 0; i < kLabels; ++i) {
        EXPECT_OK(file->Set(PairOf(absl::StrCat("pair", i), "good", absl::StrCat("rater", r))));
      }
    });
  }
  for (std::thread& review : reviews) review.join();

  EXPECT_EQ(Open()->size(), size_t{kReviews * kLabels});
}

TEST_F(LabelFileTest, ItsLinesAreWhatCalibrateReads) {
  ASSERT_OK(Open()->Set(PairOf("aa", "bad")));
  ASSERT_OK_AND_ASSIGN(std::string text, ReadFile(path_, 1 << 20));
  const size_t size = text.size() - 1;
  text.append(simdjson::SIMDJSON_PADDING, ' ');

  JsonParser parser;
  ASSERT_OK_AND_ASSIGN(const auto object,
                       parser.ParseObject(absl::string_view(text).substr(0, size)));
  ASSERT_OK_AND_ASSIGN(const GivenPair pair, ParseGivenPair(object));

  EXPECT_EQ(pair.id, "aa");
  EXPECT_EQ(pair.label, "bad");
  EXPECT_EQ(pair.chunk, "The miller sold nine sacks.");
  EXPECT_EQ(pair.form, v1::ANSWER_FORM_SHORT);
}

TEST_F(LabelFileTest, EveryLabelIsOneThatCalibrateKnows) {
  for (const absl::string_view label : ReviewLabels()) {
    EXPECT_OK(Open()->Set(PairOf("aa", std::string(label))));
  }
  EXPECT_FALSE(Faults().empty());
}

TEST_F(LabelFileTest, RefusesWhatItDoesNotKnow) {
  const auto file = Open();
  LabelledPair odd = PairOf("aa", "bad");
  odd.fault = "odd";

  EXPECT_THAT(file->Set(PairOf("aa", "great")), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(file->Set(PairOf("aa", "bad", std::string(kMaxRaterBytes + 1, 'r'))),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("101 bytes")));
  EXPECT_THAT(file->Set(odd), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(file->size(), 0u);
  EXPECT_FALSE(FileExists(path_));
}

TEST_F(LabelFileTest, NamesTheLineThatIsNoLabel) {
  ASSERT_OK(WriteFileAtomic(path_, "{\"id\": \"aa\", \"label\": \"good\"}\n{\"id\": \"bb\"}\n"));

  const auto file = LabelFile::Open(path_);

  EXPECT_THAT(file.status(), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(std::string(file.status().message()), HasSubstr("labels.jsonl:2"));
}

TEST_F(LabelFileTest, ALabelThatCannotBeWrittenIsNotSet) {
  ASSERT_OK_AND_ASSIGN(const auto file, LabelFile::Open(dir_.Path("no/such/dir/labels.jsonl")));

  EXPECT_FALSE(file->Set(PairOf("aa", "good")).ok());
  EXPECT_EQ(file->Find("aa", ""), nullptr);
}

}  // namespace
}  // namespace quipu::pipelines
