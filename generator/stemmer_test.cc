// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/stemmer.h"

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

TEST(Stemmer, LeavesOtherLanguagesAlone) {
  EXPECT_EQ(Stem("packages", Language::kOther), "packages");
  EXPECT_EQ(Stem("\u044f\u0434\u0440\u0430", Language::kEnglish), "\u044f\u0434\u0440\u0430");
}

}  // namespace
}  // namespace quipu::generator
