// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/words/stemmer.h"

#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace quipu::generator {
namespace {

TEST(Stemmer, MeetsAcrossEnglishEndings) {
  for (const auto& [a, b] : std::vector<std::pair<const char*, const char*>>{
           {"package", "packages"},
           {"package", "packaged"},
           {"install", "installed"},
           {"install", "installing"},
           {"installed", "installation"},
           {"stop", "stopped"},
           {"directory", "directories"},
           {"maintainer", "maintainers"},
           {"maintainer", "maintainer's"},
           {"upload", "uploader"},
           {"verify", "verified"},
           {"class", "classes"},
       }) {
    EXPECT_EQ(Stem(a, Language::kEnglish), Stem(b, Language::kEnglish)) << a << " " << b;
  }
}

TEST(Stemmer, KeepsOtherWordsApart) {
  for (const auto& [a, b] :
       std::vector<std::pair<const char*, const char*>>{{"install", "instance"},
                                                        {"stable", "unstable"},
                                                        {"dpkg", "apt"},
                                                        {"class", "clash"},
                                                        {"user", "group"},
                                                        {"better", "bet"},
                                                        {"string", "str"},
                                                        {"letter", "let"},
                                                        {"bus", "bug"}}) {
    EXPECT_NE(Stem(a, Language::kEnglish), Stem(b, Language::kEnglish)) << a << " " << b;
  }
  EXPECT_EQ(Stem("is", Language::kEnglish), "is");
  EXPECT_EQ(Stem("", Language::kEnglish), "");
}

struct Pair {
  Language language;
  const char* a;
  const char* b;
};

TEST(Stemmer, MeetsAcrossTheEndingsOfEachLanguage) {
  for (const Pair& pair : std::vector<Pair>{
           {Language::kFrench, "port", "ports"},
           {Language::kGerman, "häfen", "häfens"},
           {Language::kSpanish, "puerto", "puertos"},
           {Language::kPortuguese, "porto", "portos"},
           {Language::kRussian, "порту", "порта"},
           {Language::kItalian, "porto", "porti"},
           {Language::kArabic, "الميناء", "ميناء"},
           {Language::kHindi, "लड़की", "लड़कियाँ"},
           {Language::kKorean, "항구에서", "항구는"},
       }) {
    EXPECT_EQ(Stem(pair.a, pair.language), Stem(pair.b, pair.language)) << pair.a << pair.b;
  }
  // A Korean word is no suffix alone.
  EXPECT_EQ(Stem("나는", Language::kKorean), "나는");
  EXPECT_EQ(Stem("港口", Language::kChinese), "港口");
}

TEST(Stemmer, LeavesOtherLanguagesAlone) {
  EXPECT_EQ(Stem("packages", Language::kUnknown), "packages");
  EXPECT_EQ(Stem("\u044f\u0434\u0440\u0430", Language::kEnglish), "\u044f\u0434\u0440\u0430");
}

}  // namespace
}  // namespace quipu::generator
