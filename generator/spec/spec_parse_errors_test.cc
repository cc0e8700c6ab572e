// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/spec/spec_parse_errors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "generator/spec/run_spec.h"

namespace quipu::generator {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string MessageOf(absl::string_view text) {
  return std::string(ParseRunSpec(text, "my.textproto").status().message());
}

TEST(SpecParseErrors, NamesTheFieldThatWasMeant) {
  EXPECT_THAT(MessageOf("document { path: \"a\" }"), HasSubstr("(did you mean \"documents\"?)"));
  EXPECT_THAT(MessageOf("documents { paths: \"a\" }"), HasSubstr("(did you mean \"path\"?)"));
}

TEST(SpecParseErrors, SaysWhereAFieldOfThatNameIs) {
  EXPECT_THAT(MessageOf("generation { temperature: 1 }"),
              HasSubstr("(a field of that name is in generation.sampling)"));
  EXPECT_THAT(MessageOf("engine { store: \"a\" }"),
              HasSubstr("(a field of that name is in the spec itself)"));
  EXPECT_THAT(MessageOf("min_tokens: 3"), HasSubstr("is in chunks, selection.length_buckets)"));
}

TEST(SpecParseErrors, ListsTheFieldsWhereNoneIsNear) {
  EXPECT_THAT(MessageOf("packing { wombat: 1 }"),
              HasSubstr("(it has pack_tokens, prompt_loss_weight, over_long)"));
}

TEST(SpecParseErrors, ListsTheValuesOfAnEnumeration) {
  EXPECT_THAT(MessageOf("engine { kind: scripted }"),
              HasSubstr("(want one of engine.kind: NATIVE, SCRIPTED, OPENAI)"));
  EXPECT_THAT(MessageOf("documents { format: CSV }"),
              HasSubstr("documents.format: AUTO, JSONL, TEXT, PARQUET, ARROW, HTML, MARKDOWN; "
                        "short_rows.format: AUTO, MESSAGES"));
}

TEST(SpecParseErrors, SaysThatTheTextEnds) {
  EXPECT_THAT(MessageOf("documents { path: \"a\""), HasSubstr("a \"}\" may be missing"));
  EXPECT_THAT(MessageOf("seed: }"), Not(HasSubstr("may be missing")));
}

TEST(SpecParseErrors, SaysThatTextsAreQuoted) {
  EXPECT_THAT(MessageOf("store: out/store"), HasSubstr("(texts are in double quotes)"));
}

TEST(SpecParseErrors, SaysThatNoNumberIsNegative) {
  EXPECT_THAT(
      MessageOf("chunks { min_tokens: -5 }"),
      HasSubstr("my.textproto:1:22: Expected integer, got: - (a whole number of 0 or more)"));
  EXPECT_THAT(MessageOf("seed: x"), Not(HasSubstr("0 or more")));
}

TEST(SpecParseErrors, KnowsJsonAndYaml) {
  EXPECT_THAT(MessageOf("{\"seed\": 1}"),
              HasSubstr("my.textproto: this is JSON: a spec is in protobuf's text format"));
  EXPECT_THAT(MessageOf("seed: 1\nstore: \"a\"\ndocuments:\n  - path: \"b\"\n"),
              HasSubstr("this looks like YAML"));
  EXPECT_THAT(MessageOf("sede: 1"), Not(HasSubstr("YAML")));
  EXPECT_THAT(MessageOf("\xff\xfes"), HasSubstr("this is UTF-16, not UTF-8"));
}

TEST(SpecParseErrors, SaysThatQuotesAreStraight) {
  EXPECT_THAT(MessageOf("store: \xe2\x80\x9d"
                        "a\xe2\x80\x9d"),
              HasSubstr("quotes are \"straight\""));
}

TEST(SpecParseErrors, ASpecMayBeginWithAByteOrderMark) {
  EXPECT_EQ(MessageOf("\xef\xbb\xbfseed: 1"), "");
}

TEST(SpecParseErrors, AreNoneForAGoodSpec) {
  EXPECT_TRUE(SpecParseErrors("a").ToStatus("{").ok());
  EXPECT_TRUE(ParseRunSpec("documents:\n { path: \"a\" }\n", "a").ok());
}

}  // namespace
}  // namespace quipu::generator
