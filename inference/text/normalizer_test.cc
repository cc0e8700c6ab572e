// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/text/normalizer.h"

#include <string>

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
