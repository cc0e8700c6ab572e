// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/one_place.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/string_view.h"

namespace quipu::generator {
namespace {

constexpr char kChunk[] =
    "The mill was built in 1795 by Thomas Oda. It burned down in the spring of 1802. Farmers then "
    "carried their grain to the harbour of Arden. The town paid for a new wheel. A bridge of stone "
    "was opened beside the market by Helen Marsh in 1811.";

double Share(absl::string_view question, absl::string_view answer) {
  PairView pair;
  pair.question = question;
  pair.answer = answer;
  pair.chunk = kChunk;
  return ShareInOnePlace(pair);
}

TEST(OnePlace, IsOneSentenceOrTwoNeighbours) {
  EXPECT_DOUBLE_EQ(1, Share("Who built the mill in 1795?", "Thomas Oda"));
  EXPECT_DOUBLE_EQ(1, Share("When did the mill that was built in 1795 burn?", "In spring 1802."));
}

TEST(OnePlace, IsNotTwoPlacesThatAPairMixesUp) {
  // "mill" and "built" are in the first sentence, "helen" and "marsh" in the last.
  EXPECT_DOUBLE_EQ(0.5, Share("Who built the mill?", "Helen Marsh"));
}

TEST(OnePlace, MayBeFarFromTheNamesOfTheQuestion) {
  EXPECT_DOUBLE_EQ(1, Share("Who built the mill of Arden?", "Thomas Oda"));
  EXPECT_DOUBLE_EQ(2.0 / 3, Share("Where is the mill that Oda built?", "In Arden, at a mill"))
      << "a name of the answer counts";
}

TEST(OnePlace, DoesNotNeedWordsThatTheChunkLacks) {
  EXPECT_DOUBLE_EQ(1, Share("Which person constructed the mill?", "Thomas Oda"));
  EXPECT_DOUBLE_EQ(1, Share("What happened afterwards?", "Something else"));
}

TEST(OnePlace, IsAPieceOfATextWithoutPunctuation) {
  std::string text = "the mill was built by oda";
  for (int i = 0; i < 200; ++i) text += " and nobody cared";
  text += " until helen marsh opened a bridge";
  PairView pair;
  pair.question = "Who built the mill?";
  pair.answer = "helen marsh";
  pair.chunk = text;
  EXPECT_DOUBLE_EQ(0.5, ShareInOnePlace(pair));
}

TEST(OnePlace, IsFoundInChinese) {
  PairView pair;
  pair.language = Language::kChinese;
  pair.chunk = "李明于1995年在北京出生。他后来去了上海工作。王芳则在广州开了一家书店。";
  pair.question = "李明在哪里出生？";
  pair.answer = "北京";
  EXPECT_DOUBLE_EQ(1, ShareInOnePlace(pair));
  pair.answer = "广州";
  EXPECT_LT(ShareInOnePlace(pair), 1);
}

TEST(OnePlace, IsWantedForAStrictTargetOnly) {
  PairView pair;
  pair.question = "Who built the mill?";
  pair.answer = "Helen Marsh";
  pair.chunk = kChunk;
  v1::VerificationSpec spec;
  EXPECT_FALSE(RejectScattered(pair, spec).has_value()) << "the default is not strict";
  spec.set_target_precision(0.85);
  ASSERT_TRUE(RejectScattered(pair, spec).has_value());
  EXPECT_EQ(RejectScattered(pair, spec)->reason(), v1::REJECT_REASON_NOT_GROUNDED);
  EXPECT_EQ(RejectScattered(pair, spec)->detail(),
            "share of words in two neighbouring sentences 0.500, least 1");
  spec.set_target_precision(0.84);
  EXPECT_FALSE(RejectScattered(pair, spec).has_value());
  spec.set_target_precision(0.9);
  EXPECT_TRUE(RejectScattered(pair, spec).has_value());
  spec.set_enabled(false);
  EXPECT_FALSE(RejectScattered(pair, spec).has_value());
}

TEST(OnePlace, IsNotWantedWhereItCannotBeTold) {
  PairView pair;
  pair.question = "Who built the mill?";
  pair.answer = "Helen Marsh";
  pair.chunk = kChunk;
  v1::VerificationSpec strict;
  strict.set_target_precision(1);
  pair.one_chunk = false;
  EXPECT_FALSE(RejectScattered(pair, strict).has_value());
  pair.one_chunk = true;
  pair.language = Language::kUnknown;
  EXPECT_FALSE(RejectScattered(pair, strict).has_value());
}

}  // namespace
}  // namespace quipu::generator
