// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/corpus/document_selection.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/fingerprint.h"
#include "base/rng.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/random.h"
#include "tests/support/status_matchers.h"

namespace quipu::generator {
namespace {

using ::quipu::testing::StatusIs;
using ::testing::HasSubstr;

constexpr uint64_t kSeed = 7;

// Documents by their id.
class Corpus {
 public:
  std::string Add(const std::string& text, uint64_t tokens) {
    const Fingerprint id = FingerprintBuilder("document").Add(text).Build();
    texts_[id.ToBytes()] = text;
    documents_.emplace_back(id, tokens);
    return id.ToBytes();
  }
  // Documents of different words.
  void AddMany(int count, uint64_t tokens) {
    for (int i = 0; i < count; ++i) Add(absl::StrCat("w", next_++), tokens);
  }
  // The plans of those that are left out, in order of id.
  absl::StatusOr<std::vector<v1::DocumentPlan>> LeaveOut(const v1::SelectionSpec& spec,
                                                         uint64_t seed = kSeed) const {
    DocumentSelection selection(spec, seed);
    for (const auto& [id, tokens] : documents_) selection.Add(id, tokens);
    const absl::Status chosen =
        selection.Choose([this](const Fingerprint& id) -> absl::StatusOr<std::string> {
          return texts_.at(id.ToBytes());
        });
    if (!chosen.ok()) return chosen;
    auto sorted = documents_;
    std::sort(sorted.begin(), sorted.end());
    std::vector<v1::DocumentPlan> left_out;
    for (const auto& [id, tokens] : sorted) {
      const std::optional<v1::DocumentPlan> plan = selection.PlanOfLeftOut(id, tokens);
      if (!plan.has_value()) continue;
      EXPECT_EQ(plan->document_id(), id.ToBytes());
      left_out.push_back(*plan);
    }
    return left_out;
  }
  std::vector<std::pair<Fingerprint, uint64_t>>& documents() { return documents_; }

