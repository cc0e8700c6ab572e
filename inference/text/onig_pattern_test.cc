// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "inference/text/onig_pattern.h"

#include <unicode/regex.h>

#include <memory>
#include <string>

#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace quipu::inference {
namespace {

using ::quipu::testing::StatusIs;

bool Matches(const std::string& expression, const std::string& text) {
  const auto pattern = CompileOnigPattern(expression);
  EXPECT_OK(pattern) << expression;
  if (!pattern.ok()) return false;
  UErrorCode status = U_ZERO_ERROR;
  const icu::UnicodeString unicode = icu::UnicodeString::fromUTF8(text);
  const std::unique_ptr<icu::RegexMatcher> matcher((*pattern)->matcher(unicode, status));
  const bool matches = matcher->matches(status) != 0;
  EXPECT_TRUE(U_SUCCESS(status)) << u_errorName(status);
  return matches;
}

TEST(OnigPattern, MeansWhatOnigurumaMeans) {
  // White space, with the two characters that ICU's own \s has not.
  EXPECT_TRUE(Matches("\\s+", " \t\x0B\xC2\x85\xC2\xA0"));
  EXPECT_FALSE(Matches("\\S", "\x0B"));
  EXPECT_TRUE(Matches("\\S", "x"));
  // Digits of any script.
  EXPECT_TRUE(Matches("\\d\\D", "\xD9\xA3x"));
  EXPECT_TRUE(Matches("\\p{L}+\\P{L}", "a\xC3\xA9-"));
  // Only a line feed ends a line.
  EXPECT_TRUE(Matches(".", "\r"));
  EXPECT_FALSE(Matches(".", "\n"));
  EXPECT_TRUE(Matches("\\r\\n\\t\\f\\v", "\r\n\t\f\x0B"));
  EXPECT_TRUE(Matches("\\u0041\\x42\\.", "AB."));
  EXPECT_TRUE(Matches("(?i:'S)|[^\\s\\p{L}-]{1,3}(?!x)(?=y)(?:y)", "!!y"));
  EXPECT_TRUE(Matches("[\\s\\S]*", "a\nb"));
}

// As tokenizers 0.23.3 splits these (findings/tokenizers_cl100k_numbers.sh).
TEST(OnigPattern, APlusBehindAnIntervalRepeatsIt) {
  EXPECT_TRUE(Matches("\\p{N}{1,3}+", "1234567"));
  EXPECT_TRUE(Matches("a{1,3}+a", "aaaaa"));
  EXPECT_TRUE(Matches("(?:ab|(c)){1,2}+d", "ababcd"));
  EXPECT_TRUE(Matches("[a-c\\]]{1,2}+x", "ab]cx"));
  EXPECT_TRUE(Matches("x\xC3\xA9{1,2}+", "x\xC3\xA9\xC3\xA9\xC3\xA9"));
  EXPECT_TRUE(Matches("\\u0041{2}+\\x42{2}+\\x{43}{2}+", "AAAABBCCCC"));
  EXPECT_FALSE(Matches("\\x42{2}+", "BBB"));
  EXPECT_TRUE(Matches("a{2}?", ""));
  EXPECT_FALSE(Matches("a{2}?", "a"));
  EXPECT_TRUE(Matches("\\x{43}?", ""));
  EXPECT_FALSE(Matches("a{2,3}?", ""));
  // Possessive in both, so that nothing is left for the second letter.
  EXPECT_FALSE(Matches("a?+a", "a"));
  EXPECT_FALSE(Matches("a++a", "aa"));
  EXPECT_FALSE(Matches("a{1,3}++a", "aaaa"));
}

TEST(OnigPattern, RefusesByNameWhatMayMeanSomethingElse) {
  struct Case {
    const char* expression;
    const char* why;
  };
  for (const Case& c :
       {Case{"a\\", "it ends with a backslash"}, Case{"\\pL", "\\p without {...}"},
        Case{"\\p{L", "\\p without {...}"}, Case{"\\w+", "\\w"},
        Case{"^a", "it looks for the ends of lines"}, Case{"a$", "it looks for the ends of lines"},
        Case{"(?<name>a)", "the group \"(?<n\""}, Case{"[a&&b]", "an operation on sets"},
        Case{"[a--b]", "an operation on sets"}, Case{"a{2", "{ without }"},
        Case{"[[:alpha:]]", "[:"}, Case{"(a", "U_REGEX_MISMATCHED_PAREN"},
        Case{"\\p{Nothing}", "U_"}}) {
    EXPECT_THAT(
        CompileOnigPattern(c.expression),
        StatusIs(absl::StatusCode::kUnimplemented, std::string("is not supported: ") + c.why))
        << c.expression;
  }
}

}  // namespace
}  // namespace quipu::inference
