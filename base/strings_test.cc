// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/strings.h"

#include <string>

#include "absl/strings/cord.h"
#include "gtest/gtest.h"

namespace quipu {
namespace {

TEST(StringViews, ConvertWithoutCopying) {
  const std::string text("a\0b", 3);
  const absl::string_view view = text;

  EXPECT_EQ(ToStd(view).data(), text.data());
  EXPECT_EQ(ToStd(view).size(), 3u);
  EXPECT_EQ(ToAbsl(ToStd(view)).data(), text.data());
  EXPECT_EQ(ToAbsl(ToStd(view)), view);
  EXPECT_TRUE(ToStd(absl::string_view()).empty());
}

TEST(Snippet, KeepsPlainText) {
  EXPECT_EQ(Snippet(""), "");
  EXPECT_EQ(Snippet("a \"plain\" line, C:\\x, naïve 東京 😀"),
            "a \"plain\" line, C:\\x, naïve 東京 😀");
}

TEST(Snippet, EscapesControlCharacters) {
  EXPECT_EQ(Snippet("a\nb\rc\td"), "a\\nb\\rc\\td");
  EXPECT_EQ(Snippet(absl::string_view("\0\x1b[31m\x7f", 7)), "\\x00\\x1b[31m\\x7f");
  EXPECT_EQ(Snippet("\u0085"), "\\u0085");
}

TEST(Snippet, EscapesWhatReordersOrBreaksLines) {
  EXPECT_EQ(Snippet("a\u202eb\u2066c\u2028d\u200f"), "a\\u202eb\\u2066c\\u2028d\\u200f");
}

TEST(Snippet, EscapesInvalidUtf8) {
  EXPECT_EQ(Snippet("a\xff\xc3"), "a\\xff\\xc3");
  EXPECT_EQ(Snippet("\xed\xa0\x80"), "\\xed\\xa0\\x80");
}

TEST(Snippet, TellsTheReplacementCharacterFromInvalidBytes) {
  EXPECT_EQ(Snippet("\ufffd"), "\ufffd");
}

TEST(Snippet, CutsAtTheLimit) {
  EXPECT_EQ(Snippet("abcdef", 6), "abcdef");
  EXPECT_EQ(Snippet("abcdef", 5), "abcde...");
  EXPECT_EQ(Snippet("abcdef", 0), "...");
  EXPECT_EQ(Snippet(std::string(81, 'x')), std::string(80, 'x') + "...");
}

TEST(Snippet, CutsBetweenCharacters) {
  EXPECT_EQ(Snippet("aé", 2), "a...");
  EXPECT_EQ(Snippet("aé", 3), "aé");
  EXPECT_EQ(Snippet("😀", 3), "...");
}

TEST(Printable, EscapesAllButLineFeedsAndTabsAndCutsNothing) {
  EXPECT_EQ(Printable("a\n\tb"), "a\n\tb");
  EXPECT_EQ(Printable("\x1b[2J\r\xe2\x80\xae\xff"), "\\x1b[2J\\r\\u202e\\xff");
  const std::string text(10000, 'x');
  EXPECT_EQ(Printable(text), text);
}

TEST(PathAsText, LeavesTextAloneAndEscapesBytesThatAreNone) {
  EXPECT_EQ(PathAsText("in/caf\xc3\xa9 100%.jsonl"), "in/caf\xc3\xa9 100%.jsonl");
  EXPECT_EQ(PathAsText("in/caf\xe9 100%.jsonl"), "in/caf%E9 100%25.jsonl");
  EXPECT_EQ(PathAsText("\xff\xc3\xa9\xc3"), "%FF\xc3\xa9%C3");
  EXPECT_EQ(PathAsText(""), "");
}

TEST(Annotate, PutsTheContextInFront) {
  const absl::Status status = Annotate(absl::NotFoundError("no such key"), "spec.txt:3");

  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(status.message(), "spec.txt:3: no such key");
}

TEST(Annotate, KeepsPayloads) {
  absl::Status status = absl::InternalError("x");
  status.SetPayload("type", absl::Cord("payload"));

  EXPECT_EQ(Annotate(status, "context").GetPayload("type"), absl::Cord("payload"));
}

TEST(Annotate, LeavesOkAlone) { EXPECT_TRUE(Annotate(absl::OkStatus(), "context").ok()); }

}  // namespace
}  // namespace quipu
