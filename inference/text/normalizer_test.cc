// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/text/normalizer.h"

#include <cstdint>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace quipu::inference {
namespace {

using ::testing::ElementsAre;

Normalizer Nfc() {
  Normalizer normalizer;
  normalizer.AddForm(Normalizer::Form::kNfc);
  return normalizer;
}

TEST(Normalizer, ComposesAndSaysWhereBytesCameFrom) {
  const Normalizer nfc = Nfc();
  const std::string text = "xe\xCC\x81y";  // "e" and a combining accent.

  EXPECT_FALSE(nfc.Keeps(text));
  const NormalizedText normalized = nfc.Apply(text);
  EXPECT_EQ(normalized.text, "x\xC3\xA9y");
  EXPECT_THAT(normalized.origins, ElementsAre(0, 1, 1, 4));
  EXPECT_TRUE(nfc.Keeps(normalized.text));
  EXPECT_TRUE(nfc.Keeps("plain"));
  EXPECT_EQ(nfc.Apply("\xE1\x84\x80\xE1\x85\xA1").text, "\xEA\xB0\x80");  // Hangul.
}

TEST(Normalizer, HasTheFourForms) {
  const std::string text = "\xEF\xAC\x81\xC3\xA9";  // A ligature, and a letter with its accent.
  struct Case {
    Normalizer::Form form;
    const char* normal;
    std::vector<uint32_t> origins;
    const char* description;
  };
  for (const Case& c :
       {Case{Normalizer::Form::kNfc, "\xEF\xAC\x81\xC3\xA9", {0, 1, 2, 3, 4}, "nfc"},
        Case{Normalizer::Form::kNfd,
             "\xEF\xAC\x81"
             "e\xCC\x81",
             {0, 1, 2, 3, 3, 3},
             "nfd"},
        Case{Normalizer::Form::kNfkc, "fi\xC3\xA9", {0, 0, 3, 4}, "nfkc"},
        Case{Normalizer::Form::kNfkd, "fie\xCC\x81", {0, 0, 3, 3, 3}, "nfkd"}}) {
    Normalizer normalizer;
    normalizer.AddForm(c.form);
    const NormalizedText normalized = normalizer.Apply(text);
    EXPECT_EQ(normalized.text, c.normal) << c.description;
    EXPECT_EQ(normalized.origins, c.origins) << c.description;
    EXPECT_EQ(normalizer.Keeps(text), text == c.normal) << c.description;
    EXPECT_TRUE(normalizer.Keeps(c.normal)) << c.description;
    EXPECT_EQ(normalizer.description(), c.description);
  }
}

TEST(Normalizer, StripsTheEndsThatItIsTold) {
  Normalizer left, right;
  left.AddStrip(true, false);
  right.AddStrip(false, true);
  EXPECT_EQ(left.Apply("\t a b ").text, "a b ");
  EXPECT_EQ(right.Apply("\t a b ").text, "\t a b");
  EXPECT_EQ(left.Apply("  ").text, "");
  EXPECT_EQ(right.Apply("  ").text, "");
}

TEST(Normalizer, SaysWhatItSurelyKeeps) {
  Normalizer replace, lower;
  replace.AddReplace("fi", "F");
  lower.AddLowercase();
  EXPECT_TRUE(replace.Keeps("f i"));
  EXPECT_FALSE(replace.Keeps("a fi"));
  EXPECT_TRUE(lower.Keeps(""));
  EXPECT_FALSE(lower.Keeps("A"));
  EXPECT_TRUE(Normalizer().Keeps("A"));
}

TEST(Normalizer, KeepsBytesThatAreNotUtf8) {
  EXPECT_EQ(Nfc()
                .Apply("a\xFF"
                       "e\xCC\x81")
                .text,
            "a\xFF\xC3\xA9");
}

TEST(Normalizer, AppliesStepsInOrder) {
  Normalizer normalizer;
  normalizer.AddForm(Normalizer::Form::kNfkc);
  normalizer.AddLowercase();
  normalizer.AddReplace("fi", "F");
  normalizer.AddStrip(true, true);

  const NormalizedText normalized = normalizer.Apply(" \xEF\xAC\x81NE\xC4\xB0\xC2\xA0");
  EXPECT_EQ(normalized.text, "Fnei\xCC\x87");
  EXPECT_THAT(normalized.origins, ElementsAre(1, 4, 5, 6, 6, 6));
  EXPECT_EQ(normalizer.description(), "nfkc+lowercase+replace+strip");
  EXPECT_EQ(normalizer.Apply("").text, "");
}

TEST(Normalizer, FingerprintsItsSteps) {
  const auto fingerprint = [](const Normalizer& normalizer) {
    FingerprintBuilder builder("test");
    normalizer.AddTo(&builder);
    return builder.Build();
  };
  Normalizer replace, other;
  replace.AddReplace("a", "b");
  other.AddReplace("a", "c");
  EXPECT_NE(fingerprint(replace), fingerprint(other));
  EXPECT_NE(fingerprint(Nfc()), fingerprint(Normalizer()));
}

}  // namespace
}  // namespace quipu::inference