 private:
  std::map<std::string, std::string> texts_;
  std::vector<std::pair<Fingerprint, uint64_t>> documents_;
  int next_ = 0;
};

// How many documents were left out for each reason.
std::map<v1::NoChunkReason, int> Reasons(const std::vector<v1::DocumentPlan>& left_out) {
  std::map<v1::NoChunkReason, int> reasons;
  for (const v1::DocumentPlan& plan : left_out) ++reasons[plan.no_chunk()];
  return reasons;
}

std::string Words(const std::string& word, int count) {
  std::string text;
  for (int i = 0; i < count; ++i) absl::StrAppend(&text, word, i * 7919 % 1000, "x ");
  return text;
}

v1::SelectionSpec NearDuplicateSpec() {
  v1::SelectionSpec spec;
  spec.set_near_duplicate_overlap(0.8);
  return spec;
}

TEST(LeaveOut, DrawsASampleThatTheSeedDecides) {
  Corpus corpus;
  corpus.AddMany(20, 600);
  v1::SelectionSpec spec;
  spec.set_sample_documents(8);

  const auto left_out = corpus.LeaveOut(spec);
  ASSERT_OK(left_out);
  std::reverse(corpus.documents().begin(), corpus.documents().end());
  const auto again = corpus.LeaveOut(spec);
  ASSERT_OK(again);
  const auto other = corpus.LeaveOut(spec, kSeed + 1);
  ASSERT_OK(other);

  EXPECT_EQ(Reasons(*left_out),
            (std::map<v1::NoChunkReason, int>{{v1::NO_CHUNK_REASON_NOT_SAMPLED, 12}}));
  const auto ids = [](const std::vector<v1::DocumentPlan>& plans) {
    std::vector<std::string> ids;
    for (const v1::DocumentPlan& plan : plans) ids.push_back(plan.document_id());
    return ids;
  };
  EXPECT_EQ(ids(*left_out), ids(*again));
  EXPECT_NE(ids(*left_out), ids(*other));
}

TEST(LeaveOut, KeepsAllOfASmallerCorpus) {
  Corpus corpus;
  corpus.AddMany(5, 600);
  v1::SelectionSpec spec;
  spec.set_sample_documents(8);
  const auto left_out = corpus.LeaveOut(spec);
  ASSERT_OK(left_out);
  EXPECT_TRUE(left_out->empty());
}

TEST(LeaveOut, BringsLengthsToTheirShares) {
  Corpus corpus;
  corpus.AddMany(30, 999);     // Short.
  corpus.AddMany(10, 1000);    // Middle.
  corpus.AddMany(4, 100'000);  // Long.
  corpus.AddMany(3, 10);       // In no bucket.
  v1::SelectionSpec spec;
  for (const auto& [least, most, share] :
       {std::tuple{500u, 1000u, 2.0}, {1000u, 10'000u, 1.0}, {10'000u, 0u, 1.0}}) {
    v1::LengthBucket& bucket = *spec.add_length_buckets();
    bucket.set_min_tokens(least);
    bucket.set_max_tokens(most);
    bucket.set_share(share);
  }

  const auto left_out = corpus.LeaveOut(spec);
  spec.set_sample_documents(8);
  const auto sampled = corpus.LeaveOut(spec);

  // 4 long ones are a quarter: 8 and 4 of the others.
  ASSERT_OK(left_out);
  EXPECT_EQ(Reasons(*left_out),
            (std::map<v1::NoChunkReason, int>{{v1::NO_CHUNK_REASON_LENGTH, 22 + 6 + 3}}));
  ASSERT_OK(sampled);
  EXPECT_EQ(Reasons(*sampled),
            (std::map<v1::NoChunkReason, int>{{v1::NO_CHUNK_REASON_LENGTH, 22 + 6 + 3},
                                              {v1::NO_CHUNK_REASON_NOT_SAMPLED, 8}}));
}

// Which ones: those with the best ranks, among all of their lengths.
TEST(LeaveOut, KeepsTheBestRanksOfEachBucket) {
  Corpus corpus;
  corpus.AddMany(40, 100);
  corpus.AddMany(20, 1000);
  v1::SelectionSpec spec;
  spec.add_length_buckets()->set_max_tokens(500);
  spec.mutable_length_buckets(0)->set_share(1);
  spec.add_length_buckets()->set_min_tokens(500);
  spec.mutable_length_buckets(1)->set_share(1);
  spec.set_sample_documents(30);
  std::map<uint64_t, std::vector<Fingerprint>> ranks;
  std::map<std::string, Fingerprint> rank_of;
  for (const auto& [id, tokens] : corpus.documents()) {
    const Fingerprint rank = FingerprintBuilder("selection").Add(kSeed).Add(id.ToBytes()).Build();
    ranks[tokens].push_back(rank);
    rank_of[id.ToBytes()] = rank;
  }
  for (auto& [unused, of_length] : ranks) std::sort(of_length.begin(), of_length.end());

  ASSERT_OK_AND_ASSIGN(const auto left_out, corpus.LeaveOut(spec));

  // 20 of each length by the shares, 15 by the sample.
  std::map<std::string, v1::NoChunkReason> expected;
  for (const auto& [id, tokens] : corpus.documents()) {
    const Fingerprint rank = rank_of[id.ToBytes()];
    const std::vector<Fingerprint>& of_length = ranks[tokens];
    const auto place = std::find(of_length.begin(), of_length.end(), rank) - of_length.begin();
    if (place >= 20) expected[id.ToBytes()] = v1::NO_CHUNK_REASON_LENGTH;
    if (place >= 15 && place < 20) expected[id.ToBytes()] = v1::NO_CHUNK_REASON_NOT_SAMPLED;
  }
  std::map<std::string, v1::NoChunkReason> found;
  for (const v1::DocumentPlan& plan : left_out) found[plan.document_id()] = plan.no_chunk();
  EXPECT_EQ(found, expected);
}

TEST(LeaveOut, LeavesNothingOutOfNothing) {
  Corpus corpus;
  v1::SelectionSpec spec;
  spec.add_length_buckets()->set_share(1);
  ASSERT_OK_AND_ASSIGN(const auto left_out, corpus.LeaveOut(spec));
  EXPECT_TRUE(left_out.empty());
}

TEST(LeaveOut, RefusesABucketWithoutDocuments) {
  Corpus corpus;
  corpus.AddMany(3, 600);
  v1::SelectionSpec spec;
  spec.add_length_buckets()->set_share(1);
  spec.mutable_length_buckets(0)->set_max_tokens(1000);
  spec.add_length_buckets()->set_share(1);
  spec.mutable_length_buckets(1)->set_min_tokens(1000);
  EXPECT_THAT(corpus.LeaveOut(spec),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("selection.length_buckets(1): none of 3 documents has 1000 "
                                 "tokens or more")));
}

TEST(LeaveOut, KeepsTheLongestOfNearDuplicates) {
  Corpus corpus;
  const std::string text = Words("knot", 300);
  const std::string shorter = corpus.Add(text.substr(0, text.size() * 9 / 10), 900);
  const std::string longer = corpus.Add(text, 1000);
  corpus.Add(Words("rope", 300), 1000);

  const auto left_out = corpus.LeaveOut(NearDuplicateSpec());

  ASSERT_OK(left_out);
  ASSERT_EQ(left_out->size(), 1u);
  EXPECT_EQ((*left_out)[0].document_id(), shorter);
  EXPECT_EQ((*left_out)[0].no_chunk(), v1::NO_CHUNK_REASON_NEAR_DUPLICATE);
  EXPECT_EQ((*left_out)[0].near_duplicate_of(), longer);
}

TEST(LeaveOut, KeepsDocumentsThatDifferInNumbersAlone) {
  Corpus corpus;
  std::string text;
  for (int i = 0; i < 300; ++i) absl::StrAppend(&text, "word", std::string(1 + i % 9, 'a'), " ");
  corpus.Add(absl::StrCat("The year 2001. ", text), 900);
  corpus.Add(absl::StrCat("The year 2002. ", text), 900);
  auto left_out = corpus.LeaveOut(NearDuplicateSpec());
  ASSERT_OK(left_out);
  EXPECT_TRUE(left_out->empty());

  corpus.Add(absl::StrCat("That year 2002. ", text), 900);
  left_out = corpus.LeaveOut(NearDuplicateSpec());
  ASSERT_OK(left_out);
  EXPECT_EQ(left_out->size(), 1u);
}

TEST(LeaveOut, FindsShortTextsAndTextsWithoutSpaces) {
  Corpus corpus;
  corpus.Add("Knots record numbers.", 3);
  corpus.Add("KNOTS record <b>numbers</b>!", 5);
  std::string chinese;
  for (int i = 0; i < 60; ++i) absl::StrAppend(&chinese, "结绳记事", i % 2 ? "之法" : "者也", "古");
  corpus.Add(chinese, 300);
  corpus.Add(absl::StrCat(chinese, "。"), 301);
  const auto left_out = corpus.LeaveOut(NearDuplicateSpec());
  ASSERT_OK(left_out);
  EXPECT_EQ(Reasons(*left_out),
            (std::map<v1::NoChunkReason, int>{{v1::NO_CHUNK_REASON_NEAR_DUPLICATE, 2}}));
}

TEST(LeaveOut, FindsTheCopiesOfRandomDocumentsAndNothingElse) {
  Rng rng(quipu::testing::TestFingerprint(), "documents");
  Corpus corpus;
  constexpr int kDocuments = 60;
  std::map<std::string, int> family_of;
  for (int i = 0; i < kDocuments; ++i) {
    // Ten families of texts; each copy ends in another word.
    const int family = i % 10;
    std::string text;
    for (int w = 0; w < 400; ++w) {
      absl::StrAppend(&text, "f", family, "w", (w * w + family) % 997, " ");
    }
    for (int c = 0; c < 8; ++c) text += static_cast<char>('a' + rng.Below(26));
    family_of[corpus.Add(text, 500 + rng.Below(100))] = family;
  }
  const auto left_out = corpus.LeaveOut(NearDuplicateSpec());
  ASSERT_OK(left_out);
  // All copies of a family share all but a few grams.
  EXPECT_EQ(left_out->size(), kDocuments - 10u);
  for (const v1::DocumentPlan& plan : *left_out) {
    EXPECT_EQ(family_of.at(plan.document_id()), family_of.at(plan.near_duplicate_of()));
  }
}

TEST(SelectsDocuments, SaysWhetherAnythingMayBeLeftOut) {
  v1::SelectionSpec spec;
  EXPECT_FALSE(SelectsDocuments(spec));
  spec.set_sample_documents(1);
  EXPECT_TRUE(SelectsDocuments(spec));
  EXPECT_TRUE(SelectsDocuments(NearDuplicateSpec()));
  EXPECT_FALSE(IsLeftOutBySelection(v1::NO_CHUNK_REASON_NOT_PROSE));
}

}  // namespace
}  // namespace quipu::generator
